"""What the parts of repairs cost, as the figures of profit count it (GAR-08)."""

from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context
from plugins.warehouse import api as warehouse

from .documents import Claim, Settlement

Costs = sa.Select[tuple[UUID, Decimal]]


def of_settlements(context: Context) -> Costs:
    """The customer's part of what left the warehouse for settlements and for their repair orders."""
    spent = _spent(context)
    return sa.select(spent.c.id, (spent.c.cost - spent.c.insured).label("amount"))


def of_claims(context: Context) -> Costs:
    """The insurers' part of it: as much of the costs as of what is charged."""
    spent = _spent(context)
    claimed = sa.select(Claim.id, spent.c.insured.label("amount")).join(spent, Claim.settlement_id == spent.c.id)
    return claimed.where(Claim.tenant_id == context.tenant, Claim.deleted_at.is_(None))


def _spent(context: Context) -> sa.Subquery:
    """What left for each settlement, and how much of it the insurer bears."""
    slip, one = warehouse.GoodsIssue.__table__, Settlement.__table__
    left = (slip.c.tenant_id == context.tenant, slip.c.state == "approved", slip.c.deleted_at.is_(None))
    documents = (("garage.settlement/", one.c.id), ("garage.repair_order/", one.c.order_id))
    every = sa.union_all(
        *(
            sa.select(one.c.id, one.c.insured, one.c.total, slip.c.cost)
            .join(slip, slip.c.document == sa.literal(name) + sa.cast(key, sa.Text))
            .where(one.c.tenant_id == context.tenant, one.c.deleted_at.is_(None), *left)
            for name, key in documents
        )
    ).subquery()
    cost = sa.func.sum(every.c.cost)
    part = sa.func.round(cost * every.c.insured / sa.func.nullif(every.c.total, 0), context.company.money_places)
    return (
        sa.select(every.c.id, cost.label("cost"), sa.func.coalesce(part, 0).label("insured"))
        .group_by(every.c.id, every.c.insured, every.c.total)
        .subquery()
    )
