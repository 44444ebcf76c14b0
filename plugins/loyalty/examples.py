"""Demo data: the tiers of the company with their marks and discounts, moved by what customers have paid, and points."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Tier
from plugins.cash import api as cash

from . import points, tiers
from .models import PAYMENTS, PointEntry, TierRule
from .policy import policy_of

_ = sdk.translator("plugins.loyalty")

_MARKS = (1_000_000, 4_000_000, 6_000_000, 12_000_000)
_LESS = Decimal(3)
"""Percent off, for each tier more than the one below."""
_GREETING = 50


def load(context: Context) -> None:
    """By payments, for the demo has some; whoever paid enough is moved at once."""
    found = sa.select(Tier).where(Tier.tenant_id == context.tenant, Tier.__table__.c.deleted_at.is_(None))
    ranked = sorted(context.session.scalars(found), key=lambda one: (one.rank, one.id))
    ruled = set(context.session.scalars(sa.select(TierRule.tier_id).where(TierRule.tenant_id == context.tenant)))
    rows = [
        {"tier": tier.id, "amount": Decimal(amount), "discount": tier.rank * _LESS}
        for tier, amount in zip(ranked, _MARKS, strict=False)
        if tier.id not in ruled
    ]
    sdk.create_many(context, TierRule, rows)
    values = {"basis": PAYMENTS.value, "automatic": True, "points": True}
    policy = policy_of(context)
    sdk.update(context, policy, values)
    policy.since = context.today() - timedelta(days=60)
    if "cash" not in context.active:
        return
    rows = sdk.read_page(context, sdk.Query(context.resource("cash.receipt"), limit=100)).rows
    points.earn(context, "cash.receipt", [UUID(str(row["id"])) for row in rows])
    customers = list(cash.paid_by(context))
    tiers.promote(context, customers, tell=False)
    greeting = {"points": _GREETING, "reason": str(_("Thank you for a year together"))}
    sdk.create_many(context, PointEntry, [{**greeting, "customer": one} for one in sorted(customers)[:3]])
