"""Who has reached which tier, and moving them there (TIE-01 … TIE-04).

A customer is moved when they reach a tier that is higher than any they have reached before, and higher than the one
they are in. Nobody is moved down: what people set by hand stays until the customer reaches the next tier.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, Tier, Work
from plugins.cash import api as cash
from plugins.sales import api as sales

from .models import PAYMENTS, Reached, TierRule
from .policy import policy_of

_ = sdk.translator("plugins.loyalty")

RECALCULATE, REACHED = "loyalty.recalculate", "loyalty_tier"
"""The job that looks at everybody, and the kind of news that somebody got further."""
TOGETHER = 500
"""Customers looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a customer has brought so far."""

    amount: Decimal
    contracts: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A tier and what it takes to be there."""

    tier: UUID
    name: str
    rank: int
    amount: Decimal | None
    contracts: int | None

    def reached_by(self, figure: Figure) -> bool:
        """Whether a figure is enough."""
        if self.amount is not None:
            return figure.amount >= self.amount
        return self.contracts is not None and figure.contracts >= self.contracts


def figures(context: Context, basis: str, customers: Sequence[UUID]) -> dict[UUID, Figure]:
    """What counts of these customers; those without anything are left out, and all where the module is off."""
    if basis == PAYMENTS.value:
        paid = cash.paid_by(context, customers) if customers and "cash" in context.active else {}
        return {one: Figure(amount) for one, amount in paid.items()}
    sold = sales.revenue_by(context, customers) if "sales" in context.active else {}
    return {one: Figure(revenue.amount, revenue.contracts) for one, revenue in sold.items()}


def marks(context: Context, basis: str) -> list[Mark]:
    """What the tiers take, the highest first. By payments a number of contracts says nothing."""
    rule, tier = TierRule.__table__, Tier.__table__
    statement = (
        sa.select(tier.c.id, tier.c.name, tier.c.rank, rule.c.amount, rule.c.contracts)
        .join(rule, sa.and_(rule.c.tenant_id == tier.c.tenant_id, rule.c.tier_id == tier.c.id))
        .where(tier.c.tenant_id == context.tenant, tier.c.deleted_at.is_(None), rule.c.deleted_at.is_(None))
        .order_by(tier.c.rank.desc(), tier.c.id)
    )
    if basis == PAYMENTS.value:
        statement = statement.where(rule.c.amount.is_not(None))
    return [Mark(*row) for row in context.session.execute(statement)]


def highest(found: Iterable[Mark], figure: Figure) -> Mark | None:
    """The highest mark that a figure is enough for."""
    return next((one for one in found if one.reached_by(figure)), None)


def promote(context: Context, customers: Sequence[UUID], *, tell: bool = True) -> int:
    """Move those of these customers who have newly reached a tier; how many. Nobody while the switch is off.

    Customers are locked in the order of their ids, so two jobs about one of them move them once.
    """
    policy, turn = policy_of(context), context.unrestricted()
    if not policy.automatic:
        return 0
    found, known = marks(turn, policy.basis), figures(turn, policy.basis, customers)
    reached = {one: mark for one, figure in known.items() if (mark := highest(found, figure)) is not None}
    if not reached:
        return 0
    records, ranks = _locked(turn, reached), _ranks(turn)
    before = _highest_rank(turn, reached)
    further = [one for one in records if reached[one.id].rank > before.get(one.id, 0)]
    turn.session.add_all(_note(turn, one.id, reached[one.id], known[one.id], policy.basis) for one in further)
    turn.session.flush()
    moved = [one for one in further if reached[one.id].rank > ranks.get(one.link_id("tier") or one.id, 0)]
    _move(turn, moved, reached)
    if tell:
        _tell_owners(turn, moved, reached)
    return len(moved)


def _locked(context: Context, ids: Iterable[UUID]) -> list[Customer]:
    table = Customer.__table__
    chosen = sa.select(Customer).where(
        Customer.tenant_id == context.tenant, table.c.id.in_(list(ids)), table.c.deleted_at.is_(None)
    )
    locked = chosen.order_by(table.c.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(context.session.scalars(locked))


def _ranks(context: Context) -> dict[UUID, int]:
    """Of the tiers there are; one that was deleted counts for nothing."""
    table = Tier.__table__
    alive = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return {row.id: row.rank for row in context.session.execute(sa.select(table.c.id, table.c.rank).where(*alive))}


def _highest_rank(context: Context, customers: Iterable[UUID]) -> dict[UUID, int]:
    """How far these customers had come already."""
    row, tier = Reached.__table__, Tier.__table__
    statement = (
        sa.select(row.c.customer_id, sa.func.max(tier.c.rank))
        .join(tier, sa.and_(tier.c.tenant_id == row.c.tenant_id, tier.c.id == row.c.tier_id))
        .where(row.c.tenant_id == context.tenant, row.c.customer_id.in_(list(customers)), tier.c.deleted_at.is_(None))
        .group_by(row.c.customer_id)
    )
    return {found[0]: found[1] for found in context.session.execute(statement)}


def _note(context: Context, customer: UUID, mark: Mark, figure: Figure, basis: str) -> Reached:
    return Reached(
        tenant_id=context.tenant, customer_id=customer, tier_id=mark.tier, basis=basis, amount=figure.amount,
        contracts=figure.contracts, at=datetime.now(UTC),
    )  # fmt: skip


def _move(context: Context, customers: Iterable[Customer], reached: Mapping[UUID, Mark]) -> None:
    """One statement of the log, one of the rules, for each tier."""
    by_tier: dict[UUID, list[Customer]] = defaultdict(list)
    for one in customers:
        by_tier[reached[one.id].tier].append(one)
    for tier, some in by_tier.items():
        sdk.update_many(context, some, {"tier": tier}, answered=True)


def _tell_owners(context: Context, customers: Iterable[Customer], reached: Mapping[UUID, Mark]) -> None:
    for one in customers:
        if one.owner_id:
            mark = reached[one.id]
            title = _("%(customer)s has reached the tier %(tier)s", customer=one.name, tier=mark.name)
            sdk.notify(context, [one.owner_id], REACHED, title, record=one, dedupe_key=f"loyalty.{one.id}.{mark.tier}")


def recalculate(context: Context, work: Work) -> None:
    """Look at every customer, part by part; whoever was moved stays moved when it is stopped."""
    after = UUID(work.cursor["after"]) if "after" in work.cursor else None
    total, done, moved = _total(context), work.done, work.outcome.get("moved", 0)
    while ids := _next(context, after):
        moved, done, after = moved + promote(context, ids, tell=False), done + len(ids), ids[-1]
        work.progress(done, max(total, done))
        work.result(moved=moved)
        work.checkpoint(after=str(after))


def _total(context: Context) -> int:
    table = Customer.__table__
    alive = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return context.session.scalar(sa.select(sa.func.count()).select_from(table).where(*alive)) or 0


def _next(context: Context, after: UUID | None) -> list[UUID]:
    table = Customer.__table__
    chosen = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    if after is not None:
        chosen = chosen.where(table.c.id > after)
    return list(context.session.scalars(chosen.order_by(table.c.id).limit(TOGETHER)))


def ask_for_all(context: Context) -> None:
    """Have everybody looked at, after what decides has changed."""
    if policy_of(context).automatic:
        sdk.enqueue(context, RECALCULATE, title=str(_("Recalculate the tiers of all customers")))
