"""What is kept for documents: goods that are promised and have not left yet."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import Reservation, Stock

NOTHING = Decimal(0)


def release(context: Context, document: tuple[str, UUID], stocks: Iterable[Stock]) -> None:
    """Keep nothing more for a document of these stocks, which are locked."""
    by_id = {one.id: one for one in stocks}
    gone = (
        sa.delete(Reservation)
        .where(
            Reservation.tenant_id == context.tenant, Reservation.entity == document[0],
            Reservation.record_id == document[1], Reservation.stock_id.in_(by_id),
        )
        .returning(Reservation.stock_id, Reservation.quantity)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    for stock_id, quantity in context.session.execute(gone):
        by_id[stock_id].reserved -= quantity


def keep(context: Context, document: tuple[str, UUID], stocks: Iterable[Stock], wanted: Mapping[UUID, Decimal]) -> None:
    """Keep so much of each product for a document, as far as it is there and nobody else has it; in place of before."""
    stocks = list(stocks)
    release(context, document, stocks)
    for one in stocks:
        quantity = min(wanted.get(one.product_id, NOTHING), one.on_hand - one.reserved)
        if quantity > 0:
            one.reserved += quantity
            context.session.add(
                Reservation(
                    tenant_id=context.tenant, entity=document[0], record_id=document[1], stock_id=one.id,
                    quantity=quantity,
                )
            )  # fmt: skip
    context.session.flush()
