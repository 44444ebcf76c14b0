"""Gapless document numbers: one counter row per company, series and year, locked until the commit."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.db.base import now
from core.entity.tables import Counter

if TYPE_CHECKING:
    from core.context import Context


def take(context: "Context", series: str, prefix: str, count: int = 1) -> list[str]:
    """Take the next ``count`` numbers of a series, such as ``KN-2026-00042``.

    Call it as late in the transaction as can be: others wait for the row until the commit.
    """
    year = now().astimezone(context.company.zone).year
    statement = (
        insert(Counter)
        .values(tenant_id=context.tenant, id=uuid7(), series=series, year=year, last=count)
        .on_conflict_do_update(
            index_elements=[Counter.tenant_id, Counter.series, Counter.year],
            set_={"last": Counter.last + count},
            where=Counter.tenant_id == context.tenant,
        )
        .returning(Counter.last)
    )
    last: int = context.session.execute(statement).scalar_one()
    return [f"{prefix}{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def current(context: "Context", series: str, year: int) -> int:
    """The last number given; 0 where the series has not begun."""
    found = context.session.scalar(
        sa.select(Counter.last).where(
            Counter.tenant_id == context.tenant, Counter.series == series, Counter.year == year
        )
    )
    return found or 0
