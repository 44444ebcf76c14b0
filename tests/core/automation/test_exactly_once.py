"""Ten thousand records, three actions each, workers that are killed at random and a Valkey that is emptied: each thing once."""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import redis
import sqlalchemy as sa

from core.automation import runs
from core.automation.models import AutomationRun, AutomationStep
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.database import Database
from core.entity import service as records
from core.jobs.bell import Bell
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.privacy import purposes
from core.testing.automation import automate, have_modules
from tests.core.automation.program import QUEUE
from tests.core.automation.program import registry as with_trial
from tests.core.jobs.conftest import Workers, all_over, eventually, redis_url

__all__ = ["redis_url"]
MANY = 10_000
SENT = 40


@pytest.fixture
def hooks(registry: Registry) -> Hooks:
    """The workers' own plugin is known here too."""
    return Hooks(with_trial(registry))


@pytest.fixture
def workers(database_url: str, redis_url: str) -> Iterator[Workers]:
    """Worker processes to kill."""
    found = Workers(database_url, redis_url, "tests.core.automation.program")
    yield found
    for process in list(found.running):
        found.kill(process)


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    """Somebody else's server: it counts what it took, by the key that each message carries."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            self.rfile.read(int(self.headers["Content-Length"]))
            taken[self.headers["Idempotency-Key"]] += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_given: Any) -> None:
            """Say nothing."""

    taken: Counter[str] = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.taken = taken  # type: ignore[attr-defined] # for the test to count
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def count(context: Context, statement: sa.Select[Any]) -> int:
    context.session.rollback()
    return int(context.session.scalar(statement) or 0)


def done(context: Context) -> int:
    mine = sa.select(sa.func.count()).select_from(AutomationRun).where(AutomationRun.tenant_id == context.tenant)
    return count(context, mine.where(AutomationRun.state == "done"))


@pytest.mark.slow
def test_each_action_happens_once_for_each_of_ten_thousand_records(
    context: Context, database: Database, workers: Workers, redis_url: str, receiver: ThreadingHTTPServer
) -> None:
    purposes.furnish(context)
    contact = {
        "do": "create",
        "entity": "core.contact",
        "values": [{"field": "name", "value": "Người nhà"}, {"field": "customer", "from": "id"}],
    }
    noted = {"do": "set", "values": [{"field": "note", "value": "đã chạy"}]}
    sent = {
        "do": "message", "channel": "trial_post", "to": "mobile", "purpose": "service", "text": str(receiver.server_port),
    }  # fmt: skip
    told = {
        "do": "branch",
        "if": {"all": [{"field": "mobile", "operator": "empty", "value": "false"}]},
        "then": [sent],
        "else": [],
    }
    automate(context, Customer, steps=[contact, noted, told])
    have_modules(context, database)
    context.session.commit()
    bell = Bell(redis_url, queue=QUEUE)
    running = [workers.start(), workers.start()]
    rows = [{"name": f"Khách {n}", **({"mobile": f"+84912{n:06d}"} if n < SENT else {})} for n in range(MANY)]
    records.insert_many(context, Customer, rows)
    context.session.commit()
    with redis.Redis.from_url(redis_url) as valkey:
        for turn in range(4):
            goal = min(done(context) + 1500, MANY)
            eventually(lambda: done(context) >= goal, meanwhile=bell.ring)  # noqa: B023 # called at once
            workers.kill(running.pop(0))
            if turn % 2:
                valkey.flushdb()
            running.append(workers.start())
    eventually(lambda: all_over(context), meanwhile=bell.ring)
    bell.close()
    assert runs.counts(context)[context.session.scalars(sa.select(AutomationRun.automation_id).limit(1)).one()][
        "states"
    ] == {"done": MANY}
    each = (
        sa.select(Contact.__table__.c.customer_id)
        .group_by(Contact.__table__.c.customer_id)
        .having(sa.func.count() == 1)
    )
    assert count(context, sa.select(sa.func.count()).select_from(each.subquery())) == MANY
    assert (
        count(
            context,
            sa.select(sa.func.count()).select_from(Customer).where(Customer.note == "đã chạy", Customer.version == 2),
        )
        == MANY
    )
    assert len(receiver.taken) == SENT  # type: ignore[attr-defined] # see the fixture
    steps = sa.select(sa.func.count()).select_from(AutomationStep).where(AutomationStep.state == "done")
    assert count(context, steps) == 3 * MANY + SENT
