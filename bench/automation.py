"""Automations: from events to actions done, against bare RQ doing nothing at all on the same Valkey."""

from collections.abc import Iterator

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bench.measure import Line, Meter, micro
from core.app import Platform
from core.automation import service
from core.automation.service import Draft
from core.context import Context
from core.customers.models import Customer
from core.entity.service import insert_many
from core.jobs.drain import Drain

EVENTS, BARE, ROUNDS = 2000, 300, 3
BUDGET = 1.0
STEPS = (
    {"do": "set", "values": [{"field": "note", "value": "measured"}]},
    {
        "do": "create",
        "entity": "core.contact",
        "values": [{"field": "name", "from": "name"}, {"field": "customer", "from": "id"}],
    },
    {"do": "branch", "if": {"all": [{"field": "note", "operator": "empty", "value": "true"}]}, "then": [], "else": []},
)


def lines(platform: Platform, meter: Meter, context: Context, redis_url: str) -> Iterator[Line]:
    """CPU of one event with everything it sets in motion: two writes, a decision, three steps and a run that are kept."""
    draft = Draft(name="bench", trigger={"on": "record", "events": ["created"]}, steps=STEPS)
    rule = service.make(context, context.resource(Customer), draft)
    service.switch(context, rule, on=True)
    context.session.commit()
    worker = Drain(platform.database, platform.hooks, settings=platform.settings)
    bare = _bare(meter, redis_url)

    def events() -> None:
        rows = [{"name": f"Khách {number}"} for number in range(EVENTS)]
        insert_many(context, Customer, rows)
        context.session.commit()
        while worker.company(context.tenant, seconds=600):
            pass

    ours = meter.best([events] * ROUNDS).both / EVENTS
    service.remove(context, rule)
    context.session.commit()
    yield Line(
        "automation: an event to three steps done", f"{micro(ours)} ({1e6 / ours:,.0f}/s)",
        f"bare RQ job {micro(bare)} ({1e6 / bare:,.0f}/s)", ours / bare, BUDGET,
    )  # fmt: skip


def _bare(meter: Meter, redis_url: str) -> float:
    """CPU of one job that does nothing, queued and done."""
    connection = redis.Redis.from_url(redis_url)
    queue = Queue("bench", connection=connection, serializer=JSONSerializer)

    def jobs() -> None:
        for _number in range(BARE):
            queue.enqueue("core.jobs.bell.heard", result_ttl=0)
        SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(burst=True, logging_level="ERROR")

    found = meter.best([jobs] * ROUNDS).both / BARE
    connection.close()
    return found
