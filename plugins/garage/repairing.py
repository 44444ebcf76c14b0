"""Repair orders: made of a quote or of a reception, with what each piece of work takes and when it was done (GAR-04)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, ListView, Print, User

from . import parts, pricing
from .documents import (
    ACCEPTED,
    CANCELLED,
    CHECKING,
    DELIVERED,
    DONE,
    FOR_PARTS,
    PART,
    WORK,
    WORKING,
    PartLine,
    Quote,
    RepairOrder,
    WorkLine,
)
from .following import HANDED_DOWN, of_kind, of_reception
from .models import DELIVERED as CAR_DELIVERED
from .models import IN_WORK, WAITING, Norm, Reception

_ = sdk.translator("plugins.garage")
STANDS = RepairOrder.state != CANCELLED.value
FINISHED = frozenset((DONE.value, DELIVERED.value))
BEGUN = FINISHED | {WORKING.value, CHECKING.value}
PRINTS = (
    Print(name="order", title=_("Repair order"), template="garage/order.html"),
    Print(name="job", title=_("Job card for the workshop"), template="garage/job.html"),
)
VIEWS = (
    ListView("inside", _("In the workshop"), {"state__in": "waiting,working,parts,checking", "sort": "promised_at"}),
    ListView("parts", _("Waiting for parts"), {"state__eq": FOR_PARTS.value, "sort": "promised_at"}),
    ListView("done", _("Done, to be handed over"), {"state__eq": DONE.value, "sort": "promised_at"}),
)


def order_of_quote(context: Context, quote_id: UUID) -> RepairOrder:
    """The repair order of a quote that was agreed to; the one that was made already, if one stands."""
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage != ACCEPTED.value:
        raise InvalidError({"stage": [_("The customer has not agreed to this quote yet.")]})
    if (there := sdk.made_of(context, RepairOrder, RepairOrder.quote_id, quote, STANDS)) is not None:
        return there
    values = sdk.handed_down(quote, RepairOrder, HANDED_DOWN) | {
        "works": sdk.lines_as(context, WorkLine, of_kind(quote.goods, WORK.value)),
        "parts": sdk.lines_as(context, PartLine, of_kind(quote.goods, PART.value)),
        "promised_at": quote.reception.promised_at if quote.reception else None,
    }
    made = sdk.convert(context, RepairOrder, values)
    made.quote_id = quote.id
    return made


def order_of_reception(context: Context, reception_id: UUID) -> RepairOrder:
    """The repair order of a car that goes to the workshop without a quote; the one that stands, if one does."""
    reception = sdk.get(context, Reception, reception_id, lock=True)
    if (there := sdk.made_of(context, RepairOrder, RepairOrder.reception_id, reception, STANDS)) is not None:
        return there
    values = of_reception(reception) | {"promised_at": reception.promised_at, "note": reception.wishes}
    return sdk.convert(context, RepairOrder, values)


def prepare(context: Context, orders: Sequence[RepairOrder]) -> None:
    """Standards of work, moments and sums, just before repair orders are written."""
    _take_standards(context, [line for one in orders for line in one.works])
    now = datetime.now(UTC)
    for one in orders:
        if one.state in BEGUN:
            one.started_at = one.started_at or now
        one.finished_at = (one.finished_at or now) if one.state in FINISHED else None
    pricing.prepare(context, orders)
    pricing.price_offers(context, orders)


def _take_standards(context: Context, works: Sequence[WorkLine]) -> None:
    """Hours and the technician's share, where nobody has said them."""
    bare = [line for line in works if line.product_id and None in (line.hours, line.pay)]
    if not bare:
        return
    wanted = sa.select(Norm).where(
        Norm.tenant_id == context.tenant, Norm.product_id.in_({line.product_id for line in bare}),
        Norm.deleted_at.is_(None),
    )  # fmt: skip
    norms = {one.product_id: one for one in context.session.scalars(wanted)}
    for line in bare:
        if line.product_id is not None and (norm := norms.get(line.product_id)) is not None:
            line.hours = norm.hours if line.hours is None else line.hours
            line.pay = norm.pay if line.pay is None else line.pay


def follow(context: Context, orders: Sequence[RepairOrder], event: str) -> None:
    """Parts of what is cancelled or deleted come back, and the receptions of the cars say how far they are."""
    parts.take_back(context, (one for one in orders if event == "deleted" or one.state == CANCELLED.value))
    if event != "deleted":
        _add_technicians(context, orders)
    _tell_receptions(context, orders)


def _add_technicians(context: Context, orders: Sequence[RepairOrder]) -> None:
    """Whoever is named on a piece of work is one of the order's technicians, and so sees it."""
    named = {one.id: {line.technician_id for line in one.works} - {None} for one in orders}
    if not any(named.values()):
        return
    pairs = RepairOrder.__links__["technicians"]
    wanted = sa.select(pairs.c.left_id, pairs.c.right_id).join(
        User, sa.and_(User.tenant_id == pairs.c.tenant_id, User.id == pairs.c.right_id, User.deleted_at.is_(None))
    ).where(pairs.c.tenant_id == context.tenant, pairs.c.left_id.in_(named))  # fmt: skip
    known: dict[UUID, set[UUID | None]] = defaultdict(set)
    for order_id, person in context.session.connection().execute(wanted):
        known[order_id].add(person)
    changes = [
        (one, {"technicians": [*known[one.id] | named[one.id]]}) for one in orders if named[one.id] - known[one.id]
    ]
    sdk.update_each(context.unrestricted(), changes)


def _tell_receptions(context: Context, orders: Sequence[RepairOrder]) -> None:
    receptions = {one.reception_id for one in orders if one.reception_id}
    if not receptions:
        return
    table: Any = RepairOrder.__table__
    found = sa.select(RepairOrder.reception_id, sa.func.array_agg(table.c.state)).where(
        RepairOrder.tenant_id == context.tenant, RepairOrder.reception_id.in_(receptions),
        table.c.deleted_at.is_(None), table.c.state != CANCELLED.value,
    )  # fmt: skip
    states = {row[0]: set(row[1]) for row in context.session.execute(found.group_by(RepairOrder.reception_id))}
    here = sa.select(Reception).where(Reception.tenant_id == context.tenant, Reception.id.in_(receptions))
    changes = [
        (one, {"state": state})
        for one in context.session.scalars(here)
        if one.state != (state := _state_of_car(states.get(one.id, set())))
    ]
    sdk.update_each(context.unrestricted(), changes)


def _state_of_car(orders: set[str]) -> str:
    """What a reception says of a car, by the states of its orders that stand."""
    if not orders:
        return WAITING.value
    return CAR_DELIVERED.value if orders == {DELIVERED.value} else IN_WORK.value
