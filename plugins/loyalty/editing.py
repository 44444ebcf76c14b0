"""A tier as administrators edit it: its name and rank, and the rule that goes with it, saved together (V-15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, Entity, InvalidError, Tier

from . import discounts
from .models import TierRule

_ = sdk.translator("plugins.loyalty")
OF_TIER, OF_RULE = ("name", "rank"), ("amount", "contracts", "discount")


@dataclass(frozen=True, slots=True)
class Row:
    """One tier on the page."""

    id: UUID
    name: str
    rank: int
    amount: Decimal | None
    contracts: int | None
    discount: Decimal | None
    customers: int


def rows(context: Context) -> list[Row]:
    """The tiers from the lowest on, with how many customers are in each."""
    tier, rule, customer = Tier.__table__, TierRule.__table__, Customer.__table__
    mine = (customer.c.tenant_id == context.tenant, customer.c.deleted_at.is_(None), customer.c.tier_id == tier.c.id)
    within = sa.select(sa.func.count()).where(*mine).scalar_subquery()
    held = sa.and_(
        rule.c.tenant_id == tier.c.tenant_id, rule.c.tier_id == tier.c.id, rule.c.deleted_at.is_(None)
    )  # fmt: skip
    columns = (tier.c.id, tier.c.name, tier.c.rank, rule.c.amount, rule.c.contracts, rule.c.discount, within)
    statement = sa.select(*columns).select_from(tier.outerjoin(rule, held))
    alive = (tier.c.tenant_id == context.tenant, tier.c.deleted_at.is_(None))
    return [Row(*row) for row in context.session.execute(statement.where(*alive).order_by(tier.c.rank, tier.c.id))]


def rule_of(context: Context, tier_id: UUID) -> TierRule | None:
    """The rule of a tier, or None for one that people alone move customers to."""
    mine = (TierRule.tenant_id == context.tenant, TierRule.tier_id == tier_id, TierRule.deleted_at.is_(None))
    return context.session.scalar(sa.select(TierRule).where(*mine))


def read(context: Context, model: type[Entity], texts: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """What a form says, as values that fit. Raises InvalidError naming each field where it does not."""
    fields, found = context.resource(model).fields, dict[str, Any]()
    problems = []
    for name in names:
        spec = fields[name]
        try:
            found[name] = value = spec.kind.parse(texts.get(name, ""), spec, context.zone)
            wrong = spec.kind.check(value, spec) if value is not None else None
        except ValueError as error:
            wrong = error.args[0]
        problems += [(name, wrong)] if wrong else []
    if refused := InvalidError.of(problems):
        raise refused
    return found


def save(context: Context, tier_id: UUID | None, texts: Mapping[str, str]) -> bool:
    """Save a tier and its rule; ``goods`` says what a new discount is for.

    False where that is still to be asked: everything fits, and nothing is to be committed before somebody answers.
    Raises InvalidError naming each field.
    """
    tier_values, given = read(context, Tier, texts, OF_TIER), read(context, TierRule, texts, OF_RULE)
    if tier_id is None:
        tier, rule = sdk.create(context, Tier, tier_values), None
    else:
        tier = sdk.get(context, Tier, tier_id, lock=True)
        sdk.update(context, tier, tier_values)
        rule = rule_of(context, tier.id)
    goods = texts.get("goods")
    asks = discounts.differs(context, rule, given["discount"]) and not goods
    if asks:
        given["discount"] = rule.discount if rule else None  # prices are left alone until the answer is there
    elif goods:
        given["goods"] = goods
    if rule is None:
        sdk.create(context, TierRule, {**given, "tier": tier.id})
    else:
        sdk.update(context, rule, given)
    return not asks


def next_rank(context: Context) -> int:
    """One above the highest."""
    return max((row.rank for row in rows(context)), default=0) + 1
