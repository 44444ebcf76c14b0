"""The one way into the stock ledger: what moves is checked, costed and written in the caller's transaction.

Whoever moves goods locks their stocks first, always in the same order: what one issuer saw is there until they are done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core import sdk
from core.sdk import Context, InvalidError

from . import policy, recosting, reserving
from .models import Entry, Stock
from .parts import Parts
from .stocks import Key, lock

_ = sdk.translator("plugins.warehouse")
NOTHING = Decimal(0)
Document = tuple[str, UUID]
"""An entity's name and the id of one of its records."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """Goods that come into a warehouse, or leave it."""

    product: UUID
    warehouse: UUID
    quantity: Decimal
    """In the product's own unit; less than 0 where they leave."""
    line: UUID | None = None
    value: Decimal | None = None
    """What they are worth by their document; None for what they cost by the ledger."""
    lots: tuple[str, ...] = ()
    """By which codes they are told apart. What leaves without one is of the lot that expires first."""
    expires_on: date | None = None
    location: UUID | None = None
    onward: UUID | None = None
    """The warehouse that what leaves comes into at once, with its value and its lots: of transfers."""


def post(context: Context, document: Document, number: str, on: date, movements: Sequence[Movement]) -> None:
    """Write what a document moves; what was reserved for it is so no more.

    Raises InvalidError for a day that is closed, and where something leaves that is not there.
    """
    policy.insist_open(context, on)
    keys = {(one.product, one.warehouse) for one in movements}
    keys |= {(one.product, one.onward) for one in movements if one.onward}
    stocks = lock(context, keys)
    by_key = {(one.product_id, one.warehouse_id): one for one in stocks}
    reserving.release_locked(context, document, stocks)
    parts, made = Parts(context, stocks), list[Entry]()

    def add(stock: Stock, one: Movement, **values: object) -> Entry:
        stock.entries += 1
        entry = Entry(
            tenant_id=context.tenant, id=uuid7(), stock_id=stock.id, on=on, position=stock.entries, at=datetime.now(UTC),
            entity=document[0], record_id=document[1], line_id=one.line, number=number, reverses=False, **values,
        )  # fmt: skip
        made.append(entry)
        return entry

    for one in movements:
        stock = by_key[one.product, one.warehouse]
        for part, value in parts.divide(stock, one):
            where = {"lot_id": part.lot, "location_id": part.location}
            entry = add(stock, one, **where, quantity=part.quantity, given=value, follows_id=None)
            if one.onward:
                there = by_key[one.product, one.onward]
                parts.move(there, part.lot, None, -part.quantity)
                where["location_id"] = None
                add(there, one, **where, quantity=-part.quantity, given=None, follows_id=entry.id)
    _write(context, stocks, parts, made)


def take_back(context: Context, document: Document) -> None:
    """Undo what a document moved: on its own day as if it had never been; if that is closed, on the next open one.

    Raises InvalidError where what came in by it has left already.
    """
    stocks = lock(context, _moved_by(context, document))
    standing = _standing(context, document)
    by_id = {one.id: one for one in stocks}
    parts, made = Parts(context, stocks), list[Entry]()
    for one in standing:
        stock, day = by_id[one.stock_id], policy.open_day(context, one.on)
        stock.entries += 1
        parts.move(stock, one.lot_id, one.location_id, -one.quantity)
        made.append(
            Entry(
                tenant_id=context.tenant, id=uuid7(), stock_id=stock.id, lot_id=one.lot_id, location_id=one.location_id,
                on=day, position=stock.entries, at=datetime.now(UTC), quantity=-one.quantity, given=None, follows_id=one.id,
                reverses=day == one.on, entity=document[0], record_id=document[1], line_id=one.line_id, number=one.number,
            )
        )  # fmt: skip
    _write(context, stocks, parts, made)


def _write(context: Context, stocks: Sequence[Stock], parts: Parts, made: Sequence[Entry]) -> None:
    """Check what is left, cost the entries and write everything."""
    _insist_there(context, stocks, parts)
    recosting.enter(context, stocks, made)
    parts.save()
    policy.tell_levels(context, stocks)
    context.session.flush()


def _moved_by(context: Context, document: Document) -> set[Key]:
    """The products and warehouses that a document has moved goods of."""
    found = (
        sa.select(Stock.product_id, Stock.warehouse_id)
        .join(Entry, sa.and_(Entry.tenant_id == Stock.tenant_id, Entry.stock_id == Stock.id))
        .where(Stock.tenant_id == context.tenant, Entry.entity == document[0], Entry.record_id == document[1])
        .distinct()
    )
    return {(row[0], row[1]) for row in context.session.execute(found)}


def _standing(context: Context, document: Document) -> list[Entry]:
    """The entries of a document that were not taken back, the latest first: what came onward goes back before."""
    mine = (Entry.tenant_id == context.tenant, Entry.entity == document[0], Entry.record_id == document[1])
    found = {one.id: one for one in context.session.scalars(sa.select(Entry).where(*mine).order_by(Entry.id.desc()))}
    back = {
        one.id: one.follows_id
        for one in found.values()
        if one.follows_id in found and found[one.follows_id].stock_id == one.stock_id
    }
    gone = {*back, *back.values()}
    return [one for one in found.values() if one.id not in gone]


def _insist_there(context: Context, stocks: Iterable[Stock], parts: Parts) -> None:
    """Nothing leaves that is not there or is kept for somebody else, unless the company lets it."""
    if policy.of(context).overdraws:
        return
    short = [one for one in stocks if one.on_hand < max(one.reserved, NOTHING) and one.on_hand < parts.before(one)]
    if not short:
        return
    raise InvalidError(
        {
            "goods": [
                _(
                    "%(product)s: only %(n)s left in this warehouse.",
                    product=one.name,
                    n=sdk.show_number(max(parts.before(one) - one.reserved, NOTHING)),
                )
                for one in short
            ]
        }
    )
