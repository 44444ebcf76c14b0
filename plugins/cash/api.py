"""What other plugins may ask: what is paid of documents, what customers owe and may owe, and what they have paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .allocating import documents
from .asking import ask_for, withdraw
from .credit import counted, insist, over_limit
from .debts import Debt, debts_of
from .models import PAID, VOUCHERS

__all__ = [
    "Debt", "Paid", "ask_for", "counted", "debt_of", "insist", "over_limit", "paid_by", "paid_of", "vouchers_of", "withdraw",
]  # fmt: skip


def paid_of(context: Context, entity: str, ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What is paid of documents of an entity now."""
    found = documents(context, [(entity, one) for one in ids])
    return {one.reference[1]: one.paid for one in found.values()}


def debt_of(context: Context, customers: Iterable[UUID]) -> dict[UUID, Debt]:
    """What customers owe today; those who owe nothing and have no credit are left out."""
    return debts_of(context, customers)


def paid_by(
    context: Context, customers: Sequence[UUID] = (), *, first: date | None = None, last: date | None = None
) -> dict[UUID, Decimal]:
    """What customers paid in a period, less what was given back; of all who paid, where none is named."""
    parts = []
    for model in VOUCHERS:
        table = model.__table__
        conditions = [
            table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.state == PAID.value,
            table.c.customer_id.in_(customers) if customers else table.c.customer_id.is_not(None),
        ]  # fmt: skip
        conditions += [table.c.on >= first] if first else []
        conditions += [table.c.on <= last] if last else []
        parts.append(sa.select(table.c.customer_id, (table.c.amount * model.sign).label("amount")).where(*conditions))
    every = sa.union_all(*parts).subquery()
    sums = sa.select(every.c.customer_id, sa.func.sum(every.c.amount)).group_by(every.c.customer_id)
    return {row[0]: row[1] for row in context.session.connection().execute(sums)}


@dataclass(frozen=True, slots=True)
class Paid:
    """A voucher that is paid."""

    customer: UUID | None
    amount: Decimal
    """Less than 0 where money went out."""
    on: date
    number: str


def vouchers_of(context: Context, entity: str, ids: Iterable[UUID]) -> dict[UUID, Paid]:
    """Those vouchers of an entity, such as ``cash.receipt``, that are paid now."""
    model = next(one for one in VOUCHERS if f"cash.{one.__tablename__.removeprefix('cash_')}" == entity)
    table = model.__table__
    chosen = sa.select(table.c.id, table.c.customer_id, table.c.amount * model.sign, table.c.on, table.c.number).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(list(ids)), table.c.deleted_at.is_(None),
        table.c.state == PAID.value,
    )  # fmt: skip
    return {row[0]: Paid(*row[1:]) for row in context.session.connection().execute(chosen)}
