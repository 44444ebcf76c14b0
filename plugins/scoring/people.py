"""What becomes of scores when customers are merged or erased, and what is told to a person of theirs."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, PersonalData

from . import why, work
from .models import Entry, Score, Signal

_ = sdk.translator("plugins.scoring")
CUSTOMER = "core.customer"


def follow(context: Context, customers: Sequence[UUID]) -> None:
    """Bring these customers' scores into step once the merge is committed: entries move with what points at them."""
    sdk.enqueue(context, work.FOLLOW, {"customers": [str(one) for one in customers]})


def forget(context: Context, customers: Sequence[UUID]) -> None:
    """Leave nothing of what these people did."""
    for model, column in ((Signal, Signal.customer_id), (Entry, Entry.customer_id), (Score, Score.id)):
        context.session.execute(sa.delete(model).where(model.tenant_id == context.tenant, column.in_(customers)))


def told(context: Context, customers: Sequence[UUID]) -> Iterable[PersonalData]:
    """What a person did as far as it was seen, and what their score is made of."""
    signals = Signal.__table__
    seen = sa.select(signals.c.at, signals.c.kind, signals.c.about, signals.c.value, signals.c.amount).where(
        signals.c.tenant_id == context.tenant, signals.c.customer_id.in_(customers)
    )
    rows = context.session.connection().execute(seen.order_by(signals.c.at, signals.c.id))
    yield PersonalData(
        name="scoring_signals",
        title=_("E-mails, campaigns and visits"),
        columns=(_("When"), _("What"), _("About"), _("Value"), _("Minutes")),
        rows=tuple(
            (row.at.isoformat(), str(why.title_of(row.kind)), row.about, row.value, str(row.amount)) for row in rows
        ),
    )
    entries = Entry.__table__
    lines = sa.select(entries.c.at, entries.c.kind, entries.c.points).where(
        entries.c.tenant_id == context.tenant, entries.c.customer_id.in_(customers)
    )
    found = context.session.connection().execute(lines.order_by(entries.c.at, entries.c.id))
    yield PersonalData(
        name="scoring_entries",
        title=_("Potential score"),
        columns=(_("When"), _("Rule"), _("Points")),
        rows=tuple((row.at.isoformat(), str(why.title_of(row.kind)), row.points) for row in found),
    )
