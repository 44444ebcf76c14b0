"""Who owes how much: computed from documents and from what pays them, each time it is asked; nothing is kept.

A debt is what documents amount to, less what vouchers pay of them. What a customer paid beyond that is their credit.
Whoever sees a customer and receipts knows the customer's whole debt, whosever documents it is made of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer

from .models import PAID, Advance, Allocation, Receipt, Terms

_ = sdk.translator("plugins.cash")
NOTHING, NOBODY = Decimal(0), UUID(int=0)
BUCKETS = (
    (0, _("Not due yet")),
    (30, _("1–30 days")),
    (60, _("31–60 days")),
    (90, _("61–90 days")),
    (None, _("Over 90 days")),
)
"""Days overdue up to which a bucket reaches, and its title."""
MOST = 500
FAR = timedelta(days=36_500)
SHORTEST = 4
"""Of a document's number, without its signs, to be looked for in a note."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What one customer owes."""

    debt: Decimal = NOTHING
    """Documents less what pays them."""
    overdue: Decimal = NOTHING
    credit: Decimal = NOTHING
    """Paid, and for no document yet."""
    limit: Decimal | None = None

    @property
    def owed(self) -> Decimal:
        """What is left when the credit is counted."""
        return self.debt - self.credit

    @property
    def too_much(self) -> bool:
        """Whether it is more than the customer may owe."""
        return self.limit is not None and self.owed > self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One customer in the ledger of a period."""

    customer: UUID
    name: str
    opening: Decimal
    arising: Decimal
    paid: Decimal
    closing: Decimal
    credit: Decimal
    limit: Decimal | None
    buckets: tuple[Decimal, ...]

    @property
    def too_much(self) -> bool:
        """Whether the customer owes more than they may."""
        return self.limit is not None and self.closing - self.credit > self.limit


@dataclass(frozen=True, slots=True)
class Ledger:
    """The debts of a period."""

    rows: list[Row]
    more: bool
    """Whether there are more customers than these."""
    total: Row


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that is not wholly paid."""

    entity: str
    id: UUID
    number: str
    on: date
    due: date
    amount: Decimal
    paid: Decimal

    @property
    def rest(self) -> Decimal:
        """What is left."""
        return self.amount - self.paid


def _documents(context: Context, first: date, last: date) -> sa.Subquery:
    """Each document with what was paid of it before and within a period."""
    owed, paid = sdk.payables(context), Allocation.__table__
    before = sa.func.sum(paid.c.amount).filter(paid.c.on < first)
    within = sa.func.sum(paid.c.amount).filter(paid.c.on.between(first, last))
    sums = (
        sa.select(
            paid.c.entity, paid.c.record_id, sa.func.coalesce(before, 0).label("before"),
            sa.func.coalesce(within, 0).label("within"),
        )
        .where(paid.c.tenant_id == context.tenant, paid.c.on <= last)
        .group_by(paid.c.entity, paid.c.record_id)
        .subquery()
    )  # fmt: skip
    joined = sa.and_(sums.c.entity == owed.c.entity, sums.c.record_id == owed.c.id)
    return (
        sa.select(
            owed,
            sa.func.coalesce(sums.c.before, 0).label("before"),
            sa.func.coalesce(sums.c.within, 0).label("within"),
        )
        .join_from(owed, sums, joined, isouter=True)
        .subquery()
    )


def _amount_until(documents: sa.Subquery, last: date) -> Any:
    return sa.case((documents.c.on <= last, documents.c.amount), else_=0)


def _sums(context: Context, first: date, last: date) -> sa.Subquery:
    """Of each customer: opening, arising, paid, and what is left by how late it is."""
    one = _documents(context, first, last)
    opening = sa.case((one.c.on < first, one.c.amount), else_=0) - one.c.before
    arising = sa.case((one.c.on.between(first, last), one.c.amount), else_=0)
    rest = _amount_until(one, last) - one.c.before - one.c.within
    late = sa.literal(last, sa.Date) - one.c.due
    buckets, above = [], None
    for place, (days, _title) in enumerate(BUCKETS):
        within = [late > above] if above is not None else []
        within += [late <= days] if days is not None else []
        buckets.append(sa.func.coalesce(sa.func.sum(rest).filter(*within), 0).label(f"bucket{place}"))
        above = days
    return (
        sa.select(
            one.c.customer_id,
            sa.func.sum(opening).label("opening"),
            sa.func.sum(arising).label("arising"),
            sa.func.sum(one.c.within).label("paid"),
            *buckets,
        )
        .where(one.c.customer_id.is_not(None))
        .group_by(one.c.customer_id)
        .subquery()
    )


