"""``ghep worker`` and ``ghep scheduler`` as they are started: what plugins contribute is found, asked for and done."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.context import Context
from core.db.database import Database
from core.jobs import housekeeping, models
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.scheduler import plan
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.testing import SECRET
from tests.core.jobs.conftest import PATIENCE, eventually

Start = Callable[[str], AbstractContextManager[None]]
NEXT_AT = sa.select(models.Schedule.next_at).where(
    models.Schedule.plugin == "core", models.Schedule.name == "clear_jobs"
)


@pytest.fixture
def hooks(registry: Registry) -> Hooks:
    """What is installed and nothing else."""
    return Hooks(registry)


@pytest.fixture
def start(database_url: str, redis_url: str, tmp_path: Path) -> Start:
    @contextmanager
    def start(module: str) -> Iterator[None]:
        """Run a program until the end of the block, and see that it ends well."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "GHEP_VAR": str(tmp_path),
            "GHEP_SECRET_KEY": SECRET,
            "GHEP_DATABASE_URL": database_url,
            "GHEP_REDIS_URL": redis_url,
        }
        code = f"from {module} import run; from core.settings import Settings; run(Settings.from_env())"
        process = subprocess.Popen([sys.executable, "-c", code], env=environment)
        try:
            yield
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()

    return start


def test_hook_schedules(context: Context, start: Start) -> None:
    """The scheduler plans what plugins contribute, and asks for it when it is due."""
    plan(context)
    context.session.execute(sa.update(models.Schedule).values(next_at=sa.func.now() - timedelta(days=3)))
    context.session.commit()
    with start("core.jobs.scheduler"):
        eventually(lambda: (housekeeping.CLEAR, "new") in jobs(context))
    assert context.session.scalars(NEXT_AT).one() > context.session.scalars(sa.select(sa.func.now())).one()


def test_hook_handlers(context: Context, start: Start) -> None:
    """The worker does what plugins have handlers for."""
    enqueue(context, housekeeping.CLEAR)
    context.session.commit()
    with start("core.jobs.worker"):
        eventually(lambda: (housekeeping.CLEAR, "done") in jobs(context))
    assert jobs(context) == [(housekeeping.CLEAR, "done")]


def test_core_clears_its_old_jobs_every_night(context: Context, database: Database, hooks: Hooks) -> None:
    plan(context)
    assert context.session.scalars(NEXT_AT).one().astimezone(context.company.zone).hour < 6
    enqueue(context, housekeeping.CLEAR)
    context.session.commit()
    assert Drain(database, hooks).company(context.tenant) == 1
    assert jobs(context) == [(housekeeping.CLEAR, "done")]


def jobs(context: Context) -> list[tuple[str, str]]:
    context.session.rollback()
    return [(topic, state) for topic, state in context.session.execute(sa.select(Job.topic, Job.state))]
