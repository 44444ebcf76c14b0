"""What is kept for documents: goods that are promised and have not left yet."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from . import levels
from .models import Reservation, Stock
from .stocks import lock

NOTHING = Decimal(0)
Document = tuple[str, UUID]
"""An entity's name and the id of one of its records."""


def reserve(
    context: Context,
    document: Document,
    warehouse: UUID,
    wanted: Mapping[UUID, Decimal],
    *,
    instead_of: Collection[Document] = (),
) -> dict[UUID, Decimal]:
    """Keep so much of each product for a document, as far as it is there and nobody else has it; in place of before.

    What was kept for other documents that it stands in for is so no more. Gives what is kept now of each product; less
    than was wanted where it is not there.
    """
    before = (document, *instead_of)
    keys = {(product, warehouse) for product in wanted}
    stocks = lock(context, keys.union(*(_kept_for(context, one) for one in before)))
    for other in before:
        release_locked(context, other, stocks)
    kept: dict[UUID, Decimal] = {}
    for one in stocks:
        asked = wanted.get(one.product_id, NOTHING) if one.warehouse_id == warehouse else NOTHING
        quantity = min(asked, one.on_hand - one.reserved)
        if quantity > 0:
            one.reserved += quantity
            kept[one.product_id] = quantity
            context.session.add(
                Reservation(
                    tenant_id=context.tenant, entity=document[0], record_id=document[1], stock_id=one.id,
                    quantity=quantity,
                )
            )  # fmt: skip
    context.session.flush()
    levels.add_up(context, {one.product_id for one in stocks})
    return kept


def release(context: Context, document: Document) -> None:
    """Keep nothing more for a document."""
    stocks = lock(context, _kept_for(context, document))
    release_locked(context, document, stocks)
    context.session.flush()
    levels.add_up(context, {one.product_id for one in stocks})


def _kept_for(context: Context, document: Document) -> set[tuple[UUID, UUID]]:
    """The products, and their warehouses, of which something is kept for a document."""
    kept = (
        sa.select(Stock.product_id, Stock.warehouse_id)
        .join(Reservation, sa.and_(Reservation.tenant_id == Stock.tenant_id, Reservation.stock_id == Stock.id))
        .where(
            Stock.tenant_id == context.tenant, Reservation.entity == document[0], Reservation.record_id == document[1]
        )
    )
    return {(row[0], row[1]) for row in context.session.execute(kept)}


def release_locked(context: Context, document: Document, stocks: Iterable[Stock]) -> None:
    """The same of stocks that are locked."""
    by_id = {one.id: one for one in stocks if one.reserved}
    if not by_id:
        return
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
