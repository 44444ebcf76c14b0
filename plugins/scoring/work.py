"""What is done when something happens: each job brings a part of the ledger into step."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core import sdk
from core.sdk import Context, Customer, Handler, Work

from . import kinds, ledger, levels, recomputing
from .bases import SIGNAL
from .models import Signal

_ = sdk.translator("plugins.scoring")
FOLLOW, FADE = "scoring.follow", "scoring.fade"
_ENDS = ("deleted", "restored", "undone")
_LONGEST = 200


def handlers() -> Iterable[Handler]:
    """Events of the records that give points, signals of other modules, and what scoring asks for itself."""
    title = _("Work out scores")
    for entity in ("core.transaction", "sales.opportunity", "sales.quote"):
        for event in ("created", "changed", *_ENDS):
            yield Handler(topic=f"{entity}.{event}", run=follow_record, title=title)
    for event in ("created", "changed"):
        yield Handler(topic=f"core.customer.{event}", run=follow_groups, title=title)
    for event in ("changed", *_ENDS):
        yield Handler(topic=f"core.customer_group.{event}", run=follow_group, title=title)
    for kind in kinds.SIGNALS:
        yield Handler(topic=topic_of(kind), run=hear, title=title)
    yield Handler(topic=FOLLOW, run=follow_customers, title=title)
    yield Handler(topic=FADE, run=fade, title=_("Let scores fade"))
    yield Handler(topic=levels.RATE, run=rate, title=_("Give out the stars"))
    yield Handler(topic=recomputing.RECOMPUTE, run=recomputing.recompute, title=_("Compute all scores anew"))


def topic_of(kind: str) -> str:
    """The topic by which a kind of signal is told."""
    return f"scoring.{kind}"


def follow_record(context: Context, work: Work) -> None:
    """A quote, an opportunity or a transaction is another than it was."""
    ledger.settle_records(context, work.payload["entity"], [UUID(work.payload["id"])])


def follow_groups(context: Context, work: Work) -> None:
    """A customer is in other groups."""
    if "groups" in work.payload["values"]:
        follow_record(context, work)


def follow_group(context: Context, work: Work) -> None:
    """A group is worth something else, to all who are in it."""
    values = work.payload["values"]
    if not values or "points" in values:
        recomputing.ask(context)


def follow_customers(context: Context, work: Work) -> None:
    """Customers became one, or two again."""
    ledger.settle_customers(context, [UUID(one) for one in work.payload["customers"]])


def fade(context: Context, _work: Work) -> None:
    """A night has passed."""
    ledger.fade(context)


def rate(context: Context, _work: Work) -> None:
    """The stars take other points than before."""
    ledger.rate(context)


def hear(context: Context, work: Work) -> None:
    """Keep what another module saw, and give the points for it; see :func:`plugins.scoring.api.record`."""
    told = work.payload["values"]
    found = _keep(context, UUID(work.payload["id"]), told) if told else None
    if found is not None:
        ledger.settle_records(context, SIGNAL, [found])


def _keep(context: Context, customer: UUID, told: dict[str, Any]) -> UUID | None:
    """The signal's row; None where there is no such customer, or something later was told of the occasion already."""
    customers, signals = Customer.__table__, Signal.__table__
    known = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sa.func.gen_random_uuid(), customers.c.id,
        sa.literal(told["kind"], sa.Text), sa.literal(told["occasion"][:_LONGEST], sa.Text),
        sa.literal(told["value"][:_LONGEST], sa.Text), sa.literal(Decimal(told["amount"]), sa.Numeric),
        sa.literal(told["about"][:_LONGEST], sa.Text),
        sa.literal(datetime.fromisoformat(told["at"]), sa.DateTime(timezone=True)),
    ).where(customers.c.tenant_id == context.tenant, customers.c.id == customer)  # fmt: skip
    columns = ("tenant_id", "id", "customer_id", "kind", "occasion", "value", "amount", "about", "at")
    made = insert(signals).from_select(columns, known, include_defaults=False)
    later = {name: made.excluded[name] for name in ("customer_id", "value", "amount", "about", "at")}
    statement = made.on_conflict_do_update(
        index_elements=["tenant_id", "kind", "occasion"], set_=later, where=signals.c.at <= made.excluded.at
    ).returning(signals.c.id)
    return context.session.connection().execute(statement).scalar()
