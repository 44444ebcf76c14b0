"""The discount of a tier, handed to the catalogue's price lists (TIE-05).

What was handed over last is noted beside the rule, so that saving a rule again, or switching the catalogue off and on,
changes no price twice and forgets none.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Tier, Work
from plugins.catalog import api as catalog

from .models import ALL_GOODS, TierRule
from .tiers import ask_for_all

_ = sdk.translator("plugins.loyalty")
HAND_OVER = "loyalty.prices"
NOTHING = Decimal(0)


def prepare(context: Context, rules: Sequence[TierRule]) -> None:
    """A rule is called as its tier is; before it is saved."""
    table = Tier.__table__
    chosen = sa.select(table.c.id, table.c.name).where(
        table.c.tenant_id == context.tenant, table.c.id.in_({one.tier_id for one in rules})
    )
    names = {row.id: row.name for row in context.session.execute(chosen)}
    for one in rules:
        one.name = names.get(one.tier_id)


def follow(context: Context, rules: Sequence[TierRule], _event: str) -> None:
    """Prices and customers are brought in step with rules that were saved, deleted or restored."""
    for one in rules:
        hand_over(context, one)
    ask_for_all(context)


def differs(context: Context, rule: TierRule | None, discount: Decimal | None) -> bool:
    """Whether the price lists have another discount of a tier, so that people are to be asked about their goods."""
    held = rule.applied if rule is not None else None
    return "catalog" in context.active and (discount or NOTHING) != (held or NOTHING)


def hand_over(context: Context, rule: TierRule) -> None:
    """Bring the price list of a tier in step with its rule: at once, or by a job where there are many goods."""
    if differs(context, rule, _wanted(rule)) and _some(context, rule):
        title = str(_("Prices for %(tier)s", tier=rule.name))
        sdk.enqueue(context, HAND_OVER, {"rule": str(rule.id)}, title=title)


def hand_over_all(context: Context) -> None:
    """Every rule that the catalogue has not heard of; after it was off."""
    rules = sa.select(TierRule).where(TierRule.tenant_id == context.tenant, TierRule.deleted_at.is_(None))
    for one in context.session.scalars(rules.order_by(TierRule.id)):
        hand_over(context, one)


def go_on(context: Context, work: Work) -> None:
    """The rest of the goods, part by part. It follows the rule as it is by then, so a newer discount wins."""
    while (rule := _rule(context, work.payload["rule"])) is not None and "catalog" in context.active:
        left = _some(context, rule)
        done = work.done + catalog.TOGETHER
        work.progress(done, done + left)
        if not left:
            return
        work.checkpoint()


def _some(context: Context, rule: TierRule) -> int:
    """The next goods of a tier's price list; how many are left."""
    wanted, turn = _wanted(rule), context.unrestricted()
    left = catalog.set_tier_discount(turn, rule.tier_id, wanted, existing=rule.goods == ALL_GOODS.value)
    if not left:
        rule.applied = wanted
        context.session.flush()
    return left


def _wanted(rule: TierRule) -> Decimal | None:
    """The discount of its tier; none once it is deleted."""
    return None if rule.deleted_at else rule.discount


def _rule(context: Context, key: Any) -> TierRule | None:
    mine = sa.select(TierRule).where(TierRule.tenant_id == context.tenant, TierRule.id == UUID(key))
    return context.session.scalar(mine.with_for_update())
