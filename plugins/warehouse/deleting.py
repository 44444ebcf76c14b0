"""What goods have moved through is not deleted: warehouses, their locations, and lots. The ledger goes on naming them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Entity, InvalidError

from .models import TRANSIT, Entry, Location, Lot, Stock, StockPart, Warehouse

_ = sdk.translator("plugins.warehouse")
Named = dict[UUID, bool]
"""Those that the ledger names, each with whether some goods are there now."""


def keep_warehouses(context: Context, warehouses: Sequence[Warehouse], event: str) -> None:
    """Raise InvalidError where one is deleted that goods lie in, or have ever come to."""
    if event != "deleted":
        return
    if any(one.kind == TRANSIT.value for one in warehouses):
        raise InvalidError({"": [_("What is on its way lies in this warehouse: it is always needed.")]})
    moved = sa.select(Stock.warehouse_id, sa.func.bool_or(Stock.on_hand != 0)).where(
        Stock.tenant_id == context.tenant, Stock.warehouse_id.in_({one.id for one in warehouses}), Stock.entries > 0
    )
    rows = context.session.execute(moved.group_by(Stock.warehouse_id))
    _refuse(warehouses, {row[0]: row[1] for row in rows})


def keep_locations(context: Context, locations: Sequence[Location], event: str) -> None:
    """Raise InvalidError where one is deleted that goods lie in, or have ever lain in."""
    if event == "deleted":
        _refuse(locations, _named(context, "location_id", locations))


def keep_lots(context: Context, lots: Sequence[Lot], event: str) -> None:
    """Raise InvalidError where one is deleted of which there are goods, or have ever been."""
    if event == "deleted":
        _refuse(lots, _named(context, "lot_id", lots))


def _named(context: Context, column: str, records: Sequence[Entity]) -> Named:
    ids, part, entry = {one.id for one in records}, StockPart.__table__, Entry.__table__
    there = sa.select(part.c[column], sa.true()).where(
        part.c.tenant_id == context.tenant, part.c[column].in_(ids), part.c.quantity != 0
    )
    ever = sa.select(entry.c[column], sa.false()).where(entry.c.tenant_id == context.tenant, entry.c[column].in_(ids))
    found: Named = {}
    for key, full in context.session.connection().execute(sa.union(there, ever)):
        found[key] = full or found.get(key, False)
    return found


def _refuse(records: Sequence[Entity], named: Named) -> None:
    texts: list[sdk.Label] = [
        _("“%(name)s” has goods: it cannot be deleted.", name=one.title)
        if named[one.id]
        else _("“%(name)s” has had goods: it cannot be deleted.", name=one.title)
        for one in records
        if one.id in named
    ]
    if texts and "active" in type(records[0]).__fields__:
        texts.append(_("Take it out of use instead: nothing can be moved there any more."))
    if texts:
        raise InvalidError({"": texts})
