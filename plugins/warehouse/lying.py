"""What lies where, beside the records it is asked of: a lot, a location, the stock of a product in a warehouse."""

from collections.abc import Iterable

import sqlalchemy as sa

from core import sdk
from core.sdk import Card, CardItem, Context

from .models import Location, Lot, Stock, StockPart, Warehouse

_ = sdk.translator("plugins.warehouse")
MOST = 12
_SAID: dict[type[sdk.Entity], tuple[str, tuple[str, str]]] = {
    Lot: ("lot_id", ("warehouse", "location")),
    Location: ("location_id", ("product", "lot")),
    Stock: ("stock_id", ("location", "lot")),
}
"""Of each kind of record: how parts of stocks name it, and what is said of them beside it."""


def cards(context: Context, record: sdk.Entity) -> Iterable[Card]:
    """The parts of stocks that are there now, each leading to its stock card."""
    if type(record) not in _SAID or not context.can("warehouse.stock", "see"):
        return
    column, said = _SAID[type(record)]
    part, stock, place, lot, shelf = (one.__table__ for one in (StockPart, Stock, Warehouse, Lot, Location))
    wanted = (
        sa.select(
            part.c.stock_id, part.c.quantity, stock.c.name.label("product"), place.c.name.label("warehouse"),
            lot.c.code.label("lot"), shelf.c.name.label("location"),
        )
        .join(stock, sa.and_(stock.c.tenant_id == part.c.tenant_id, stock.c.id == part.c.stock_id))
        .join(place, sa.and_(place.c.tenant_id == part.c.tenant_id, place.c.id == stock.c.warehouse_id))
        .outerjoin(lot, sa.and_(lot.c.tenant_id == part.c.tenant_id, lot.c.id == part.c.lot_id))
        .outerjoin(shelf, sa.and_(shelf.c.tenant_id == part.c.tenant_id, shelf.c.id == part.c.location_id))
        .where(part.c.tenant_id == context.tenant, part.c[column] == record.id, part.c.quantity != 0)
        .order_by(*said, part.c.id)
        .limit(MOST)
    )  # fmt: skip
    items = []
    for row in context.session.connection().execute(wanted).mappings():
        first, *others = [row[name] for name in said if row[name]] or [str(_("Without a location"))]
        items.append(
            CardItem(
                title=first, subtitle=" · ".join(others), value=sdk.show_number(row["quantity"]),
                url=f"/warehouse/card?stock={row['stock_id']}",
            )
        )  # fmt: skip
    if items:
        yield Card(name="lying", title=_("Goods that are there"), icon="stack-2", items=tuple(items))
