"""How a company keeps stock: by which method it is costed, whether it may be overdrawn, which days are closed."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import ENOUGH, LOW, OUT, Policy, Rule, Stock

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


def tell_levels(context: Context, stocks: Sequence[Stock]) -> None:
    """Note which stocks have become low or run out, and which have not any more: an event of each (WAR-04)."""
    rules = sa.select(Rule.product_id, Rule.minimum).where(
        Rule.tenant_id == context.tenant, Rule.product_id.in_({one.product_id for one in stocks}),
        Rule.minimum.is_not(None), Rule.deleted_at.is_(None),
    )  # fmt: skip
    least = {row[0]: row[1] for row in context.session.execute(rules)}
    changes = [
        (one, {"level": level})
        for one in stocks
        if (level := _level(one.on_hand, least.get(one.product_id))) != one.level
    ]
    sdk.derive_each(context.unrestricted(), changes)


def _level(on_hand: Decimal, minimum: Decimal | None) -> str:
    if on_hand <= 0:
        return OUT.value
    return LOW.value if minimum is not None and on_hand < minimum else ENOUGH.value
