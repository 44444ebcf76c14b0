"""Settling repairs (GAR-05): what a slip begins with, the parts that leave with it, and the money it asks for.

A slip has two switches. *Stock-out* lets its parts leave the warehouse, as far as the repair order has not had them
already, and takes them back. *Settlement* makes the receipt, once, and the insurer's file; reopened, both go again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.cash import api as cash
from plugins.catalog import api as catalog
from plugins.warehouse import api as warehouse

from . import pricing, reminding, standards
from .documents import (
    AGREED,
    CANCELLED,
    CASH,
    OPEN,
    PAID,
    PART,
    SETTLED,
    STOCK_APPROVED,
    STOCK_CANCELLED,
    STOCK_NEW,
    UNPAID,
    VOID,
    Claim,
    PartLine,
    RepairOrder,
    Settlement,
    SettlementLine,
    WorkLine,
)
from .following import HANDED_DOWN

_ = sdk.translator("plugins.garage")
NOTHING = Decimal(0)
NEXT = {
    STOCK_NEW.value: {STOCK_APPROVED.value, STOCK_CANCELLED.value},
    STOCK_APPROVED.value: {STOCK_CANCELLED.value},
    STOCK_CANCELLED.value: {STOCK_NEW.value, STOCK_APPROVED.value},
}
"""From which state of the stock-out a slip comes into which."""
FIXED = ("customer_id", "vehicle_id", "insurer_id", "settled_on", "due", "insured")
"""What of a slip that is settled stays as it is."""
_TURNED = "garage.turned"


@dataclass(frozen=True, slots=True)
class Turned:
    """A slip that is settled now, or open again, by the save that is under way."""

    settled: bool
    paid: bool
    """Whether somebody said that the customer has paid."""


def settlement_of(context: Context, order_id: UUID) -> Settlement:
    """The settlement of a repair order, with all the customer agreed to; the one that was made already, if there is one.

    Raises InvalidError for an order that is cancelled, or on which nothing is to be charged.
    """
    order = sdk.get(context, RepairOrder, order_id, lock=True)
    if (there := sdk.made_of(context, Settlement, Settlement.order_id, order)) is not None:
        return there
    if order.state == CANCELLED.value:
        raise InvalidError({"": [_("This repair order is cancelled.")]})
    lines: list[WorkLine | PartLine] = [*order.works, *order.parts]
    goods = sdk.lines_as(context, SettlementLine, (line for line in lines if line.agreed == AGREED.value))
    if not goods:
        raise InvalidError({"": [_("There is no work and no part that the customer agreed to.")]})
    values = {"order": order.id, "warehouse": order.warehouse_id, "goods": goods}
    return sdk.convert(context, Settlement, values | sdk.handed_down(order, Settlement, HANDED_DOWN))


def guard(_context: Context, record: Settlement | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """A slip goes from state to state in order; what is paid of one that is settled is said by its receipts."""
    if record is None:
        return
    stock, payment = values.get("stock", record.stock), values.get("payment", record.payment)
    if stock != record.stock and stock not in NEXT[record.stock]:
        yield "stock", _("It cannot become this now.")
    settled = record.state == SETTLED.value == values.get("state", SETTLED.value)
    if settled and payment != record.payment:
        yield "payment", _("This follows from the receipts: write or cancel one.")


def prepare(context: Context, settlements: Sequence[Settlement]) -> None:
    """What a slip takes over from its car and from the standards of work; amounts; whether it is settled by this save."""
    reminding.take_over(context, [one for one in settlements if not sa.inspect(one).persistent])
    standards.apply(context, settlements)
    pricing.prepare(context, settlements)
    turned = context.cache.setdefault(_TURNED, {})
    for one in settlements:
        was = _before(one, "state") or OPEN.value
        if was == one.state:
            _insist_unchanged(one)
        else:
            turned[one.id] = Turned(one.state == SETTLED.value, one.payment == PAID.value)
        if one.state == SETTLED.value:
            _insist_complete(one)
        if one.order_id is not None and _before(one, "order_id") != one.order_id:
            _insist_alone(context, one, one.order_id)


def _before(one: Settlement, name: str) -> Any:
    """What stood in a column until now; None of a new slip."""
    state = sa.inspect(one)
    old = state.attrs[name].history.deleted
    return (old[0] if old else getattr(one, name)) if state.persistent else None


def _insist_unchanged(one: Settlement) -> None:
    if one.state == SETTLED.value and any(_before(one, name) != getattr(one, name) for name in FIXED):
        raise InvalidError({"": [_("What is settled stays as it is: reopen the slip first.")]})


def _insist_complete(one: Settlement) -> None:
    if one.payment == VOID.value:
        raise InvalidError({"payment": [_("A slip whose payment is cancelled is not settled.")]})
    if one.insured and one.insurer_id is None:
        raise InvalidError({"insurer": [_("Choose the insurer who pays a part of it.")]})


def _insist_alone(context: Context, one: Settlement, order_id: UUID) -> None:
    sdk.get(context.unrestricted(), RepairOrder, order_id, lock=True)
    others = sa.select(Settlement.number).where(
        Settlement.tenant_id == context.tenant, Settlement.order_id == order_id, Settlement.deleted_at.is_(None),
        Settlement.id != one.id,
    )  # fmt: skip
    with context.session.no_autoflush:
        number = context.session.scalar(others.limit(1))
    if number is not None:
        raise InvalidError({"order": [_("%(number)s settles this repair order already.", number=number)]})


def follow(context: Context, settlements: Sequence[Settlement], event: str) -> None:
    """Bring parts and money into step with slips that were written."""
    turned: dict[UUID, Turned] = context.cache.get(_TURNED, {})
    for one in settlements:
        if event == "deleted" and (one.stock == STOCK_APPROVED.value or one.state == SETTLED.value):
            raise InvalidError({"": [_("Reopen it and cancel its stock-out first.")]})
        if event != "deleted":
            _move_parts(context, one)
        if (turn := turned.pop(one.id, None)) is not None:
            _settle(context, one, paid=turn.paid) if turn.settled else _reopen(context, one)
            reminding.plan(context, one)


def _move_parts(context: Context, one: Settlement) -> None:
    """The parts that a slip charges leave, less those its repair order has had already, or come back.

    Raises InvalidError where less is charged now than has left.
    """
    reference = ("garage.settlement", one.id)
    if one.stock != STOCK_APPROVED.value:
        warehouse.take_back(context, reference)
        return
    place = one.warehouse_id or warehouse.default_warehouse(context)
    wanted = _charged_parts(context, one)
    for product, quantity in _had_by_order(context, one, place).items():
        wanted[product] -= quantity
    goods = [warehouse.GoodsOut(product, quantity) for product, quantity in wanted.items() if quantity > 0]
    warehouse.issue_goods(
        context, reference, place, goods, on=one.settled_on, customer=one.customer_id, kind=warehouse.REPAIR.value,
        reason=str(_("Settlement %(number)s", number=one.number)),
    )  # fmt: skip
    left = warehouse.issued(context, reference[0], [one.id]).get(one.id, {})
    if any(quantity > max(wanted[product], NOTHING) for product, quantity in left.items()):
        raise InvalidError({"goods": [_("More parts than this have left the warehouse: cancel the stock-out first.")]})


def _charged_parts(context: Context, one: Settlement) -> defaultdict[UUID, Decimal]:
    """The parts on a slip, in products' own units."""
    parts = [line for line in one.goods if line.kind == PART.value]
    return defaultdict(Decimal, catalog.contents(context, catalog.in_own_units(context, parts)))


