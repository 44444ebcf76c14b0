"""What a handler works with: its job, and the means to be stopped in the middle and lose nothing."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

import sqlalchemy as sa

from core.jobs.lease import Halt, Lease
from core.jobs.models import Job, Sending
from core.settings import Settings

if TYPE_CHECKING:
    from core.context import Context


class Cancelled(Halt):
    """Somebody asked for the end of this job. What was done up to the checkpoint stays; a handler may tidy up."""


class Interrupted(Halt):
    """This worker is about to stop: the job goes on later, from its cursor."""


class Postponed(Halt):
    """What it needs is not to be had for a while: the job begins anew then, and this attempt does not count."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.seconds = wait.total_seconds()


class NotSentError(Exception):
    """To be raised by what sends: the other side certainly has not taken it, so it may be tried again."""


class OutcomeUnknownError(Exception):
    """Something was sent and nobody can say whether it was taken. It will not be sent again by itself."""

    def __init__(self, key: str) -> None:
        super().__init__(f"It is not known whether {key} was sent.")
        self.key = key


class Work:
    """One attempt at a job, as its handler sees it.

    Short work needs none of this: what the handler writes in the context's session is committed together with the
    mark *done*, or not at all. It must not commit by itself. Long work goes in steps of some seconds each::

        for chunk in chunks(after=work.cursor.get("row", 0)):
            ...
            work.progress(chunk.end, total)
            work.checkpoint(row=chunk.end)
    """

    def __init__(
        self,
        context: "Context",
        lease: Lease,
        stopping: Callable[[], bool] = lambda: False,
        settings: Settings | None = None,
    ) -> None:
        self._context = context
        self._settings = settings
        self._session = context.session
        self._lease = lease
        self._stopping = stopping
        self.cursor: dict[str, Any] = dict(lease.cursor)
        """What the last checkpoint said, in this attempt or one before."""
        self.done, self.total = lease.progress, lease.total
        self.outcome: dict[str, Any] = dict(lease.result)
        self.cancelled = False
        self.touched = time.monotonic()
        """When the handler last gave a sign of life."""

    @property
    def payload(self) -> dict[str, Any]:
        """What was asked for."""
        return self._lease.payload

    @property
    def job_id(self) -> UUID:
        """The job, the same in every attempt."""
        return self._lease.job_id

    @property
    def attempt(self) -> int:
        """1 for the first."""
        return self._lease.attempt

    @property
    def settings(self) -> Settings:
        """Those of the installation: where files are kept, how much they may hold."""
        if self._settings is None:
            raise LookupError("This worker was not told the installation's settings.")
        return self._settings

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is; people see it at the next checkpoint, or some seconds later without one."""
        self.done, self.total = done, self.total if total is None else total
        self.touched = time.monotonic()

    def result(self, **values: Any) -> None:
        """Leave something for whoever asked for the job: counts, the id of a file. Values as JSON knows them."""
        self.outcome.update(values)

    def postpone(self, wait: timedelta) -> NoReturn:
        """Do this job later, as if it had not begun; what was written since the last checkpoint is kept."""
        raise Postponed(wait)

    def checkpoint(self, **cursor: Any) -> None:
        """Commit what was done so far, with ``cursor`` from which to go on, and begin the next transaction.

        Raises :class:`Cancelled`, once, :class:`Interrupted` or :class:`~core.jobs.lease.LostLease`; let them pass.
        """
        self.cursor.update(cursor)
        asked = self._commit()
        if asked and not self.cancelled:
            self.cancelled = True
            raise Cancelled
        if self._stopping():
            raise Interrupted

    def look(self) -> None:
        """Raise like a checkpoint, but commit nothing: for work that has to be done in one transaction.

        Interrupted, such work begins again.
        """
        statement = sa.select(Job.cancel_asked).where(Job.tenant_id == self._context.tenant, Job.id == self.job_id)
        if self._session.connection().execute(statement).scalar_one_or_none():
            self._session.rollback()
            self.cancelled = True
            raise Cancelled
        if self._stopping():
            self._session.rollback()
            raise Interrupted

    def outward(self, key: str, send: Callable[[UUID], Any], *, idempotent: bool) -> Any:
        """Do something outside the database once: call ``send`` with the attempt's id and keep its answer.

        ``key`` names the effect within the job. Like a checkpoint it commits what was done so far, before and after.
        ``idempotent`` says that the other side takes the id as a key and does a thing once however often it is asked:
        then an attempt of unknown outcome is repeated, with the same id. Otherwise it raises
        :class:`OutcomeUnknownError` and is shown to people, who may decide to repeat it.

        ``send`` raises :class:`NotSentError` if the other side certainly took nothing. It must not use the session.
        """
        self.checkpoint()
        sending = self._sending(key)
        if sending.state == "done":
            return sending.answer
        attempt = sending.id
        if not idempotent and self._is_ambiguous(sending):
            self._mark(attempt, "unknown")
            raise OutcomeUnknownError(key)
        self._mark(attempt, "sending")
        try:
            answer = send(attempt)
        except NotSentError:
            self._mark(attempt, "failed")
            raise
        except Exception as error:
            if idempotent:
                raise
            self._mark(attempt, "unknown")
            raise OutcomeUnknownError(key) from error
        self._mark(attempt, "done", answer)
        return answer

    def finish(self) -> None:
        """Commit what the handler wrote since its last checkpoint together with the mark that it is over."""
        unknown = sa.exists().where(
            Sending.tenant_id == self._context.tenant, Sending.job_id == self.job_id, Sending.state == "unknown"
        )
        state = sa.case((unknown, "unknown"), else_="cancelled" if self.cancelled else "done")
        self._lease.settle(self._session, state, last_error="", **self._values())
        self._session.commit()

    def _values(self) -> dict[str, Any]:
        return {"cursor": self.cursor, "result": self.outcome, "progress": self.done, "total": self.total}

    def _commit(self) -> bool:
        try:
            asked = self._lease.renew(self._session, **self._values())
            self._session.commit()
        except BaseException:
            self._session.rollback()
            raise
        self.touched = time.monotonic()
        return asked

    def _sending(self, key: str) -> Sending:
        """The row of an effect; one that was not there yet is *failed*: certainly not taken."""
        statement = sa.select(Sending).where(
            Sending.tenant_id == self._context.tenant, Sending.job_id == self.job_id, Sending.key == key
        )
        found = self._session.scalar(statement)
        if found is None:
            found = Sending(job_id=self.job_id, key=key, state="failed")
            self._session.add(found)
            self._session.flush()
        return found

    @staticmethod
    def _is_ambiguous(sending: Sending) -> bool:
        return sending.state in {"sending", "unknown"}

    def _mark(self, attempt: UUID, state: str, answer: Any = None) -> None:
        statement = (
            sa.update(Sending)
            .where(Sending.tenant_id == self._context.tenant, Sending.id == attempt)
            .values(state=state, answer=answer, at=sa.func.clock_timestamp())
        )
        self._session.execute(statement)
        self._commit()
