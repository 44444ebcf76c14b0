"""How tiers and points work in a company: read once in a turn, changed by administrators."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.sdk import Context, Entity, InvalidError, Text, create, translator

from .models import PAYMENTS, Policy, TierRule

_ = translator("plugins.loyalty")


def policy_of(context: Context) -> Policy:
    """The company's; made where there is none yet, once though two ask for it."""
    mine = sa.select(Policy).where(Policy.tenant_id == context.tenant)
    found = context.session.scalar(mine)
    if found is None:
        try:
            found = create(context.unrestricted(), Policy, {})
        except InvalidError:
            found = context.session.scalars(mine).one()
    return found


def guard(context: Context, _record: Entity | None, _values: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """What decides who pays how much is set by administrators, whatever a role says."""
    if not context.can("*", "admin"):
        yield "", _("Only administrators set this.")


def guard_rule(context: Context, rule: TierRule | None, values: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """By payments only an amount counts."""
    yield from guard(context, rule, values)
    amount = values.get("amount", rule.amount if rule else None)
    if amount is None and policy_of(context).basis == PAYMENTS.value:
        yield "amount", _("By payments, a tier is reached by an amount.")


def prepare(context: Context, policies: Sequence[Policy]) -> None:
    """Points are earned from the day they are switched on: what was paid before has been rewarded already, or not."""
    for one in policies:
        one.since = (one.since or context.today()) if one.points else None