def _had_by_order(context: Context, one: Settlement, place: UUID) -> Mapping[UUID, Decimal]:
    """What has left for the repair order of a slip; what the order asked for besides is not handed out to it any more."""
    if one.order_id is None:
        return {}
    order = ("garage.repair_order", one.order_id)
    had = warehouse.issued(context, order[0], [order[1]]).get(order[1], {})
    warehouse.request_goods(context, order, place, [warehouse.GoodsOut(*each) for each in had.items()])
    return had


def _settle(context: Context, one: Settlement, *, paid: bool) -> None:
    """Open the insurer's file, and ask the customer for their part: the one receipt a slip makes."""
    if one.insured:
        values = {
            "settlement": one.id, "insurer": one.insurer_id, "on": one.settled_on, "amount": one.insured,
            "claim_no": one.claim_no,
        }  # fmt: skip
        sdk.create(context.unrestricted(), Claim, values)
    cash.ask_for(context, ("garage.settlement", one.id), at_bank=one.method != CASH.value, paid=paid, on=one.settled_on)
    note_paid(context, "garage.settlement", {one.id: one.paid})


def _reopen(context: Context, one: Settlement) -> None:
    """Take back what settling asked for. Raises InvalidError where somebody has paid."""
    files = claims_of(context, one.id)
    if one.paid or any(file.paid for file in files):
        raise InvalidError({"": [_("Money was received for it: cancel those receipts first.")]})
    for reference in [("garage.settlement", one.id), *(("garage.claim", file.id) for file in files)]:
        cash.withdraw(context, reference)
    sdk.delete(context.unrestricted(), files)
    note_paid(context, "garage.settlement", {one.id: one.paid})


def claims_of(context: Context, settlement: UUID) -> Sequence[Claim]:
    """The insurer's file of a settlement, if there is one."""
    wanted = sa.select(Claim).where(
        Claim.tenant_id == context.tenant, Claim.settlement_id == settlement, Claim.deleted_at.is_(None)
    )
    return context.session.scalars(wanted.order_by(Claim.id)).all()


def note_paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Keep settlements and insurers' files in step with what is paid of them now."""
    if entity == "garage.settlement":
        slips = _locked(context, Settlement, amounts)
        sdk.derive_each(
            context, [(one, {"paid": amounts[one.id], "payment": _payment(one, amounts[one.id])}) for one in slips]
        )
    elif entity == "garage.claim":
        sdk.derive_each(context, [(one, {"paid": amounts[one.id]}) for one in _locked(context, Claim, amounts)])


def _payment(one: Settlement, paid: Decimal) -> str:
    """What the payment of a slip is called."""
    return PAID.value if one.state == SETTLED.value and paid >= one.due else UNPAID.value


def _locked(context: Context, model: type[Any], amounts: Mapping[UUID, Decimal]) -> list[Any]:
    wanted = sa.select(model).where(model.tenant_id == context.tenant, model.id.in_(amounts))
    return list(context.session.scalars(wanted.order_by(model.id).with_for_update()))
