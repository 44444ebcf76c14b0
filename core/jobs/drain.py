"""Doing what is due: companies first, then the jobs of each, every attempt in a session and a turn of its own."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import sqlalchemy as sa

from core.context import CompanyInfo, Context
from core.db.database import Database
from core.db.session import TenantSession
from core.i18n import translator, use_locale
from core.jobs.lease import Lease, LostLease, in_seconds, take
from core.jobs.models import Job
from core.jobs.turn import begin, open_company
from core.jobs.work import Cancelled, Interrupted, NotSentError, OutcomeUnknownError, Postponed, Work
from core.plugin.facade import Hooks
from core.plugin.manifest import Handler
from core.settings import Settings

_ = translator("core")

LEASE = 30.0
"""Seconds until the job of a worker that died is taken up by another; kept up while the worker lives."""
SLICE = 0.5
"""Seconds one company may have before the next one's turn."""
COMPANIES = 50
"""Companies of one round."""
PATIENCE = 3600.0
"""Seconds without a sign of life from a handler after which it is taken to hang."""
LONGEST_WAIT = 3600.0
"""Seconds between two attempts at most."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drain:
    """Works off what is due."""

    database: Database
    hooks: Hooks
    stopping: Callable[[], bool] = lambda: False
    """Whether the process is about to end."""
    stuck: Callable[[], None] = lambda: None
    """Called when a handler hangs: others will take its job, but this thread is lost."""
    lease: float = LEASE
    settings: Settings | None = None
    """Those of the installation, for handlers that keep files."""

    def drain(self) -> int:
        """Work until nothing is due; how many attempts there were."""
        attempts = 0
        while not self.stopping():
            worked = sum(self.company(tenant) for tenant in self._due())
            attempts += worked
            if not worked:  # nothing is there, or others have it
                break
        return attempts

    def company(self, tenant: int, seconds: float = SLICE) -> int:
        """Work for one company as long as its turn is, but on one job at least; how many attempts there were."""
        with self.database.reader() as connection:
            company = open_company(connection, tenant)
        attempts, end = 0, time.monotonic() + seconds
        while company and not self.stopping() and self._step(company):
            attempts += 1
            if time.monotonic() >= end:
                break
        return attempts

    def _due(self) -> list[int]:
        with self.database.reader() as connection:
            return list(connection.scalars(sa.text("SELECT tenant_id FROM ghep_due(:capped)"), {"capped": COMPANIES}))

    def _step(self, company: CompanyInfo) -> bool:
        with self.database.session(company.id) as session:
            lease = take(session, self.lease)
        if lease is None:
            return False
        try:
            with self.database.session(company.id) as session:  # closing rolls back what was not committed
                self._attempt(session, company, lease)
        except LostLease:
            logger.warning("job %s (%s) was taken over, attempt %d is void", lease.job_id, lease.topic, lease.attempt)
        return True

    def _attempt(self, session: TenantSession, company: CompanyInfo, lease: Lease) -> None:
        context, locale = begin(session, company, self.hooks, lease.user_id)
        session.commit()  # a handler may think for long before it writes, and must hold no transaction meanwhile
        handlers = self.hooks.registry.handlers.get(lease.topic, ())
        handler = next((one for one in handlers if one.plugin == lease.plugin), None)
        with use_locale(locale):
            if handler is None or lease.plugin not in context.active:
                gone = _("The module %(module)s is off or gone.", module=lease.plugin)
                lease.settle(session, "skipped", last_error=str(gone))
                _tell(context, handler, lease, "skipped")
            elif lease.cancel_asked:
                lease.settle(session, "cancelled")
                _tell(context, handler, lease, "cancelled")
            elif lease.attempt > handler.retries:
                ended = _("Its worker ended in the middle, %(n)s times.", n=handler.retries)
                lease.settle(session, "dead", last_error=str(ended))
                _tell(context, handler, lease, "dead")
            else:
                self._run(context, lease, handler)
        session.commit()

    def _run(self, context: Context, lease: Lease, handler: Handler) -> None:
        work = Work(context, lease, self.stopping, self.settings)
        try:
            with suppress(Cancelled), self._kept(context, lease, work):
                handler.run(context, work)
            work.finish()
        except Interrupted:
            again = {"available_at": in_seconds(0), "attempts": Job.attempts - 1}
            lease.end(context.session, "new", **again)
        except Postponed as error:
            wait = error.seconds * random.uniform(1, 1.2)  # noqa: S311 # spreads, guards nothing
            lease.end(context.session, "new", available_at=in_seconds(wait), attempts=Job.attempts - 1)
        except OutcomeUnknownError as error:
            context.session.rollback()
            lease.settle(context.session, "unknown", last_error=str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 # whatever a plugin raises must not stop the others' work
            context.session.rollback()
            self._failed(context, lease, handler, error)

    def _failed(self, context: Context, lease: Lease, handler: Handler, error: BaseException) -> None:
        """Try again later, twice as late each time, or give up."""
        if not _is_weather(error):
            self.hooks.failed(handler.plugin, f"job {handler.topic}", context.company.id, error)
        said = f"{type(error).__name__}: {error}".replace("\0", "")[:2000]
        if lease.attempt >= handler.retries:
            lease.settle(context.session, "dead", last_error=said)
            _tell(context, handler, lease, "dead")
            return
        wait = min(2.0**lease.attempt, LONGEST_WAIT) * random.uniform(0.5, 1.5)  # noqa: S311 # spreads, guards nothing
        state = sa.case((Job.cancel_asked, "cancelled"), else_="new")
        if lease.end(context.session, state, last_error=said, available_at=in_seconds(wait)):
            _tell(context, handler, lease, "cancelled")

    @contextmanager
    def _kept(self, context: Context, lease: Lease, work: Work) -> Iterator[None]:
        """Keep the lease while the block runs, and show its progress."""
        over = threading.Event()
        beats = threading.Thread(target=self._beat, args=(context.tenant, lease, work, over), daemon=True)
        beats.start()
        try:
            yield
        finally:
            over.set()
            beats.join()

    def _beat(self, tenant: int, lease: Lease, work: Work, over: threading.Event) -> None:
        while not over.wait(lease.seconds / 3):
            if time.monotonic() - work.touched > PATIENCE:
                logger.critical("job %s (%s) hangs: no sign of life for %.0f s", lease.job_id, lease.topic, PATIENCE)
                self.stuck()
                return
            try:
                with self.database.session(tenant) as session, session.begin():
                    lease.renew(session, progress=work.done, total=work.total)
            except LostLease:
                return
            except sa.exc.SQLAlchemyError as error:
                logger.warning("the lease of job %s could not be renewed: %s", lease.job_id, error)


def _tell(context: Context, handler: Handler | None, lease: Lease, state: str) -> None:
    """Let whoever asked for the job know that it will not be done."""
    if handler is not None and handler.given_up is not None:
        handler.given_up(context, lease.payload, state)


def _is_weather(error: BaseException) -> bool:
    """Whether this happens to the best of plugins: somebody else's server, or the database, was away or busy."""
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
    return isinstance(error, NotSentError)
