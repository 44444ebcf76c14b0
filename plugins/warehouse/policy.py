"""How a company keeps stock: by which method it is costed, whether it may be overdrawn, which days are closed."""

from datetime import date, timedelta

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import AVERAGE, Policy

_ = sdk.translator("plugins.warehouse")
_POLICY = "warehouse.policy"
RECOST = "warehouse.recost"
"""The job that costs everything anew."""


def of(context: Context) -> Policy:
    """What the company has set, or what everybody begins with; read once in a turn."""
    if _POLICY not in context.cache:
        found = context.session.scalar(sa.select(Policy).where(Policy.tenant_id == context.tenant))
        context.cache[_POLICY] = found or Policy(
            tenant_id=context.tenant, method="average", overdraws=False, law="", closed_until=None
        )
    policy: Policy = context.cache[_POLICY]
    return policy


def insist_open(context: Context, day: date) -> None:
    """Raise InvalidError for a day that is closed."""
    until = of(context).closed_until
    if until and day <= until:
        raise sdk.InvalidError({"on": [_("The books are closed up to %(day)s.", day=sdk.show_day(until))]})


def open_day(context: Context, day: date) -> date:
    """The day, or if it is closed the first open one: today, or the one after the last that is closed."""
    until = of(context).closed_until
    return day if until is None or day > until else max(context.today(), until + timedelta(days=1))


def keep(context: Context, *, method: str, overdraws: bool, closed_until: date | None, law: str) -> None:
    """Set it. By another method, what is on hand and what has left since the last closed day is costed anew by a job.

    Raises InvalidError where a closed day would be opened again, and for a day that is still to come.
    """
    context.require("*", "admin")
    row = context.session.scalar(
        sa.select(Policy).where(Policy.tenant_id == context.tenant).with_for_update(),
        execution_options={"populate_existing": True},
    )
    row = row or Policy(tenant_id=context.tenant, method=AVERAGE.value, overdraws=False, law="")
    if row.closed_until and (closed_until is None or closed_until < row.closed_until):
        raise sdk.InvalidError({"closed_until": [_("A day that is closed stays closed.")]})
    if closed_until and closed_until > context.today():
        raise sdk.InvalidError({"closed_until": [_("This day is still to come.")]})
    before, other = _said(row), row.method != method
    row.method, row.overdraws, row.closed_until, row.law = method, overdraws, closed_until, law
    context.session.add(row)
    context.session.flush()
    context.cache.pop(_POLICY, None)
    sdk.note_settings(context, _("How stock is kept"), before, _said(row))
    if other:
        sdk.enqueue(context, RECOST, {}, title=str(_("Cost the stock anew")))


def _said(row: Policy) -> str:
    closed = sdk.show_day(row.closed_until) if row.closed_until else "–"
    return f"{row.method}, {'+' if row.overdraws else '−'}, {closed}, {row.law}"
