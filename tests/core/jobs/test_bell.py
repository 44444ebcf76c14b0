"""The bell rings once per commit that left work, and troubles nobody."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import pytest
import redis

from core.context import Context
from core.db.database import Database
from core.jobs.bell import ENOUGH, Bell
from core.jobs.queue import enqueue
from core.testing import SECRET
from tests.core.jobs.trial import QUEUE


class Counter:
    """A bell that counts."""

    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1

    def nudge(self, tenant: int, people: Iterable[UUID]) -> None:
        """Nobody's page is open."""


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def ringing(context: Context, database_url: str, counter: Counter) -> Iterator[Context]:
    """The same turn in a session whose database has a bell."""
    database = Database(database_url, SECRET, pool_size=1, bell=counter)
    session, context.session = context.session, database.session(context.tenant)
    yield context
    context.session.close()
    context.session = session
    database.close()


def test_it_rings_when_the_work_can_be_seen(ringing: Context, counter: Counter) -> None:
    with ringing.session.begin_nested():
        enqueue(ringing, "trial.note")
    assert counter.rung == 0
    ringing.session.commit()
    assert counter.rung == 1


def test_it_rings_once_however_much_there_is(ringing: Context, counter: Counter) -> None:
    for _ in range(5):
        enqueue(ringing, "trial.note")
    ringing.session.commit()
    assert counter.rung == 1


def test_it_is_silent_where_nobody_asked_for_work(ringing: Context, counter: Counter) -> None:
    enqueue(ringing, "trial.nothing")
    ringing.session.commit()
    assert counter.rung == 0


def test_a_few_bells_are_enough(redis_url: str) -> None:
    bell = Bell(redis_url, queue=QUEUE)
    for _ in range(3 * ENOUGH):
        bell.ring()
    bell.close()
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen(f"rq:queue:{QUEUE}") == ENOUGH


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"], ids=["none", "unreachable"])
def test_without_a_server_it_does_nothing(url: str) -> None:
    bell = Bell(url)
    bell.ring()
    bell.ring()
    bell.close()
