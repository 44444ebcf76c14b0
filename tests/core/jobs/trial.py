"""A plugin for these tests: its handlers leave a customer per effect, so that a doubled effect can be counted."""

import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.jobs.work import Work
from core.plugin.boot import Plugin, Registry
from core.plugin.manifest import Handler, Manifest, Schedule

QUEUE = "trial"
MANIFEST = Manifest(name="trial", title="Trial", version="1.0.0", api=">=1,<2")


class Post:
    """Somebody else's server: it keeps what it took, and may take a thing without saying so."""

    def __init__(self, trouble: Exception | None = None, *, takes: bool = True) -> None:
        self.taken: list[UUID] = []
        self.trouble = trouble
        self.takes = takes

    def send(self, attempt: UUID) -> str:
        if self.takes:
            self.taken.append(attempt)
        if self.trouble is not None:
            raise self.trouble
        return f"letter {len(self.taken)}"


def leave(context: Context, name: str) -> None:
    context.session.add(Customer(name=name, kind="organisation", search_norm=name, version=1))


def effects(context: Context) -> dict[str, int]:
    """How often each effect is there."""
    context.session.rollback()
    statement = sa.select(Customer.name, sa.func.count()).group_by(Customer.name)
    found: dict[str, int] = dict(context.session.execute(statement).all())
    return found


def note(context: Context, work: Work) -> None:
    leave(context, work.payload["name"])
    context.session.flush()
    time.sleep(work.payload.get("seconds", 0))


def steps(context: Context, work: Work) -> None:
    """Long work: a customer per step, a checkpoint after each."""
    count = work.payload["steps"]
    for step in range(work.cursor.get("step", 0), count):
        note(context, work)
        work.progress(step + 1, count)
        work.result(last=step + 1)
        work.checkpoint(step=step + 1)


def steps_named(context: Context, work: Work) -> None:
    """As :func:`steps`, each step with a name of its own."""
    for step in range(work.cursor.get("step", 0), work.payload["steps"]):
        leave(context, f"{work.payload['name']}/{step}")
        context.session.flush()
        time.sleep(work.payload.get("seconds", 0))
        work.checkpoint(step=step + 1)


def poison(context: Context, work: Work) -> None:
    leave(context, "poison")
    context.session.flush()
    raise ValueError("this one always fails")


def leaver(context: Context, work: Work) -> None:
    leave(context, "leaver")
    sys.exit("a handler must not end the worker")


def breaker(context: Context, work: Work) -> None:
    """Breaks the thread it runs in."""
    leave(context, "breaker")
    raise KeyboardInterrupt


def spoiled(context: Context, work: Work) -> None:
    """Leaves its transaction broken."""
    leave(context, "spoiled")
    context.session.execute(sa.text("SELECT 1/0"))


HANDLERS: dict[str, Any] = {
    "note": note,
    "steps": steps,
    "steps_named": steps_named,
    "poison": poison,
    "leaver": leaver,
    "breaker": breaker,
    "spoiled": spoiled,
}


RETRIES = {"poison": 3, "breaker": 3}


def registry(installed: Registry) -> Registry:
    """The installed plugins and this one."""
    plugin = Plugin(MANIFEST, sys.modules[__name__], __name__, "trial")
    contributed = [
        Handler(topic=f"trial.{name}", run=run, title=f"Trial {name}", retries=RETRIES.get(name, 12), plugin="trial")
        for name, run in HANDLERS.items()
    ]
    schedule = Schedule(name="daily", topic="trial.note", every=timedelta(days=1), at_hour=7, plugin="trial")
    return replace(
        installed,
        plugins={**installed.plugins, "trial": plugin},
        handlers={**installed.handlers, **{one.topic: (one,) for one in contributed}},
        schedules={"trial.daily": schedule},
    )
