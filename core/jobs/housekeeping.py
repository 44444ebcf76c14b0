"""What the queue does for itself."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from core.context import Context
from core.i18n import translator
from core.jobs.models import Job
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

KEPT = timedelta(days=30)
BATCH = 1000
CLEAR = "core.jobs.clear"


def handlers() -> Iterable[Handler]:
    """Core's handlers of its own queue."""
    return [Handler(topic=CLEAR, run=clear, title=_("Clear old background jobs"))]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="clear_jobs", topic=CLEAR, every=timedelta(days=1))]


def clear(context: Context, work: Work) -> None:
    """Forget jobs that ended well long ago.

    Those with a dedupe key stay: they are the memory of what must not be done twice. So do those that need somebody.
    """
    old = (
        sa.select(Job.id)
        .where(
            Job.tenant_id == context.tenant,
            Job.state.in_(["done", "cancelled", "skipped"]),
            Job.dedupe_key.is_(None),
            Job.done_at < sa.func.now() - KEPT,
        )
        .limit(BATCH)
    )
    cleared = 0
    while found := context.session.scalars(old).all():
        context.session.execute(sa.delete(Job).where(Job.tenant_id == context.tenant, Job.id.in_(found)))
        cleared += len(found)
        work.progress(cleared)
        work.result(cleared=cleared)
        work.checkpoint()
