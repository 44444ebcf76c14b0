"""How a company keeps stock: by which method it is costed, whether it may be overdrawn, which days are closed."""

from datetime import date, timedelta

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import Policy

_ = sdk.translator("plugins.warehouse")
_POLICY = "warehouse.policy"


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
