"""All scores of a company computed anew, a thousand customers at a time."""

from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, JobView, Work

from .ledger import locked, settle_customers
from .models import Settings

RECOMPUTE = "scoring.recompute"
PART = 1000
_BUSY = frozenset(("new", "waiting", "running"))


def ask(context: Context) -> None:
    """Have all scores computed anew; one that has not begun yet will do."""
    settings = locked(context)
    before = _job(context, settings)
    if before is None or before.state not in {"new", "waiting"}:
        settings.recompute_id = next(iter(sdk.enqueue(context, RECOMPUTE)), None)
        context.session.flush()


def last(context: Context) -> JobView | None:
    """The job that did it last, or is at it."""
    return _job(context, context.session.scalar(sa.select(Settings).where(Settings.tenant_id == context.tenant)))


def is_busy(job: JobView | None) -> bool:
    """Whether it has not ended yet."""
    return job is not None and job.state in _BUSY


def _job(context: Context, settings: Settings | None) -> JobView | None:
    if settings is None or settings.recompute_id is None:
        return None
    try:
        return sdk.get_job(context, settings.recompute_id)
    except sdk.MissingError:  # finished long ago, and cleared away
        return None


def recompute(context: Context, work: Work) -> None:
    """Go through the customers in the order of their ids, part by part; each part is committed."""
    table = Customer.__table__
    ours = table.c.tenant_id == context.tenant
    total = context.session.scalar(sa.select(sa.func.count()).select_from(table).where(ours)) or 0
    done = work.done
    while ids := _following(context, work.cursor.get("after")):
        settle_customers(context, ids)
        done += len(ids)
        work.progress(done, max(total, done))
        work.checkpoint(after=str(ids[-1]))


def _following(context: Context, after: str | None) -> list[UUID]:
    table = Customer.__table__
    statement = sa.select(table.c.id).where(table.c.tenant_id == context.tenant).order_by(table.c.id).limit(PART)
    if after is not None:
        statement = statement.where(table.c.id > UUID(after))
    return list(context.session.connection().execute(statement).scalars())
