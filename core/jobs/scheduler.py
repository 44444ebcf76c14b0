"""``ghep scheduler``: turns recurring work into jobs. Any number may run; each row is taken by one of them."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.app import make_platform
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.jobs import periods
from core.jobs.models import Job, Schedule
from core.jobs.process import Steady, on_stop_signals
from core.jobs.queue import enqueue
from core.jobs.turn import begin, open_companies, open_company
from core.plugin.facade import Hooks
from core.settings import Settings

COMPANIES = 50
"""Companies of one tick."""
ALARMS = {"ghep_reminders_due": "core.reminders.ring"}
"""Functions that name the companies in which something is due by the clock, and the job that sees to it."""
PLANNED_EVERY = 300.0
"""Seconds between two looks for modules that were switched on without anybody planning their work."""
logger = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Tick until SIGTERM or SIGINT. Call it from the main thread."""
    platform = make_platform(settings)
    stopping = threading.Event()
    on_stop_signals(stopping.set)
    step = Steady(Scheduler(platform.database, platform.hooks, stopping.is_set).step)
    try:
        while not stopping.is_set():
            stopping.wait(step())
    finally:
        platform.bell.close()
        platform.database.close()


def plan(context: Context) -> None:
    """See that the recurring work of each module that is on has its row; as often as one likes."""
    now = _now(context)
    rows = [
        {
            "tenant_id": context.tenant,
            "id": uuid7(),
            "plugin": one.plugin,
            "name": one.name,
            "next_at": periods.first(one, now, context.company.zone),
        }
        for one in context.hooks.registry.schedules.values()
        if one.plugin in context.active
    ]
    if rows:
        context.session.execute(insert(Schedule).values(rows).on_conflict_do_nothing())


@dataclass(slots=True)
class Scheduler:
    """Looks after the schedules of every company."""

    database: Database
    hooks: Hooks
    stopping: Callable[[], bool] = lambda: False
    _planned: float | None = None

    def step(self) -> None:
        """One tick, and now and then a look for what has no row yet."""
        if self._planned is None or time.monotonic() - self._planned > PLANNED_EVERY:
            self.plan()
            self._planned = time.monotonic()
        self.tick()

    def plan(self) -> None:
        """See that the recurring work of every company has its rows."""
        with self.database.reader() as connection:
            companies = list(open_companies(connection))
        for company in companies:
            if not self.stopping():
                self._in(company, plan)

    def tick(self) -> None:
        """Enqueue what is due in every company."""
        self._where_due("ghep_schedules_due", _enqueue_due)
        for function, topic in ALARMS.items():
            self._where_due(function, partial(_enqueue_once, topic=topic))

    def _where_due(self, function: str, do: Callable[[Context], None]) -> None:
        with self.database.reader() as connection:
            due = connection.scalars(sa.text(f"SELECT tenant_id FROM {function}(:capped)"), {"capped": COMPANIES})  # noqa: S608 # this module's names
            companies = [open_company(connection, tenant) for tenant in due]
        for company in companies:
            if company is not None and not self.stopping():
                self._in(company, do)

    def _in(self, company: CompanyInfo, do: Callable[[Context], None]) -> None:
        try:
            with self.database.session(company.id) as session:
                context, _locale = begin(session, company, self.hooks)
                do(context)
                session.commit()
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            raise
        except Exception:
            logger.exception("the recurring work of company %s is not done", company.slug)


def _enqueue_due(context: Context) -> None:
    """Advance each row that is due and ask for its work, in one transaction: once, however many ticks were missed."""
    session, schedules = context.session, context.hooks.registry.schedules
    now = _now(context)
    statement = sa.select(Schedule).where(Schedule.tenant_id == context.tenant, Schedule.next_at <= now)
    for row in session.scalars(statement.with_for_update(skip_locked=True)).all():
        schedule = schedules.get(f"{row.plugin}.{row.name}")
        if schedule is None:
            session.delete(row)
            continue
        row.next_at = periods.following(schedule, row.next_at, now, context.company.zone)
        if row.plugin in context.active:
            _enqueue_once(context, schedule.topic)


def _enqueue_once(context: Context, topic: str) -> None:
    """Ask for work, unless the last time it was asked for it has not even begun."""
    if not _waits(context, topic):
        enqueue(context, topic)


def _waits(context: Context, topic: str) -> bool:
    """Whether the last one has not even begun: more of the same would help nobody."""
    due = (Job.state == "new", Job.attempts == 0, Job.available_at <= sa.func.now())
    waiting = sa.exists().where(Job.tenant_id == context.tenant, Job.topic == topic, *due)
    return bool(context.session.scalar(sa.select(waiting)))


def _now(context: Context) -> datetime:
    """The database's clock, which all schedulers share."""
    return context.session.execute(sa.select(sa.func.now())).scalar_one()
