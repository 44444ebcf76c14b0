"""Workers to kill, and a Redis database that these tests may empty."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import redis
import sqlalchemy as sa

from core.context import CompanyInfo, Context
from core.db.database import Database
from core.jobs.drain import Drain
from core.jobs.models import OPEN, Job, Schedule
from core.jobs.queue import enqueue
from core.jobs.work import Work
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.plugin.manifest import Handler
from core.plugin.models import ActiveModule, Entitlement
from core.testing import SECRET
from core.testing.installation import installation
from tests.core.jobs import trial

registry, database_url, database, app = installation("kennel")  # the scheduler looks at every company there is
PATIENCE = 90.0
WORKER = "worker of a test"
"""What the database knows a worker process by."""
Reported = list[tuple[str, str, int | None, BaseException]]


@pytest.fixture
def reported() -> Reported:
    """Errors of plugins that were reported."""
    return []


@pytest.fixture
def hooks(registry: Registry, reported: Reported) -> Hooks:
    return Hooks(trial.registry(registry), lambda *report: reported.append(report))


@pytest.fixture
def handle(hooks: Hooks) -> Callable[[str, Callable[[Context, Work], None]], None]:
    """Let a function of the test work on a topic of the trial plugin."""

    def handle(topic: str, run: Callable[[Context, Work], None]) -> None:
        handler = Handler(topic=f"trial.{topic}", run=run, retries=3, plugin="trial")
        hooks.registry.handlers[handler.topic] = (handler,)

    return handle


@pytest.fixture
def make_company(make_company: Callable[..., CompanyInfo], database: Database) -> Iterator[Callable[..., CompanyInfo]]:
    """Companies that have the trial module, and have it on. What they leave undone does not bother the next test."""
    made: list[CompanyInfo] = []

    def make(**values: Any) -> CompanyInfo:
        company = make_company(**values)
        made.append(company)
        with database.vendor_session() as vendor, vendor.begin():
            vendor.add(Entitlement(company_id=company.id, plugin="trial"))
        with database.session(company.id) as session, session.begin():
            session.add(ActiveModule(plugin="trial"))
        return company

    yield make
    for company in made:
        with database.session(company.id) as session, session.begin():
            session.execute(sa.update(Job).where(OPEN).values(state="cancelled"))
            session.execute(sa.delete(Schedule))


@pytest.fixture
def make_context(
    make_company: Callable[..., CompanyInfo], make_context: Callable[..., Context]
) -> Callable[..., Context]:
    """As ever, but closed before the companies are tidied up: an open transaction may hold jobs."""
    del make_company
    return make_context


@pytest.fixture
def drain(database: Database, hooks: Hooks) -> Drain:
    return Drain(database, hooks)


@pytest.fixture
def ask(context: Context) -> Callable[..., UUID]:
    """Enqueue a job of the trial plugin and commit."""

    def ask(topic: str, _context: Context = context, **payload: Any) -> UUID:
        (job_id,) = enqueue(_context, f"trial.{topic}", payload)
        _context.session.commit()
        return job_id  # type: ignore[no-any-return] # ids are untyped in the queue's answer

    return ask


@pytest.fixture
def job(context: Context) -> Callable[[UUID], Job]:
    """The job as it is in the database now."""

    def read(job_id: UUID) -> Job:
        context.session.rollback()
        return context.session.execute(sa.select(Job).where(Job.id == job_id)).scalar_one()

    return read


@pytest.fixture
def make_due(context: Context) -> Callable[[UUID], None]:
    """Let the time pass until a job may be taken."""

    def make(job_id: UUID) -> None:
        context.session.execute(sa.update(Job).where(Job.id == job_id).values(available_at=sa.func.now()))
        context.session.commit()

    return make


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A database of the run's Redis that belongs to this test process alone."""
    number = 5 + int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "0")))) % 10
    url = os.environ["GHEP_TEST_REDIS_URL"].rsplit("/", 1)[0] + f"/{number}"
    yield url
    with redis.Redis.from_url(url) as client:
        client.flushdb()


class Workers:
    """Worker processes of one test."""

    def __init__(self, database_url: str, redis_url: str, program: str = "tests.core.jobs.program") -> None:
        self._program = program
        self._environment = {
            "TRIAL_DATABASE_URL": database_url,
            "TRIAL_REDIS_URL": redis_url,
            "TRIAL_SECRET": SECRET,
            "PGAPPNAME": WORKER,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *, redis_url: str | None = None, lease: float = 1.5, every: float = 1) -> subprocess.Popen[str]:
        environment = {**os.environ, **self._environment}
        if redis_url is not None:
            environment["TRIAL_REDIS_URL"] = redis_url
        arguments = ["-m", self._program, "--lease", str(lease), "--every", str(every)]
        process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        self.end(process)

    def stop(self, process: subprocess.Popen[str]) -> int:
        """Ask it to end; gives the exit code."""
        process.send_signal(signal.SIGTERM)
        return self.end(process)

    def end(self, process: subprocess.Popen[str]) -> int:
        self.running.remove(process)
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()
        return code


@pytest.fixture
def workers(database_url: str, redis_url: str) -> Iterator[Workers]:
    found = Workers(database_url, redis_url)
    yield found
    for process in list(found.running):
        found.kill(process)


def eventually(true: Callable[[], Any], *, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    meanwhile()
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)
        meanwhile()


def all_over(context: Context) -> bool:
    """Whether no job of the company is left to do."""
    context.session.rollback()
    return not context.session.scalar(
        sa.select(sa.func.count()).select_from(Job).where(Job.state.in_(["new", "running"]))
    )
