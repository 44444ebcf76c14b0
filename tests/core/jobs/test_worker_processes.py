"""Real worker processes that are really killed, with Redis emptied or away, and nothing lost or done twice."""

import itertools
import random
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import redis
import sqlalchemy as sa

from core.context import CompanyInfo, Context
from core.jobs.bell import Bell
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.supervisor.valkey import find_binary
from tests.core.jobs.conftest import WORKER, Workers, all_over, eventually
from tests.core.jobs.trial import QUEUE, effects

Ask = Callable[..., UUID]
Read = Callable[[UUID], Job]
NEVER = 3600.0
"""Seconds between a worker's own looks, where it is the bell that must wake it."""


@pytest.fixture
def bell(redis_url: str) -> Iterator[Bell]:
    found = Bell(redis_url, queue=QUEUE)
    yield found
    found.close()


@pytest.fixture
def companies(make_company: Callable[..., CompanyInfo], make_context: Callable[..., Context]) -> list[Context]:
    return [make_context(make_company()) for _ in range(3)]


def test_nothing_is_lost_or_doubled_under_kills_flushes_and_cut_connections(
    companies: list[Context], workers: Workers, redis_url: str, bell: Bell, database_url: str
) -> None:
    expected = {company.tenant: ask_for_much(company, notes=70, long=4, steps=6) for company in companies}
    asked = sum(len(one) for one in expected.values())
    assert asked >= 250
    running = [workers.start(), workers.start()]
    with redis.Redis.from_url(redis_url) as valkey:
        for turn in range(4):
            goal = min(count_effects(companies) + 20, asked)
            eventually(lambda: count_effects(companies) >= goal, meanwhile=bell.ring)  # noqa: B023 # called at once
            victim = running.pop(0)
            if turn % 2:
                cut_connections(database_url)
            workers.kill(victim)
            valkey.flushdb()
            running.append(workers.start())
    eventually(lambda: all(map(all_over, companies)))
    for company in companies:
        assert effects(company) == dict.fromkeys(expected[company.tenant], 1)
    assert max(attempts(company) for company in companies) > 1, "nobody was killed in the middle"
    for process in running:
        assert workers.stop(process) == 0


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"], ids=["none", "unreachable"])
def test_work_is_done_without_redis(url: str, context: Context, ask: Ask, workers: Workers) -> None:
    worker = workers.start(redis_url=url)
    ask("note", name="x")
    eventually(lambda: all_over(context))
    assert effects(context) == {"x": 1}
    assert workers.stop(worker) == 0


def test_a_bell_wakes_a_worker_also_after_redis_was_emptied(
    context: Context, ask: Ask, workers: Workers, bell: Bell, redis_url: str
) -> None:
    workers.start(every=NEVER)
    with redis.Redis.from_url(redis_url) as valkey:
        for name in ("before", "after"):
            ask("note", name=name)
            eventually(lambda: all_over(context), meanwhile=bell.ring)
            valkey.flushdb()
    assert effects(context) == {"before": 1, "after": 1}


def test_bells_are_heard_again_after_redis_was_away(context: Context, ask: Ask, workers: Workers) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with valkey_server(port):
        worker = workers.start(redis_url=url, every=NEVER)
        ask("note", name="before")
        eventually(lambda: all_over(context), meanwhile=partial(ring, url))
    ask("note", name="after")
    with valkey_server(port):
        eventually(lambda: all_over(context), meanwhile=partial(ring, url))
        assert workers.stop(worker) == 0
    assert effects(context) == {"before": 1, "after": 1}


def test_a_worker_that_is_asked_to_stop_finishes_its_step_and_another_goes_on(
    context: Context, ask: Ask, job: Read, workers: Workers
) -> None:
    first = workers.start(lease=30)
    asked = ask("steps", steps=25, name="x", seconds=0.05)
    eventually(lambda: job(asked).progress > 1)
    assert workers.stop(first) == 0
    stopped = job(asked)
    assert (stopped.state, stopped.attempts) == ("new", 0)
    assert effects(context) == {"x": stopped.cursor["step"]}
    assert stopped.cursor["step"] < 25
    workers.start(lease=30)
    eventually(lambda: all_over(context))
    assert effects(context) == {"x": 25}


def test_long_work_goes_on_from_its_cursor_when_its_worker_is_killed(
    context: Context, ask: Ask, job: Read, workers: Workers
) -> None:
    first = workers.start()
    asked = ask("steps_named", steps=25, name="x", seconds=0.05)
    eventually(lambda: job(asked).cursor.get("step", 0) > 3)
    workers.kill(first)
    assert job(asked).state == "running"
    workers.start()
    eventually(lambda: all_over(context))
    assert job(asked).state == "done"
    assert job(asked).attempts > 1
    assert effects(context) == {f"x/{step}": 1 for step in range(25)}


def test_a_worker_that_was_asleep_past_its_lease_leaves_nothing(
    context: Context, ask: Ask, job: Read, workers: Workers
) -> None:
    sleeper = workers.start()
    asked = ask("note", name="x", seconds=1)
    eventually(lambda: job(asked).state == "running")
    sleeper.send_signal(signal.SIGSTOP)
    workers.start()
    eventually(lambda: job(asked).state == "done")
    sleeper.send_signal(signal.SIGCONT)
    assert workers.stop(sleeper) == 0
    assert job(asked).attempts > 1
    assert effects(context) == {"x": 1}


def test_a_worker_whose_thread_broke_ends_so_that_another_is_started(
    context: Context, ask: Ask, job: Read, workers: Workers
) -> None:
    worker = workers.start()
    asked = ask("breaker")
    assert workers.end(worker) == 1
    assert job(asked).state == "running"
    assert effects(context) == {}


def ask_for_much(context: Context, *, notes: int, long: int, steps: int) -> list[str]:
    """Ask for short and long work in random order; gives the names of the effects there will be."""
    wanted: list[tuple[str, dict[str, Any]]] = [
        *(("note", {"name": f"note {number}", "seconds": 0.015}) for number in range(notes)),
        *(("steps_named", {"name": f"long {number}", "steps": steps, "seconds": 0.015}) for number in range(long)),
    ]
    random.shuffle(wanted)
    for topic, payload in wanted:
        enqueue(context, f"trial.{topic}", payload)
    context.session.commit()
    each = itertools.product(range(long), range(steps))
    return [*(f"note {number}" for number in range(notes)), *(f"long {number}/{step}" for number, step in each)]


def count_effects(companies: list[Context]) -> int:
    return sum(sum(effects(company).values()) for company in companies)


def attempts(context: Context) -> int:
    return context.session.scalars(sa.select(sa.func.max(Job.attempts))).one()


def cut_connections(database_url: str) -> None:
    """End every connection of the workers, as a restart of the database would."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND application_name = '{WORKER}'"
        )
    engine.dispose()


def ring(url: str) -> None:
    bell = Bell(url, queue=QUEUE)
    bell.ring()
    bell.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def valkey_server(port: int) -> Iterator[None]:
    """A server that is killed at the end of the block."""
    arguments = [str(find_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: accepts(port))
        yield
    finally:
        process.kill()
        process.wait()


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
