"""What a stocktake lists, as whoever counts goes through it: by name, or what was counted last first; and by scanning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog.api import Product, Unit, find_products

from .counting import Count, Stocktake
from .models import Location, Lot

_ = sdk.translator("plugins.warehouse")
MOST = 50
TODO, DONE, DIFFERENT, ALL = "todo", "done", "different", "all"
_NARROWED: Mapping[str, Callable[[sa.FromClause], Sequence[sa.ColumnElement[bool]]]] = {
    TODO: lambda count: [count.c.counted.is_(None)],
    DONE: lambda count: [count.c.counted.is_not(None)],
    DIFFERENT: lambda count: [count.c.difference != 0],
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of it."""

    id: UUID
    name: str
    book: Decimal
    counted: Decimal | None
    difference: Decimal | None
    updated_at: datetime
    code: str
    unit: str | None
    lot: str | None
    location: str | None


def lines(
    context: Context, stocktake: UUID, show: str, *, text: str = "", after: UUID | None = None, only: UUID | None = None
) -> tuple[list[Line], bool]:
    """A page of it behind the line ``after``, and whether more follow."""
    count, product, unit, lot, location = (one.__table__ for one in (Count, Product, Unit, Lot, Location))
    conditions = [count.c.tenant_id == context.tenant, count.c.stocktake_id == stocktake, count.c.deleted_at.is_(None)]
    conditions += _NARROWED[show](count) if show in _NARROWED else ()
    if text:
        found = [row["id"] for row in find_products(context, text, for_sale=False, most=MOST)]
        conditions.append(sa.or_(count.c.product_id.in_(found), lot.c.code.icontains(text, autoescape=True)))
    if only is not None:
        conditions.append(count.c.id == only)
    key = (count.c.updated_at, count.c.id) if show == DONE else (count.c.name, count.c.id)
    if after is not None:
        here = sa.select(*key).where(count.c.tenant_id == context.tenant, count.c.id == after).scalar_subquery()
        conditions.append(sa.tuple_(*key) < here if show == DONE else sa.tuple_(*key) > here)
    wanted = (
        sa.select(
            count.c.id, count.c.name, count.c.book, count.c.counted, count.c.difference, count.c.updated_at,
            product.c.code, unit.c.name.label("unit"), lot.c.code.label("lot"), location.c.name.label("location"),
        )
        .join(product, _of(product, count.c.product_id, count))
        .outerjoin(unit, _of(unit, product.c.unit_id, count))
        .outerjoin(lot, _of(lot, count.c.lot_id, count))
        .outerjoin(location, _of(location, count.c.location_id, count))
        .where(*conditions)
        .order_by(*(column.desc() if show == DONE else column for column in key))
        .limit(MOST + 1)
    )  # fmt: skip
    found_lines = [Line(**row) for row in context.session.connection().execute(wanted).mappings()]
    return found_lines[:MOST], len(found_lines) > MOST


def _of(table: Any, key: Any, count: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant_id == count.c.tenant_id, table.c.id == key)


def put(context: Context, count_id: UUID, counted: Decimal | None, by: Decimal | None = None) -> Count:
    """Write what somebody counted: as much, or so much more or less than before."""
    count = sdk.get(context, Count, count_id, lock=True)
    value = max((count.counted or Decimal(0)) + by, Decimal(0)) if by is not None else counted
    sdk.update(context, count, {"counted": value})
    return count


def scan(context: Context, stocktake: Stocktake, code: str) -> Count:
    """One more of what a barcode, a product's code, a lot or a serial number says.

    What is not on the list comes onto it. Raises InvalidError for a code that names nothing.
    """
    lot = context.session.scalars(
        sa.select(Lot).where(Lot.tenant_id == context.tenant, Lot.code == code, Lot.deleted_at.is_(None)).limit(1)
    ).first()
    named = sa.or_(Product.barcode == code, sa.func.lower(Product.code) == code.lower())
    products = sa.select(Product.id).where(Product.tenant_id == context.tenant, Product.deleted_at.is_(None), named)
    product = lot.product_id if lot else context.session.scalars(products.limit(1)).first()
    if product is None:
        raise InvalidError({"code": [_("No product has the code %(code)s.", code=code)]})
    wanted = sa.select(Count.id).where(
        Count.tenant_id == context.tenant, Count.stocktake_id == stocktake.id, Count.product_id == product,
        Count.deleted_at.is_(None), Count.lot_id == lot.id if lot else sa.true(),
    )  # fmt: skip
    found = context.session.scalars(wanted.order_by(Count.counted.is_not(None), Count.id).limit(1)).first()
    if found is not None:
        return put(context, found, None, by=Decimal(1))
    values = {"stocktake": stocktake.id, "product": product, "lot": lot.id if lot else None, "counted": Decimal(1)}
    return sdk.create(context, Count, values)
