"""What an automation would have done in the last week, out of the change log; nothing is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.automation import acting, clock, conditions
from core.automation.service import Draft
from core.automation.triggers import CLOCK, SCHEDULE, WEBHOOK, Active
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.tables import Change

WEEK = timedelta(days=7)
SHOWN, MOST, _PART = 20, 50_000, 2000
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Hit:
    """Once that it would have run."""

    at: datetime
    record_id: UUID
    title: str
    event: str


@dataclass(slots=True)
class DryRun:
    """What was found."""

    looked_at: int = 0
    """Changes that could have started it."""
    matching: int = 0
    """Of them those for which its conditions hold, as their records are now."""
    hits: list[Hit] = field(default_factory=list)
    """The newest."""

    def take(self, some: Sequence[Hit], fitting: Sequence[bool]) -> None:
        """Count some more."""
        found = [one for one, fits in zip(some, fitting, strict=True) if fits]
        self.looked_at += len(some)
        self.matching += len(found)
        self.hits += found[: SHOWN - len(self.hits)]


def last_week(context: Context, resource: Resource, draft: Draft) -> DryRun:
    """Try a draft that was checked. Each record counts once where it shall run once for each."""
    rule = Active(
        _NOBODY,
        resource.name,
        draft.name,
        0,
        draft.trigger,
        conditions.read(draft.conditions),
        at_once=False,
        once=draft.once,
    )
    found, seen = DryRun(), set[UUID]()
    if draft.trigger["on"] == WEBHOOK:
        return found
    source = _by_the_clock if draft.trigger["on"] in CLOCK else _by_changes
    for part in source(context, resource, rule):
        some = _first_of_each(part, seen) if draft.once else part
        asked = [(hit.record_id, values) for hit, values in some]
        found.take([hit for hit, _values in some], acting.fitting(context, resource.name, asked, rule.conditions))
    return found


def _first_of_each(part: Sequence[tuple[Hit, Any]], seen: set[UUID]) -> list[tuple[Hit, Any]]:
    """A record once."""
    first = {hit.record_id: (hit, values) for hit, values in part if hit.record_id not in seen}
    seen |= set(first)
    return list(first.values())


def _by_changes(context: Context, resource: Resource, rule: Active) -> Iterator[list[tuple[Hit, Any]]]:
    """The week's lines of the log that would have started it, the newest first."""
    statement = (
        sa.select(Change.at, Change.record_id, Change.record_title, Change.action, Change.values)
        .where(Change.tenant_id == context.tenant, Change.entity == resource.name, Change.at >= now() - WEEK)
        .order_by(Change.id.desc())
        .limit(MOST)
    )
    lines = context.session.connection().execute(statement)
    while part := lines.fetchmany(_PART):
        yield [
            (Hit(at, record, title, event), values)
            for at, record, title, action, values in part
            if (event := rule.event_of(resource, action, values))
        ]


def _by_the_clock(context: Context, _resource: Resource, rule: Active) -> Iterator[list[tuple[Hit, Any]]]:
    """The records it would be due for, as they are now: today for a schedule, this week for days."""
    moment = now()
    begun = moment if rule.trigger["on"] == SCHEDULE else moment - WEEK
    for rows in clock.due(context, rule, begun, moment):
        yield [(Hit(moment, UUID(row["record_id"]), row["title"], row["event"]), {}) for row in rows]
