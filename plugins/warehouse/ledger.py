"""The one way into the stock ledger: what moves is checked, costed and written in the caller's transaction.

Whoever moves goods locks their stocks first, always in the same order: what one issuer saw is there until they are done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core import sdk
from core.sdk import Context, InvalidError

from . import levels, policy, recosting, reserving
from .models import TRANSIT, Entry, Stock
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
    reserving.release_locked(context, document, stocks)
    by_key = {(one.product_id, one.warehouse_id): one for one in stocks}
    codes = {(one.product, code) for one in movements for code in one.lots}
    sheet = _Sheet(context, document, number, stocks, Parts(context, stocks, codes=codes))
    for one in movements:
        stock = by_key[one.product, one.warehouse]
        for part, value in sheet.parts.divide(stock, one):
            said = {"on": on, "line_id": one.line, "lot_id": part.lot}
            entry = sheet.add(stock, part.quantity, location_id=part.location, given=value, **said)
            if one.onward:
                there = by_key[one.product, one.onward]
                sheet.parts.move(there, part.lot, None, -part.quantity)
                sheet.add(there, -part.quantity, follows_id=entry.id, **said)
    sheet.write()


def arrive(context: Context, document: Document, number: str, on: date, into: UUID) -> None:
    """What a document has put on its way comes into a warehouse: the same lots, for what they cost where they came from.

    Raises InvalidError for a day that is closed.
    """
    policy.insist_open(context, on)
    on_way = _moved_by(context, document)
    stocks = lock(context, on_way | {(product, into) for product, _warehouse in on_way})
    by_id = {one.id: one for one in stocks}
    targets = {one.product_id: one for one in stocks if one.warehouse_id == into}
    sent = [
        one
        for one in reversed(_standing(context, document))
        if one.quantity > 0 and by_id[one.stock_id].warehouse.kind == TRANSIT.value
    ]
    lots = {one.lot_id for one in sent if one.lot_id}
    sheet = _Sheet(context, document, number, stocks, Parts(context, stocks, lots=lots))
    for one in sent:
        way, target = by_id[one.stock_id], targets[by_id[one.stock_id].product_id]
        said = {"on": on, "line_id": one.line_id, "lot_id": one.lot_id}
        sheet.parts.move(way, one.lot_id, None, -one.quantity)
        gone = sheet.add(way, -one.quantity, follows_id=one.id, value=-one.value, **said)
        sheet.parts.move(target, one.lot_id, None, one.quantity)
        sheet.add(target, one.quantity, follows_id=gone.id, **said)
    sheet.write()


def take_back(context: Context, document: Document) -> None:
    """Undo what a document moved: on its own day as if it had never been; if that is closed, on the next open one.

    Raises InvalidError where what came in by it has left already.
    """
    stocks = lock(context, _moved_by(context, document))
    standing = _standing(context, document)
    by_id = {one.id: one for one in stocks}
    lots = {one.lot_id for one in standing if one.lot_id}
    number = standing[0].number if standing else ""
    sheet = _Sheet(context, document, number, stocks, Parts(context, stocks, lots=lots))
    onward = {one.follows_id: one.id for one in standing if one.follows_id}
    back: dict[UUID, Entry] = {}
    for one in standing:
        stock, day = by_id[one.stock_id], policy.open_day(context, one.on)
        sheet.parts.give_back(stock, one.lot_id, one.location_id, -one.quantity)
        follower = back.get(onward.get(one.id, one.id))
        back[one.id] = sheet.add(
            stock, -one.quantity, on=day, line_id=one.line_id, lot_id=one.lot_id, location_id=one.location_id,
            takes_back_id=one.id, reverses=day == one.on, **_worth(one, stock, follower, closed=day != one.on),
        )  # fmt: skip
    sheet.write()


def _worth(one: Entry, stock: Stock, follower: Entry | None, *, closed: bool) -> dict[str, Any]:
    """What taking an entry back is worth: as much as the entry, if nothing came between.

    On a later day, what went on to another warehouse comes back for what it costs there by then, and what came in goes
    for what it costs by then; what had left is worth what it cost until now.
    """
    if closed and follower is not None and not follower.reverses:
        return {"follows_id": follower.id}
    if closed and stock.warehouse.kind != TRANSIT.value:
        return {} if one.quantity > 0 else {"given": -one.value, "value": -one.value}
    return {"follows_id": one.id, "value": -one.value}


@dataclass
class _Sheet:
    """What is about to be entered for a document, into stocks that are locked."""

    context: Context
    document: Document
    number: str
    stocks: Sequence[Stock]
    parts: Parts
    made: list[Entry] = field(default_factory=list)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, stock: Stock, quantity: Decimal, **values: Any) -> Entry:
        """One more entry."""
        stock.entries += 1
        usual = {"given": None, "value": NOTHING, "follows_id": None, "takes_back_id": None, "reverses": False}
        entry = Entry(
            tenant_id=self.context.tenant, id=uuid7(), stock_id=stock.id, position=stock.entries, at=self.at,
            quantity=quantity, entity=self.document[0], record_id=self.document[1], number=self.number,
            **{**usual, "location_id": None, **values},
        )  # fmt: skip
        self.made.append(entry)
        return entry

    def write(self) -> None:
        """Check what is left, cost the entries and write everything."""
        if not self.made:
            return
        self._insist_there()
        self._insist_it_was_there(recosting.enter(self.context, self.stocks, self.made))
        self.parts.save()
        levels.tell(self.context, self.stocks)
        self.context.session.flush()
        levels.add_up(self.context, {one.product_id for one in self.stocks})

    def _insist_there(self) -> None:
        """Nothing leaves that is not there or is kept for somebody else, unless the company lets it."""
        if policy.of(self.context).overdraws:
            return
        short: list[sdk.Label] = [
            _("%(product)s: only %(n)s left in this warehouse.", product=one.name, n=sdk.show_number(self._free(one)))
            for one in self.stocks
            if one.on_hand < max(one.reserved, NOTHING) and one.on_hand < self.parts.before(one)
        ]
        if short:
            raise InvalidError({"goods": short})

    def _free(self, stock: Stock) -> Decimal:
        """What could have left."""
        return max(self.parts.before(stock) - stock.reserved, NOTHING)

    def _insist_it_was_there(self, overdrawn: Mapping[UUID, date]) -> None:
        """Neither does it leave on an earlier day than it came."""
        if policy.of(self.context).overdraws:
            return
        lowered = {one.stock_id for one in self.made if one.quantity < 0}
        short: list[sdk.Label] = [
            recosting.too_little(one, day)
            for one in self.stocks
            if one.id in lowered and (day := overdrawn.get(one.id))
        ]
        if short:
            raise InvalidError({"goods": short})


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
    every = sa.select(Entry).where(*mine).order_by(Entry.id.desc()).execution_options(populate_existing=True)
    found = list(context.session.scalars(every))
    gone = {one.takes_back_id for one in found}
    return [one for one in found if one.id not in gone and one.takes_back_id is None]
