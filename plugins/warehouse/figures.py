"""What the ledger adds up to: what was there, came, left and is there now (nhập – xuất – tồn), and the card of one stock.

What is there at the end of a period is what is there now less what moved since: only the days from its first on are read.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Days
from plugins.catalog.api import Group, Product, Unit

from .counting import Stocktake
from .groups import below
from .models import Entry, Lot, Stock, Warehouse
from .slips import GoodsIssue, GoodsReceipt, Transfer

NOTHING = Decimal(0)
MOST = 500
"""Rows that a page shows; a file has them all."""
BY_PRODUCT, BY_GROUP, BY_WAREHOUSE = "product", "group", "warehouse"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to see."""

    days: Days
    by: str = BY_PRODUCT
    warehouse: UUID | None = None
    group: UUID | None = None
    text: str = ""
    most: int | None = MOST


@dataclass(frozen=True, slots=True)
class Amounts:
    """A quantity in the product's own unit, and what it is worth."""

    quantity: Decimal = NOTHING
    value: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Row:
    """A product, a group or a warehouse in a period."""

    key: UUID | None
    name: str
    code: str
    unit: str
    opening: Amounts
    came: Amounts
    left: Amounts
    closing: Amounts

    @property
    def cost(self) -> Decimal:
        """What one is worth at the end; nothing where none is there."""
        return self.closing.value / self.closing.quantity if self.closing.quantity > 0 else NOTHING


@dataclass(frozen=True, slots=True)
class Balance:
    """The rows of a period; ``total`` has the values of all of them, also of those that are not shown."""

    rows: list[Row]
    total: Row
    more: bool


def balance(context: Context, wanted: Wanted) -> Balance:
    """What was there, came, left and is there, by product, group of products or warehouse; in one statement."""
    stock, product = Stock.__table__, Product.__table__
    moved = _moved(context, wanted)
    now, since = (stock.c.on_hand, stock.c.value), (moved.c.since, moved.c.since_value)
    closing = [sa.func.sum(here - later) for here, later in zip(now, since, strict=True)]
    came = [sa.func.sum(one) for one in (moved.c.came, moved.c.came_value)]
    left = [sa.func.sum(one) for one in (moved.c.gone, moved.c.gone_value)]
    opening = [end - more + less for end, more, less in zip(closing, came, left, strict=True)]
    figures = [*opening, *came, *left, *closing]
    key, name, code, unit = _heads(wanted.by)
    statement = (
        sa.select(key, name, code, unit, *figures, *(sa.func.sum(one).over() for one in figures))
        .select_from(stock)
        .join(product, _same(product, stock.c.product_id, stock))
        .join(Warehouse, _same(Warehouse.__table__, stock.c.warehouse_id, stock))
        .outerjoin(Unit, _same(Unit.__table__, product.c.unit_id, stock))
        .outerjoin(Group, _same(Group.__table__, product.c.group_id, stock))
        .join(moved, sa.true())
        .where(stock.c.tenant_id == context.tenant, *_narrowed(context, wanted))
        .group_by(key, name, code, unit)
        .having(sa.or_(*(one != 0 for one in figures)))
        .order_by(name, key)
    )
    found = context.session.connection().execute(statement.limit(wanted.most + 1) if wanted.most else statement).all()
    size = len(figures)
    rows = [_row(row[0], row[1:4], row[4 : 4 + size]) for row in found[: wanted.most]]
    sums = found[0][4 + size :] if found else [NOTHING] * size
    return Balance(rows, _row(None, ("", "", ""), sums), len(found) > len(rows))


def _heads(by: str) -> tuple[Any, Any, Any, Any]:
    """What a row is called: its key, name, code and unit."""
    none, product = sa.literal(""), Product.__table__
    if by == BY_PRODUCT:
        return product.c.id, product.c.name, product.c.code, sa.func.coalesce(Unit.__table__.c.name, "")
    table = Group.__table__ if by == BY_GROUP else Warehouse.__table__
    return table.c.id, sa.func.coalesce(table.c.name, ""), none, none


def _moved(context: Context, wanted: Wanted) -> sa.FromClause:
    """Of each stock what came and left in the period, and all that moved since it ended.

    What takes something back counts against it. Where all warehouses are seen together, nothing comes or leaves that is
    only brought from one to another.
    """
    entry, stock = Entry.__table__, Stock.__table__
    within = entry.c.on <= wanted.days.last
    if wanted.warehouse is None and wanted.by != BY_WAREHOUSE:
        within = sa.and_(within, entry.c.entity != "warehouse.transfer")
    coming = (entry.c.quantity > 0) != entry.c.reverses
    after = entry.c.on > wanted.days.last

    def add(column: sa.ColumnElement[Decimal], *conditions: Any) -> sa.ColumnElement[Decimal]:
        return sa.func.coalesce(sa.func.sum(column).filter(*conditions), 0)

    return (
        sa.select(
            add(entry.c.quantity, within, coming).label("came"), add(entry.c.value, within, coming).label("came_value"),
            add(-entry.c.quantity, within, ~coming).label("gone"), add(-entry.c.value, within, ~coming).label("gone_value"),
            add(entry.c.quantity, after).label("since"), add(entry.c.value, after).label("since_value"),
        )
        .where(entry.c.tenant_id == stock.c.tenant_id, entry.c.tenant_id == context.tenant)
        .where(entry.c.stock_id == stock.c.id, entry.c.on >= wanted.days.first)
        .correlate(stock)
        .lateral("moved")
    )  # fmt: skip


