"""Of which lots a stock is, and on which shelves they lie: divided among what moves."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one lot in one place; less than 0 where it leaves."""

    lot: UUID | None
    location: UUID | None
    quantity: Decimal


class Parts:
    """The parts of stocks that are locked, as they are now and as they become."""

    def __init__(self, context: Context, stocks: Sequence[Stock]) -> None:
        self._context = context
        self._before = {one.id: one.on_hand for one in stocks}
        ids = list(self._before)
        products = {one.product_id for one in stocks}
        self._tracked: dict[UUID, str] = dict(
            context.session.execute(
                sa.select(Rule.product_id, Rule.tracked).where(
                    Rule.tenant_id == context.tenant, Rule.product_id.in_(products), Rule.deleted_at.is_(None)
                )
            ).all()
        )
        told_apart = [one for one in products if self._tracked.get(one, UNTRACKED.value) != UNTRACKED.value]
        known = sa.select(Lot).where(Lot.tenant_id == context.tenant, Lot.product_id.in_(told_apart))
        self._lots = {(one.product_id, one.code): one for one in context.session.scalars(known)} if told_apart else {}
        lots = {one.id: one for one in self._lots.values()}
        held = sa.select(StockPart.stock_id, StockPart.lot_id, StockPart.location_id, StockPart.quantity).where(
            StockPart.tenant_id == context.tenant, StockPart.stock_id.in_(ids)
        )
        self._held: dict[UUID, dict[Place, Decimal]] = defaultdict(dict)
        for stock, lot, location, quantity in context.session.execute(held):
            self._held[stock][lot, location] = quantity
        self._changed: set[tuple[UUID, UUID | None, UUID | None]] = set()
        self._expiry = {key: one.expires_on for key, one in lots.items()}

    def before(self, stock: Stock) -> Decimal:
        """What was on hand."""
        return self._before[stock.id]

    def move(self, stock: Stock, lot: UUID | None, location: UUID | None, quantity: Decimal) -> None:
        """So much of a lot comes to a place, or leaves it."""
        held = self._held[stock.id]
        held[lot, location] = held.get((lot, location), NOTHING) + quantity
        stock.on_hand += quantity
        self._changed.add((stock.id, lot, location))

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
            yield Part(None, one.location, one.quantity)
        elif tracked == LOTS.value:
            code = _only(stock, one.lots)
            yield Part(self._lot(stock, code, one.expires_on).id, one.location, one.quantity)
        else:
            for code in _pieces(stock, one):
                lot = self._lot(stock, code, one.expires_on)
                if any(held > 0 for (which, _where), held in self._held[stock.id].items() if which == lot.id):
                    raise _wrong(stock, _("%(code)s is here already.", code=code))
                yield Part(lot.id, one.location, ONE)

    def _leaving(self, stock: Stock, one: "Movement") -> Iterator[Part]:
        """From where it is said, or else what expires first, and of that what lies on a shelf last."""
        wanted, left = set[UUID](), -one.quantity
        if one.lots:
            if self._tracked.get(stock.product_id) == SERIALS.value:
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
        if left and (wanted or one.location):
            raise _wrong(stock, _("Not so much of it lies there."))
        if left:  # the ledger says whether that may be
            yield Part(None, None, -left)

    def _first(self, place: Place) -> tuple[date, bool, str]:
        expires = self._expiry.get(place[0]) if place[0] else None
        return (expires or date.max, place[1] is not None, str(place))

    def _lot(self, stock: Stock, code: str, expires_on: date | None) -> Lot:
        """The lot of a code, made where there is none."""
        known = self._lots.get((stock.product_id, code))
        if known is None:
            values = {"code": code, "product": stock.product_id, "expires_on": expires_on}
            known = sdk.create(self._context.unrestricted(), Lot, values)
            self._lots[stock.product_id, code] = known
            self._expiry[known.id] = expires_on
        return known

    def save(self) -> None:
        """Write what changed, in one statement."""
        if not self._changed:
            return
        rows = [
            {
                "tenant_id": self._context.tenant, "id": uuid7(), "stock_id": stock, "lot_id": lot,
                "location_id": location, "quantity": self._held[stock][lot, location],
            }
            for stock, lot, location in sorted(self._changed, key=str)
        ]  # fmt: skip
        keys = ["tenant_id", "stock_id", "lot_id", "location_id"]
        sdk.bulk.insert(self._context.session, StockPart.__table__, rows, keys=keys, renewed=["quantity"])
        self._changed.clear()


def _only(stock: Stock, codes: Sequence[str]) -> str:
    if len(codes) != 1:
        raise _wrong(stock, _("Say of which lot it is, one in each line."))
    return codes[0]


def _pieces(stock: Stock, one: "Movement") -> Sequence[str]:
    if len(set(one.lots)) != abs(one.quantity):
        raise _wrong(stock, _("Give a serial number for each piece."))
    return one.lots


def _wrong(stock: Stock, text: sdk.Text) -> InvalidError:
    return InvalidError({"goods": [_("%(product)s: %(text)s", product=stock.name, text=text)]})
