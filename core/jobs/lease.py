"""One attempt at one job: how it is taken, kept and given back.

A job is taken by a committed lease before anything is done for it. All that is written for it is committed together
with a write to the job's own row that demands the lease's key; whoever lost the lease meanwhile changes no row there
and must roll back. So an effect inside the database happens once, however many workers die or overlap, and an
attempt is counted even if it takes its worker down with it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid4

from core.db.session import TenantSession
from core.jobs.models import OPEN, Job


class Halt(BaseException):
    """Ends a handler at one of its checkpoints. Not an Exception, so that a handler's own ``except`` lets it pass."""


class LostLease(Halt):
    """Another attempt has taken the job over: nothing more may be written for this one."""


def in_seconds(seconds: float) -> sa.ColumnElement[Any]:
    """A moment from now by the database's clock; not from the start of the transaction, which may be long ago."""
    return sa.func.clock_timestamp() + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a job, for so many seconds at a time."""

    job_id: UUID
    key: UUID
    seconds: float
    plugin: str
    topic: str
    payload: dict[str, Any]
    user_id: UUID | None
    attempt: int
    cancel_asked: bool
    cursor: dict[str, Any]
    result: dict[str, Any]
    progress: int
    total: int

    @classmethod
    def of(cls, job: Job, key: UUID, seconds: float) -> Self:
        """What an attempt knows of its job."""
        return cls(
            job.id, key, seconds, job.plugin, job.topic, job.payload, job.user_id, job.attempts, job.cancel_asked,
            job.cursor, job.result, job.progress, job.total,
        )  # fmt: skip

    def write(self, session: TenantSession, **values: Any) -> bool:
        """Change the job's row in the session's transaction; whether its end was asked for meanwhile.

        Raises :class:`LostLease`: roll back.
        """
        statement = (
            sa.update(Job)
            .where(Job.tenant_id == session.tenant, Job.id == self.job_id, Job.lease_key == self.key)
            .values(**values)
            .returning(Job.cancel_asked)
        )
        asked = session.execute(statement, execution_options={"synchronize_session": False}).scalar_one_or_none()
        if asked is None:
            raise LostLease
        return bool(asked)

    def renew(self, session: TenantSession, **values: Any) -> bool:
        """As :meth:`write`, and hold the job from now on."""
        return self.write(session, available_at=in_seconds(self.seconds), **values)

    def end(self, session: TenantSession, state: Any, **values: Any) -> bool:
        """As :meth:`write`, for the last time: the job is in this state now."""
        return self.write(session, state=state, lease_key=None, **values)

    def settle(self, session: TenantSession, state: Any, **values: Any) -> None:
        """As :meth:`end`, for a job nobody will take again."""
        self.end(session, state, done_at=sa.func.clock_timestamp(), **values)


def take(session: TenantSession, seconds: float) -> Lease | None:
    """Take the company's job that is due the longest: a new one, or one whose lease ran out. Commits."""
    with session.begin():
        job = session.scalar(
            sa.select(Job)
            .where(Job.tenant_id == session.tenant, OPEN, Job.available_at <= sa.func.now())
            .order_by(Job.available_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        job.state, job.lease_key, job.attempts = "running", uuid4(), job.attempts + 1
        job.available_at = in_seconds(seconds)
        return Lease.of(job, job.lease_key, seconds)