def _narrowed(context: Context, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    stock, product = Stock.__table__, Product.__table__
    found: list[sa.ColumnElement[bool]] = []
    if wanted.warehouse is not None:
        found.append(stock.c.warehouse_id == wanted.warehouse)
    if wanted.group is not None:
        found.append(product.c.group_id.in_(below(context, wanted.group)))
    found += [product.c.search_norm.contains(word, autoescape=True) for word in sdk.unaccented(wanted.text).split()]
    return found


def _row(key: UUID | None, heads: Any, figures: Any) -> Row:
    pairs = [Amounts(figures[at], figures[at + 1]) for at in range(0, len(figures), 2)]
    return Row(key, *heads, *pairs)


def _same(table: Any, key: Any, row: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant_id == row.c.tenant_id, table.c.id == key)


@dataclass(frozen=True, slots=True)
class CardLine:
    """One movement on the card of a stock."""

    on: date
    entity: str
    record: UUID
    number: str
    reason: str
    lot: str
    came: Amounts
    left: Amounts
    after: Amounts


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a stock for a period (S12): what was there, each movement, what is there."""

    opening: Amounts
    lines: list[CardLine]
    came: Amounts
    left: Amounts
    more: bool

    @property
    def closing(self) -> Amounts:
        """What is left after all of it."""
        start, more, less = self.opening, self.came, self.left
        return Amounts(start.quantity + more.quantity - less.quantity, start.value + more.value - less.value)


def card(context: Context, stock: Stock, days: Days, most: int | None = MOST) -> Card:
    """The movements of a product in a warehouse, each with what was there after it."""
    entry, lot = Entry.__table__, Lot.__table__
    mine = (entry.c.tenant_id == context.tenant, entry.c.stock_id == stock.id)
    zero = sa.func.coalesce
    since = [zero(sa.func.sum(one).filter(entry.c.on >= days.first), 0) for one in (entry.c.quantity, entry.c.value)]
    within = sa.and_(entry.c.on >= days.first, entry.c.on <= days.last)
    came, left = sa.and_(within, entry.c.quantity > 0), sa.and_(within, entry.c.quantity < 0)
    sums = [zero(sa.func.sum(one).filter(way), 0) for way in (came, left) for one in (entry.c.quantity, entry.c.value)]
    connection = context.session.connection()
    found = connection.execute(sa.select(*since, *sums).where(*mine, entry.c.on >= days.first)).one()
    opening = Amounts(stock.on_hand - found[0], stock.value - found[1])
    rows = connection.execute(
        sa.select(
            entry.c.on, entry.c.entity, entry.c.record_id, entry.c.number, lot.c.code, entry.c.quantity, entry.c.value
        )
        .outerjoin(lot, sa.and_(lot.c.tenant_id == entry.c.tenant_id, lot.c.id == entry.c.lot_id))
        .where(*mine, within)
        .order_by(entry.c.on, entry.c.position)
        .limit(most + 1 if most else None)
    ).all()
    lines = _card_lines(context, rows[:most], opening)
    return Card(opening, lines, Amounts(found[2], found[3]), Amounts(-found[4], -found[5]), len(rows) > len(lines))


def _card_lines(context: Context, rows: Any, opening: Amounts) -> list[CardLine]:
    reasons = _reasons(context, {(row.entity, row.record_id) for row in rows})
    quantity, value, found = opening.quantity, opening.value, list[CardLine]()
    for on, entity, record, number, lot, moved, worth in rows:
        quantity, value = quantity + moved, value + worth
        came, left = (Amounts(moved, worth), Amounts()) if moved > 0 else (Amounts(), Amounts(-moved, -worth))
        why = reasons.get(record, "")
        found.append(CardLine(on, entity, record, number, why, lot or "", came, left, Amounts(quantity, value)))
    return found


def _reasons(context: Context, documents: set[tuple[str, UUID]]) -> dict[UUID, str]:
    """What their documents say of why goods moved; one statement for each kind."""
    found: dict[UUID, str] = {}
    for model in (GoodsReceipt, GoodsIssue, Transfer, Stocktake):
        ids = [record for entity, record in documents if entity == context.resource(model).name]
        if ids:
            wanted = sa.select(model.id, model.reason).where(model.tenant_id == context.tenant, model.id.in_(ids))
            found |= {row[0]: row[1] or "" for row in context.session.execute(wanted)}
    return found
