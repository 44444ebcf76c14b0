"""Jobs as people see them: everybody their own, an administrator all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.entity.errors import MissingError
from core.jobs import queue
from core.jobs.models import Job, Sending

AGAIN = ("dead", "skipped", "cancelled", "unknown")
"""States in which a person may have a job done again."""
MOST = 200


@dataclass(frozen=True, slots=True)
class JobView:
    """A job for a page or the API."""

    id: UUID
    title: str
    plugin: str
    topic: str
    state: str
    """As :attr:`core.jobs.models.Job.state`; besides, ``waiting`` is new work that failed and is tried again."""
    user_id: UUID | None
    user_name: str
    created_at: datetime
    done_at: datetime | None
    next_at: datetime | None
    """When it is tried next, for work that has not begun or failed."""
    attempts: int
    progress: int
    total: int
    """0 where it is not known."""
    result: dict[str, Any]
    error: str
    """What went wrong last, in the words of the program."""
    can_cancel: bool
    can_retry: bool

    @property
    def percent(self) -> int | None:
        """How far it is, or None where nobody knows."""
        return min(100 * self.progress // self.total, 100) if self.total else None


def list_jobs(
    context: Context, *, limit: int = 50, before: UUID | None = None, states: Collection[str] = ()
) -> list[JobView]:
    """The newest jobs, of all states or some, and from ``before``, the last one's id, those before it."""
    statement = _visible(context).order_by(Job.id.desc()).limit(min(limit, MOST))
    if states:
        statement = statement.where(Job.state.in_(states))
    if before is not None:
        statement = statement.where(Job.id < before)
    return [_view(job, name) for job, name in context.session.execute(statement)]


def get_job(context: Context, job_id: UUID) -> JobView:
    """One job, with its progress. Raises :class:`MissingError`."""
    found = context.session.execute(_visible(context).where(Job.id == job_id)).one_or_none()
    if found is None:
        raise MissingError("core.job", job_id)
    job, name = found
    return _view(job, name)


def cancel(context: Context, job_id: UUID) -> bool:
    """Stop a job: at once while it waits, at its next checkpoint while it runs. False where it is over already."""
    get_job(context, job_id)
    return queue.cancel(context, job_id)


def retry(context: Context, job_id: UUID) -> bool:
    """Have a job that ended badly done again, from where it stopped. False where it did not.

    What was sent with an unknown outcome is sent once more: the person has decided that.
    """
    get_job(context, job_id)
    return bool(retry_all(context, sa.select(sa.literal(job_id, sa.Uuid))))


def retry_all(context: Context, wanted: sa.Select[UUID]) -> int:
    """As :func:`retry`, for the jobs whose ids a statement gives; how many. Whether the person may is asked already."""
    renewed = {"state": "new", "attempts": 0, "available_at": sa.func.now(), "done_at": None, "cancel_asked": False}
    statement = (
        sa.update(Job)
        .where(Job.tenant_id == context.tenant, Job.id.in_(wanted), Job.state.in_(AGAIN))
        .values(**renewed)
        .returning(Job.id)
    )
    unsynchronized = {"synchronize_session": False}
    found = context.session.scalars(statement, execution_options=unsynchronized).all()
    if not found:
        return 0
    sendings = (
        sa.update(Sending)
        .where(Sending.tenant_id == context.tenant, Sending.job_id.in_(found), Sending.state == "unknown")
        .values(state="failed")
    )
    context.session.execute(sendings, execution_options=unsynchronized)
    context.session.info[queue.RING] = True
    return len(found)


def _visible(context: Context) -> sa.Select[Job, str]:
    statement = (
        sa.select(Job, User.name)
        .outerjoin(User, sa.and_(User.tenant_id == context.tenant, User.id == Job.user_id))
        .where(Job.tenant_id == context.tenant)
        .execution_options(populate_existing=True)
    )
    if context.can("*", "admin"):
        return statement
    return statement.where(Job.user_id == context.user.id if context.user else sa.false())


def _view(job: Job, user_name: str | None) -> JobView:
    waiting = job.state == "new"
    return JobView(
        id=job.id,
        title=job.title,
        plugin=job.plugin,
        topic=job.topic,
        state="waiting" if waiting and job.attempts else job.state,
        user_id=job.user_id,
        user_name=user_name or "",
        created_at=job.created_at,
        done_at=job.done_at,
        next_at=job.available_at if waiting else None,
        attempts=job.attempts,
        progress=job.progress,
        total=job.total,
        result=job.result,
        error=job.last_error,
        can_cancel=job.state in {"new", "running"} and not job.cancel_asked,
        can_retry=job.state in AGAIN,
    )
