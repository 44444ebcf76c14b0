"""What is on the warehouse's forms beside the fields of their records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core import sdk
from core.sdk import Context
from plugins.catalog.api import Product, Unit

from . import policy
from .counting import Count, Stocktake
from .models import Lot, Stock
from .slips import Slip

_ = sdk.translator("plugins.warehouse")
USUAL_LAW = _("Issued with Circular No. 99/2025/TT-BTC of 27 October 2025 of the Minister of Finance")


def of_slips(context: Context, slips: Sequence[Slip]) -> Iterable[Mapping[str, Any]]:
    """By which circular the form is made."""
    law = law_of(context)
    return ({"law": law} for _slip in slips)


def law_of(context: Context) -> str:
    """The line beneath a form's number: what the company has written, or the law as it is."""
    return policy.of(context).law or str(USUAL_LAW)


@dataclass(frozen=True, slots=True)
class CountLine:
    """A product on the report of a stocktake."""

    name: str
    code: str
    lot: str | None
    unit: str | None
    price: Decimal
    """What one is worth by the ledger."""
    book: Decimal
    counted: Decimal
    """As the ledger says where nobody counted."""
    reason: str | None

    @property
    def surplus(self) -> Decimal:
        """More than the ledger says."""
        return max(self.counted - self.book, Decimal(0))

    @property
    def short(self) -> Decimal:
        """Less than the ledger says."""
        return max(self.book - self.counted, Decimal(0))


def of_stocktakes(context: Context, stocktakes: Sequence[Stocktake]) -> Iterable[Mapping[str, Any]]:
    """By which circular the form is made, and all that was counted."""
    law = law_of(context)
    return ({"law": law, "counts": _counts(context, one)} for one in stocktakes)


def _counts(context: Context, stocktake: Stocktake) -> list[CountLine]:
    count, product, stock, lot, unit = (one.__table__ for one in (Count, Product, Stock, Lot, Unit))
    price = sa.func.coalesce(sa.func.round(stock.c.value / sa.func.nullif(stock.c.on_hand, 0), 2), product.c.cost, 0)
    wanted = (
        sa.select(
            count.c.name, product.c.code, lot.c.code, unit.c.name, price, count.c.book,
            sa.func.coalesce(count.c.counted, count.c.book), count.c.reason,
        )
        .join(product, _same(product, count.c.tenant_id, count.c.product_id))
        .outerjoin(unit, _same(unit, product.c.tenant_id, product.c.unit_id))
        .outerjoin(lot, _same(lot, count.c.tenant_id, count.c.lot_id))
        .outerjoin(
            stock,
            sa.and_(
                stock.c.tenant_id == count.c.tenant_id, stock.c.product_id == count.c.product_id,
                stock.c.warehouse_id == stocktake.warehouse_id,
            ),
        )
        .where(count.c.tenant_id == context.tenant, count.c.stocktake_id == stocktake.id, count.c.deleted_at.is_(None))
        .order_by(count.c.name, lot.c.code, count.c.id)
    )  # fmt: skip
    return [CountLine(*row) for row in context.session.connection().execute(wanted)]


def _same(table: Any, tenant: Any, key: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant_id == tenant, table.c.id == key)
