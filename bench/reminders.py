"""How late reminders ring while 100,000 wait, beside jobs that bare RQ scheduled on the same Valkey.

Both sides have one worker and one scheduler, as processes. Some reminders are due one after the other, as in the middle
of a day, and some in one second, as meetings at nine o'clock are. Lateness is time, and not CPU: it is the point here.

``python -m bench.reminders --waiting 100000``
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import redis
import sqlalchemy as sa
from rq import Queue, SimpleWorker
from rq.job import Job as QueuedJob
from rq.registry import ScheduledJobRegistry
from rq.serializers import JSONSerializer
from uuid_utils.compat import uuid7

from bench import seed
from bench.measure import Line, table
from core.app import make_platform
from core.context import Context
from core.db.base import now
from core.db.bootstrap import prepare
from core.notifications.models import Notification
from core.plugin.enablement import active_modules
from core.reminders.models import Reminder
from core.settings import Settings
from core.supervisor.embedded import connected, environment

QUEUE, RUNG = "bench-reminders", "bench:rung"
ONE_BY_ONE, AT_ONCE = 60, 500
STEP = timedelta(milliseconds=250)
HEAD_START = timedelta(seconds=20)
"""Until the first is due: processes start meanwhile."""
PATIENCE = 300.0


def note(due: float) -> None:
    """What a job of RQ does: tell how late it is. A row would be more work, so this is in RQ's favour."""
    with redis.Redis.from_url(os.environ["GHEP_REDIS_URL"]) as client:
        client.rpush(RUNG, time.time() - due)


def listen(url: str) -> None:
    """RQ's quickest worker, which forks for no job, with RQ's own scheduler; in a process of its own."""
    connection = redis.Redis.from_url(url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(
        with_scheduler=True, logging_level="ERROR"
    )


def moments() -> list[datetime]:
    """When what is measured is due: whole seconds, which is all RQ knows, then a crowd in one of them."""
    first = (now() + HEAD_START).replace(microsecond=0)
    singles = [(first + number * STEP).replace(microsecond=0) for number in range(ONE_BY_ONE)]
    return singles + [singles[-1] + timedelta(seconds=5)] * AT_ONCE


def those_waiting(count: int) -> list[datetime]:
    """When those are due that only stand in the way."""
    later = now() + timedelta(days=1)
    return [later + number * STEP for number in range(count)]


def ours(context: Context, waiting: int) -> list[float]:
    """Seconds each reminder of ours came late."""
    user = context.session.scalars(
        sa.text("SELECT id FROM core_user WHERE tenant_id = :t"), {"t": context.tenant}
    ).one()
    customer = context.session.scalars(
        sa.text("SELECT id FROM core_customer WHERE tenant_id = :t LIMIT 1"), {"t": context.tenant}
    ).one()

    def plan(times: list[datetime]) -> None:
        rows = [
            {
                "tenant_id": context.tenant, "id": uuid7(), "user_id": user, "entity": "core.customer",
                "record_id": customer, "title": {"text": str(at.timestamp())}, "body": "", "url": "", "bell": True,
                "mail": False, "due_at": at, "created_at": now(),
            }
            for at in times
        ]  # fmt: skip
        context.session.execute(sa.insert(Reminder.__table__), rows)
        context.session.commit()

    plan(those_waiting(waiting))
    due = moments()
    plan(due)
    ghep = str(Path(sys.executable).with_name("ghep"))
    with processes([ghep, "worker"], [ghep, "scheduler"]):
        count = sa.select(sa.func.count()).where(Notification.tenant_id == context.tenant)
        until(lambda: rung(context, count) >= len(due))
    told = sa.select(Notification.title, Notification.created_at).where(Notification.tenant_id == context.tenant)
    return [
        at.timestamp() - float(title["text"]) for title, at in context.session.execute(told.order_by(Notification.id))
    ]


def rung(context: Context, count: sa.Select[int]) -> int:
    """How many rang so far."""
    context.session.rollback()
    return context.session.execute(count).scalar_one()


def theirs(url: str, waiting: int) -> list[float]:
    """Seconds each job of RQ came late."""
    connection = redis.Redis.from_url(url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    registry = ScheduledJobRegistry(queue=queue)  # type: ignore[no-untyped-call] # rq leaves it so

    def plan(times: list[datetime]) -> None:
        with connection.pipeline(transaction=False) as pipeline:
            for at in times:
                job = QueuedJob.create(
                    "bench.reminders.note", [at.timestamp()], connection=connection, origin=QUEUE,
                    serializer=JSONSerializer,
                )  # fmt: skip
                job.save(pipeline=pipeline)
                registry.schedule(job, at.astimezone(UTC), pipeline=pipeline)
            pipeline.execute()

    plan(those_waiting(waiting))
    due = moments()
    plan(due)
    with processes([sys.executable, "-c", f"from bench.reminders import listen; listen({url!r})"]):
        until(lambda: connection.llen(RUNG) >= len(due))
    found = [float(text) for text in connection.lrange(RUNG, 0, -1)]
    connection.close()
    return found


@contextmanager
def processes(*commands: Sequence[str]) -> Iterator[None]:
    """Programs that run for the length of the block."""
    running = [subprocess.Popen(command) for command in commands]
    try:
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.5)


def compared(mine: list[float], other: list[float]) -> list[Line]:
    """Both sides, the ones that came one by one and the crowd, which alone has a budget.

    Of single ones either side looks once a second: which second it is decides, and a minute is what people ask for.
    """
    parts = (
        ("reminders one by one", slice(0, ONE_BY_ONE), None),
        (f"{AT_ONCE} reminders in one second", slice(ONE_BY_ONE, None), 1.0),
    )
    lines: list[Line] = []
    for name, part, budget in parts:
        for what, number in (("median", statistics.median), ("latest", max)):
            left, right = number(mine[part]), number(other[part])
            lines.append(Line(f"{name}, {what}", f"{left:.2f} s", f"{right:.2f} s", left / right, budget))
    return lines


def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(prog="bench.reminders")
    parser.add_argument("--waiting", type=int, default=100_000)
    options = parser.parse_args()
    settings = Settings.from_env({**os.environ, "GHEP_VAR": str(Settings.from_env().var / "bench")})
    with connected(settings) as found:
        os.environ.update(environment(found))
        prepare(found, found.database_url)
        platform = make_platform(found)
        context, _token = seed.company_with(platform, 10, slug=f"bench-{uuid4().hex[:8]}")
        context.active = active_modules(context)
        with redis.Redis.from_url(found.redis_url) as client:
            client.delete(RUNG)
        mine = ours(context, options.waiting)
        other = theirs(found.redis_url, options.waiting)
        context.session.close()
        print(table(compared(mine, other)))


if __name__ == "__main__":
    main()
