"""The cash book: what was in a fund, what came, what went, what is left; computed from the vouchers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import PAID, VOUCHERS, Fund

NOTHING = Decimal(0)
MOST = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One voucher in the book."""

    entity: str
    id: UUID
    number: str
    on: date
    party: str
    reason: str
    came: Decimal
    went: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """The book of a fund for a period."""

    opening: Decimal
    came: Decimal
    went: Decimal
    entries: list[Entry]

    @property
    def closing(self) -> Decimal:
        """What is left at the end."""
        return self.opening + self.came - self.went


def _vouchers(context: Context, fund: UUID, last: date) -> sa.Subquery:
    parts = []
    for model in VOUCHERS:
        table = model.__table__
        came, went = (table.c.amount, sa.literal(0)) if model.sign > 0 else (sa.literal(0), table.c.amount)
        parts.append(
            sa.select(
                sa.literal(model.__tablename__.removeprefix("cash_")).label("entity"), table.c.id, table.c.number,
                table.c.on, table.c.party, table.c.reason, came.label("came"), went.label("went"),
            ).where(
                table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.fund_id == fund,
                table.c.state == PAID.value, table.c.on <= last,
            )
        )  # fmt: skip
    return sa.union_all(*parts).subquery()


def book(context: Context, fund: Fund, first: date, last: date) -> Book:
    """The book of one fund, from a day to a day."""
    one = _vouchers(context, fund.id, last)
    connection = context.session.connection()
    moved = sa.func.coalesce(sa.func.sum(one.c.came - one.c.went).filter(one.c.on < first), 0)
    came = sa.func.coalesce(sa.func.sum(one.c.came).filter(one.c.on >= first), 0)
    went = sa.func.coalesce(sa.func.sum(one.c.went).filter(one.c.on >= first), 0)
    sums = connection.execute(sa.select(moved, came, went)).one()
    opening: Decimal = fund.opening + sums[0]
    rows = connection.execute(sa.select(one).where(one.c.on >= first).order_by(one.c.on, one.c.id).limit(MOST))
    return Book(opening, sums[1], sums[2], _entries(rows, opening))


def _entries(rows: Any, balance: Decimal) -> list[Entry]:
    found = []
    for row in rows:
        balance += row.came - row.went
        texts = row.party or "", row.reason or ""
        found.append(Entry(row.entity, row.id, row.number, row.on, *texts, row.came, row.went, balance))
    return found
