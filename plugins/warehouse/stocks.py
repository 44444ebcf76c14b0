"""The stocks of products in warehouses: made where there is none yet, locked by whoever moves goods, asked for what is there."""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from core import sdk
from core.sdk import Context, InvalidError, Work
from plugins.catalog.api import Product

from .models import OUT, STORE, Rule, Stock, Warehouse

_ = sdk.translator("plugins.warehouse")
Key = tuple[UUID, UUID]
"""A product and a warehouse."""
_MOVED = ("on_hand", "reserved", "value", "entries", "last_on")
"""What is other of a stock once goods have moved."""


def lock(context: Context, keys: Collection[Key]) -> list[Stock]:
    """The stocks of products in warehouses; until the commit nobody else moves these products, in any warehouse.

    What is entered with an earlier day changes what goods cost in the warehouses they were brought to since, so all
    stocks of a product are locked together, and always in the same order: nobody waits for somebody who waits for them.
    """
    if not keys:
        return []
    _make_missing(context, keys)
    return [
        one
        for one in locked(context, Stock.product_id.in_({product for product, _warehouse in keys}))
        if (one.product_id, one.warehouse_id) in keys
    ]


def locked(context: Context, which: sa.ColumnElement[bool]) -> list[Stock]:
    """Stocks, locked in the order everybody locks them in."""
    wanted = sa.select(Stock).where(Stock.tenant_id == context.tenant, which).order_by(Stock.product_id, Stock.id)
    return list(context.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def _make_missing(context: Context, keys: Collection[Key]) -> None:
    stock, product, place = Stock.__table__, Product.__table__, Warehouse.__table__
    wanted = sdk.bulk.given({"product": sa.Uuid(), "warehouse": sa.Uuid()})
    there = sa.exists().where(
        stock.c.tenant_id == context.tenant,
        stock.c.product_id == wanted.c.product,
        stock.c.warehouse_id == wanted.c.warehouse,
    )
    columns = {
        "tenant_id": product.c.tenant_id, "id": sa.func.gen_random_uuid(), "product_id": product.c.id,
        "warehouse_id": wanted.c.warehouse, "name": sa.func.left(product.c.name, 400),
        "search_norm": product.c.search_norm, "created_at": sa.func.now(), "updated_at": sa.func.now(),
        "on_hand": sa.literal(0), "reserved": sa.literal(0), "value": sa.literal(0),
        "level": sa.case((place.c.kind == STORE.value, OUT.value)), "entries": sa.literal(0), "version": sa.literal(1),
    }  # fmt: skip
    missing = (
        sa.select(*columns.values())
        .join(wanted, sa.and_(product.c.tenant_id == context.tenant, product.c.id == wanted.c.product))
        .join(place, sa.and_(place.c.tenant_id == context.tenant, place.c.id == wanted.c.warehouse))
        .where(~there)
        .order_by(wanted.c.product, wanted.c.warehouse)
    )
    made = insert(stock).from_select(list(columns), missing, include_defaults=False)
    rows = [{"product": product, "warehouse": warehouse} for product, warehouse in keys]
    context.session.connection().execute(made.on_conflict_do_nothing(), sdk.bulk.sent(rows))


def save(context: Context, stocks: Iterable[Stock]) -> None:
    """Write what locked stocks are by now, in one statement for all of them."""
    moved = {one.id: one for one in stocks if context.session.is_modified(one)}
    if not moved:
        return
    table = Stock.__table__
    given = sdk.bulk.given({name: table.c[name].type for name in ("id", *_MOVED)})
    written = (
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == given.c.id)
        .values(version=table.c.version + 1, **{name: given.c[name] for name in _MOVED})
        .returning(table.c.id, table.c.version, table.c.available)
    )
    rows = [{name: getattr(one, name) for name in ("id", *_MOVED)} for one in moved.values()]
    for row in context.session.connection().execute(written, sdk.bulk.sent(rows)).all():
        stock = moved[row.id]
        now = {name: getattr(stock, name) for name in _MOVED} | {"version": row.version, "available": row.available}
        for name, value in now.items():
            set_committed_value(stock, name, value)


def available(context: Context, products: Iterable[UUID], warehouse: UUID | None = None) -> dict[UUID, Decimal]:
    """How much of products is there and kept for nobody; in all warehouses where none is named."""
    table, place = Stock.__table__, Warehouse.__table__
    free = (
        sa.select(table.c.product_id, sa.func.sum(table.c.available))
        .join(place, sa.and_(place.c.tenant_id == table.c.tenant_id, place.c.id == table.c.warehouse_id))
        .where(table.c.tenant_id == context.tenant, table.c.product_id.in_(list(products)))
        .where(place.c.id == warehouse if warehouse else place.c.kind == STORE.value)
        .group_by(table.c.product_id)
    )
    return {row[0]: row[1] for row in context.session.connection().execute(free)}


def default_warehouse(context: Context) -> UUID:
    """The warehouse that goods leave where none is named: the first in use. Raises InvalidError where there is none."""
    table = Warehouse.__table__
    found = context.session.scalar(
        sa.select(table.c.id)
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.active)
        .where(table.c.kind == STORE.value)
        .order_by(table.c.created_at, table.c.id)
        .limit(1)
    )
    if found is None:
        raise InvalidError({"warehouse": [_("There is no warehouse in use. Add one in the settings.")]})
    found_id: UUID = found
    return found_id


def begins(field: str) -> Callable[[Context], Mapping[str, UUID]]:
    """What a slip begins with: in ``field`` the warehouse that the person keeps, or the only one there is."""

    def begin(context: Context) -> Mapping[str, UUID]:
        if not context.can("warehouse.warehouse", "see"):
            return {}
        wanted = sa.select(Warehouse.id, Warehouse.keeper_id).where(
            Warehouse.tenant_id == context.tenant, Warehouse.deleted_at.is_(None), Warehouse.active,
            Warehouse.kind == STORE.value,
        )  # fmt: skip
        every = context.session.execute(wanted).all()
        own = [key for key, keeper in every if context.user and keeper == context.user.id]
        found = own or [key for key, _keeper in every]
        return {field: found[0]} if len(found) == 1 else {}

    return begin


def names(context: Context, products: Collection[UUID]) -> dict[UUID, str]:
    """What products are called, as it is kept beside them to be searched."""
    wanted = sa.select(Product.id, sa.func.left(Product.name, 400)).where(
        Product.tenant_id == context.tenant, Product.id.in_(products)
    )
    return {row[0]: row[1] for row in context.session.execute(wanted)}


def rename(context: Context, work: Work) -> None:
    """A product is called otherwise, or has another code or barcode: its stocks and its rule are found by that, too."""
    product, key = Product.__table__, UUID(work.payload["id"])
    for table in (Stock.__table__, Rule.__table__):
        context.session.connection().execute(
            sa.update(table)
            .where(table.c.tenant_id == context.tenant, table.c.product_id == key)
            .where(product.c.tenant_id == table.c.tenant_id, product.c.id == table.c.product_id)
            .values(name=sa.func.left(product.c.name, 400), search_norm=product.c.search_norm)
        )
