"""Of which lots a stock is, and on which shelves they lie: divided among what moves."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core import sdk
from core.sdk import Context, InvalidError

from .models import LOTS, SERIALS, UNTRACKED, Lot, Rule, Stock, StockPart

if TYPE_CHECKING:
    from .ledger import Movement

_ = sdk.translator("plugins.warehouse")
NOTHING, ONE = Decimal(0), Decimal(1)
Place = tuple[UUID | None, UUID | None]
"""A lot and a location, each None where nothing is said."""
NOWHERE: Place = (None, None)


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one lot in one place; less than 0 where it leaves."""

    lot: UUID | None
    location: UUID | None
    quantity: Decimal


class Parts:
    """The parts of stocks that are locked, as they are now and as they become.

    ``codes`` are those that documents name, of products, and ``lots`` those that come back or come on.
    """

    def __init__(
        self,
        context: Context,
        stocks: Sequence[Stock],
        *,
        codes: Collection[tuple[UUID, str]] = (),
        lots: Collection[UUID] = (),
    ) -> None:
        self._context = context
        self._before = {one.id: one.on_hand for one in stocks}
        self._held: dict[UUID, dict[Place, Decimal]] = defaultdict(dict)
        self._changed: set[tuple[UUID, Place]] = set()
        self._read_held()
        products = {one.product_id for one in stocks}
        rules = sa.select(Rule.product_id, Rule.tracked).where(
            Rule.tenant_id == context.tenant, Rule.product_id.in_(products), Rule.deleted_at.is_(None)
        )
        self._tracked = {row[0]: row[1] for row in context.session.execute(rules)}
        self._lots: dict[tuple[UUID, str], Lot] = {}
        self._expiry: dict[UUID, date | None] = {}
        held = {place[0] for places in self._held.values() for place in places if place[0]}
        if codes or lots or held:
            self._read_lots(codes, {*lots, *held})
        serial = [one.id for one in self._lots.values() if self._tracked.get(one.product_id) == SERIALS.value]
        self._pieces = self._read_pieces(serial) if serial else {}

    def _read_held(self) -> None:
        held = sa.select(StockPart.stock_id, StockPart.lot_id, StockPart.location_id, StockPart.quantity).where(
            StockPart.tenant_id == self._context.tenant, StockPart.stock_id.in_(self._before), StockPart.quantity != 0
        )
        for stock, lot, location, quantity in self._context.session.execute(held):
            self._held[stock][lot, location] = quantity

    def _read_lots(self, codes: Collection[tuple[UUID, str]], ids: Collection[UUID]) -> None:
        named = sa.tuple_(Lot.product_id, Lot.code).in_(list(codes)) if codes else sa.false()
        known = sa.select(Lot).where(Lot.tenant_id == self._context.tenant, named | Lot.id.in_(ids))
        for one in self._context.session.scalars(
            known.order_by(Lot.deleted_at)
        ):  # those that are not deleted come last
            self._lots[one.product_id, one.code] = one
            self._expiry[one.id] = one.expires_on

    def _read_pieces(self, lots: Sequence[UUID]) -> dict[UUID, Decimal]:
        """How many there are of serial numbers, in all warehouses."""
        sums = (
            sa.select(StockPart.lot_id, sa.func.sum(StockPart.quantity))
            .where(StockPart.tenant_id == self._context.tenant, StockPart.lot_id.in_(lots))
            .group_by(StockPart.lot_id)
        )
        return dict.fromkeys(lots, NOTHING) | {
            lot: held for lot, held in self._context.session.execute(sums) if lot is not None
        }

    def before(self, stock: Stock) -> Decimal:
        """What was on hand."""
        return self._before[stock.id]

    def move(self, stock: Stock, lot: UUID | None, location: UUID | None, quantity: Decimal) -> None:
        """So much of a lot comes to a place, or leaves it. Raises InvalidError for a serial number that is here already."""
        held = self._held[stock.id]
        held[lot, location] = held.get((lot, location), NOTHING) + quantity
        stock.on_hand += quantity
        self._changed.add((stock.id, (lot, location)))
        if lot in self._pieces:
            self._pieces[lot] += quantity
            if self._pieces[lot] > ONE:
                raise _wrong(stock, _("%(code)s is here already.", code=self._code(lot)))

    def give_back(self, stock: Stock, lot: UUID | None, location: UUID | None, quantity: Decimal) -> None:
        """Undo that so much came to a place, or left it; what does not lie there any more is taken from elsewhere.

        Raises InvalidError where a lot has left already.
        """
        if quantity > 0:
            self.move(stock, lot, location, quantity)
            return
        held, left = self._held[stock.id], -quantity
        places = [place for place, there in held.items() if place[0] == lot and there > 0]
        for place in sorted(places, key=lambda each: (each[1] != location, *self._first(each))):
            taken = min(held[place], left)
            if taken:
                self.move(stock, *place, -taken)
            left -= taken
        if left and lot is not None:
            raise _wrong(stock, _("%(code)s has left already.", code=self._code(lot)))
        if left:  # the ledger says whether that may be
            self.move(stock, *NOWHERE, -left)

    def divide(self, stock: Stock, one: "Movement") -> Iterator[tuple[Part, Decimal | None]]:
        """Move it, lot by lot and place by place; each part with its share of what it is worth, if that is said."""
        found = list(self._coming(stock, one) if one.quantity > 0 else self._leaving(stock, one))
        left = one.value
        for at, part in enumerate(found):
            share = left
            if left is not None and at < len(found) - 1 and one.value is not None:
                share = sdk.rounded(self._context, one.value * part.quantity / one.quantity)
            left = None if left is None or share is None else left - share
            self.move(stock, part.lot, part.location, part.quantity)
            yield part, share

    def _coming(self, stock: Stock, one: "Movement") -> Iterator[Part]:
        tracked = self._tracked.get(stock.product_id, UNTRACKED.value)
        if tracked == UNTRACKED.value:
            owed = min(-self._held[stock.id].get(NOWHERE, NOTHING), one.quantity)
            if owed > 0:  # it left before it was there
                yield Part(*NOWHERE, owed)
            if one.quantity > max(owed, NOTHING):
                yield Part(None, one.location, one.quantity - max(owed, NOTHING))
        elif tracked == LOTS.value:
            yield Part(self._lot(stock, _only(stock, one.lots), one.expires_on).id, one.location, one.quantity)
        else:
            for code in _pieces(stock, one):
                yield Part(self._lot(stock, code, one.expires_on).id, one.location, ONE)

    def _leaving(self, stock: Stock, one: "Movement") -> Iterator[Part]:
        """From where it is said, or else what expires first, and of that what lies on a shelf last."""
        tracked, wanted, left = self._tracked.get(stock.product_id, UNTRACKED.value), set[UUID](), -one.quantity
        if tracked == SERIALS.value and (one.lots or left % 1):
            _pieces(stock, one)
        for code in one.lots:
            if (lot := self._lots.get((stock.product_id, code))) is None:
                raise _wrong(stock, _("%(code)s is not here.", code=code))
            wanted.add(lot.id)
        open_ = [
            (place, held)
            for place, held in self._held[stock.id].items()
            if held > 0 and (not wanted or place[0] in wanted) and one.location in {None, place[1]}
        ]
        for place, held in sorted(open_, key=lambda each: self._first(each[0])):
            taken = min(held, left)
            if taken:
                yield Part(*place, -taken)
            left -= taken
        if left and (wanted or one.location or tracked != UNTRACKED.value):
            raise _wrong(stock, _("Not so much of it lies there."))
        if left:  # the ledger says whether that may be
            yield Part(*NOWHERE, -left)

    def _first(self, place: Place) -> tuple[date, bool, str]:
        expires = self._expiry.get(place[0]) if place[0] else None
        return (expires or date.max, place[1] is not None, str(place))

    def _code(self, lot: UUID) -> str:
        return next((code for (_product, code), one in self._lots.items() if one.id == lot), "")

    def _lot(self, stock: Stock, code: str, expires_on: date | None) -> Lot:
        """The lot of a code, made where there is none."""
        turn, key = self._context.unrestricted(), (stock.product_id, code)
        known = self._lots.get(key)
        if known is None:
            values = {"code": code, "product": stock.product_id, "expires_on": expires_on}
            try:
                known = sdk.create(turn, Lot, values)
            except InvalidError as error:
                raise _wrong(stock, next(iter(error.errors.values()))[0]) from None
            self._lots[key], self._expiry[known.id] = known, expires_on
            if self._tracked.get(stock.product_id) == SERIALS.value:
                self._pieces[known.id] = NOTHING
        elif known.deleted_at is not None:
            sdk.restore(turn, [known])
        return known

    def save(self) -> None:
        """Write what changed."""
        rows = [
            {
                "tenant_id": self._context.tenant, "id": uuid7(), "stock_id": stock, "lot_id": place[0],
                "location_id": place[1], "quantity": self._held[stock][place],
            }
            for stock, place in sorted(self._changed, key=str)
        ]  # fmt: skip
        keys = ["tenant_id", "stock_id", "lot_id", "location_id"]
        sdk.bulk.insert(self._context.session, StockPart.__table__, rows, keys=keys, renewed=["quantity"])
        if any(not row["quantity"] for row in rows):
            mine = (StockPart.tenant_id == self._context.tenant, StockPart.stock_id.in_(self._before))
            gone = sa.delete(StockPart).where(*mine, StockPart.quantity == 0)
            self._context.session.execute(gone.execution_options(synchronize_session=False))
        self._changed.clear()


def _only(stock: Stock, codes: Sequence[str]) -> str:
    if len(codes) != 1:
        raise _wrong(stock, _("Say of which lot it is, one in each line."))
    return codes[0]


def _pieces(stock: Stock, one: "Movement") -> Sequence[str]:
    if len(set(one.lots)) != abs(one.quantity):
        raise _wrong(stock, _("Give a serial number for each piece."))
    return one.lots


def _wrong(stock: Stock, text: sdk.Label) -> InvalidError:
    return InvalidError({"goods": [_("%(product)s: %(text)s", product=stock.name, text=text)]})