def _credits(context: Context, last: date) -> sa.Subquery:
    """Of each customer what they paid, less what of it is for documents that count."""
    owing = sa.union_all(
        *(sa.select(one.c.entity, one.c.id) for one in (sdk.payables(context), sdk.payables(context, "out")))
    )
    counted = owing.subquery()
    parts = []
    for model in (Receipt, Advance):
        table, used = model.__table__, Allocation.__table__
        for_documents = (
            sa.select(sa.func.coalesce(sa.func.sum(sa.func.abs(used.c.amount)), 0))
            .join(counted, sa.and_(counted.c.entity == used.c.entity, counted.c.id == used.c.record_id))
            .where(used.c.tenant_id == context.tenant, used.c[model.key] == table.c.id)
            .scalar_subquery()
        )
        undone = table.c.counter.is_(None)
        parts.append(
            sa.select(table.c.customer_id, (table.c.amount - for_documents).label("rest")).where(
                *_lives(context, table, last), undone
            )
        )
    every = sa.union_all(*parts).subquery()
    return (
        sa.select(every.c.customer_id, sa.func.sum(every.c.rest).label("credit"))
        .group_by(every.c.customer_id)
        .subquery()
    )


def _lives(context: Context, table: sa.Table, last: date) -> list[Any]:
    """Vouchers of customers that are paid."""
    return [
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.state == PAID.value,
        table.c.customer_id.is_not(None), table.c.on <= last,
    ]  # fmt: skip


def ledger(context: Context, first: date, last: date, *, customers: Sequence[UUID] = ()) -> Ledger:
    """Debts by customer in a period, those who owe most first; of customers the person may see."""
    sums, rest, table, terms = _sums(context, first, last), _credits(context, last), Customer.__table__, Terms.__table__
    closing = (sums.c.opening + sums.c.arising - sums.c.paid).label("closing")
    resource = context.resource(Customer)
    statement = (
        sa.select(table.c.id, table.c.name, sums, closing, rest.c.credit, terms.c.limit)
        .select_from(table)
        .join(sums, sums.c.customer_id == table.c.id, isouter=True)
        .join(rest, rest.c.customer_id == table.c.id, isouter=True)
        .join(
            terms,
            sa.and_(
                terms.c.tenant_id == table.c.tenant_id, terms.c.customer_id == table.c.id, terms.c.deleted_at.is_(None)
            ),
            isouter=True,
        )
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), sdk.visible(context, resource))
        .where(sa.or_(sums.c.opening != 0, sums.c.arising != 0, sums.c.paid != 0, rest.c.credit != 0))
        .order_by(sa.func.coalesce(closing, 0).desc(), table.c.name)
        .limit(MOST + 1)
    )
    if customers:
        statement = statement.where(table.c.id.in_(customers))
    rows = [_row(row) for row in context.session.connection().execute(statement)]
    kept = rows[:MOST]
    return Ledger(kept, len(rows) > MOST, _total(kept))


def _row(row: Any) -> Row:
    buckets = tuple(getattr(row, f"bucket{place}") or NOTHING for place in range(len(BUCKETS)))
    opening, arising, paid, closing, credit = (
        one or NOTHING for one in (row.opening, row.arising, row.paid, row.closing, row.credit)
    )
    return Row(row.id, row.name, opening, arising, paid, closing, credit, row.limit, buckets)


def _total(rows: Sequence[Row]) -> Row:
    opening, arising, paid, closing, credit = (
        sum((getattr(one, name) for one in rows), NOTHING)
        for name in ("opening", "arising", "paid", "closing", "credit")
    )
    buckets = tuple(sum((one.buckets[place] for one in rows), NOTHING) for place in range(len(BUCKETS)))
    return Row(NOBODY, "", opening, arising, paid, closing, credit, None, buckets)


def debts_of(context: Context, customers: Iterable[UUID]) -> dict[UUID, Debt]:
    """What customers owe today; those who owe nothing and have no credit are left out."""
    ids, today = list(customers), context.today()
    rows = ledger(context, today, today, customers=ids).rows if ids else []
    return {row.customer: Debt(row.closing, sum(row.buckets[1:], NOTHING), row.credit, row.limit) for row in rows}


def open_documents(
    context: Context, customer: UUID | None = None, *, note: str = "", rest: Decimal | None = None
) -> list[OpenDocument]:
    """Documents with something left to pay, the oldest first.

    Of one customer; or whose number stands in a ``note`` of capitals and digits; or with just so much left.
    """
    one = _documents(context, context.today(), context.today() + FAR)
    paid = one.c.before + one.c.within
    statement = sa.select(one.c.entity, one.c.id, one.c.number, one.c.on, one.c.due, one.c.amount, paid).where(
        one.c.amount > paid
    )
    if customer is not None:
        statement = statement.where(one.c.customer_id == customer)
    if note:
        bare = sa.func.regexp_replace(sa.func.upper(one.c.number), "[^A-Z0-9]", "", "g")
        statement = statement.where(sa.func.length(bare) >= SHORTEST, sa.func.strpos(note, bare) > 0)
    if rest is not None:
        statement = statement.where(one.c.amount - paid == rest)
    rows = context.session.connection().execute(statement.order_by(one.c.due, one.c.id).limit(MOST))
    return [OpenDocument(*row) for row in rows]
