"""Work given to others, and how much of the work planned for a period each person got done (ACT-10, ACT-11)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.visibility import branches, visible
from core.calendar.entries import Condition, Entry, Where, plans
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource

PLANNED, COMPLETED, ON_TIME, OVERDUE, OPEN = "planned", "completed", "on_time", "overdue", "open"
FIGURES = (PLANNED, COMPLETED, ON_TIME, OVERDUE)
"""What is counted, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one person and kind: how many plans were due in the period, and what came of them."""

    person: UUID
    kind: str
    planned: int
    completed: int
    on_time: int
    overdue: int


def due_within(first: datetime, last: datetime) -> Where:
    """What was to be done in a period; what was called off was not."""

    def where(resource: Resource) -> list[Condition]:
        due = _due(resource)
        return [due >= first, due < last, sa.or_(resource.model.__table__.c.ended.is_(None), _done(resource))]

    return where


def what(context: Context, name: str) -> Where:
    """The plans that a figure counts."""
    conditions: dict[str, Callable[[Resource], Condition]] = {
        COMPLETED: _done,
        ON_TIME: lambda resource: _on_time(context, resource),
        OVERDUE: _overdue,
        OPEN: lambda resource: resource.model.__table__.c.ended.is_(None),
    }
    found = conditions.get(name)
    return lambda resource: [found(resource)] if found else []


def given(context: Context) -> Where:
    """What the person planned that somebody else is to do, alone or with them."""
    me = context.user.id if context.user else None

    def where(resource: Resource) -> list[Condition]:
        table, pairs = resource.model.__table__, resource.model.__links__[resource.members]
        others = sa.select(pairs.c.left_id).where(pairs.c.tenant_id == context.tenant, pairs.c.right_id != me)
        return [table.c.created_by_id == me, sa.or_(table.c.owner_id != me, table.c.id.in_(others))]

    return where


def figures(context: Context, first: datetime, last: datetime) -> list[Figures]:
    """The figures of a period by one statement, of the plans that the person may see.

    A plan counts for everybody who has it to do. On time is by the end of the day on which it was due: a meeting is
    marked as held after it was.
    """
    kinds = [one for one in plans(context) if branches(context, one)]
    if not kinds:
        return []
    parts = [part for one in kinds for part in _counted(context, one, due_within(first, last)(one))]
    some = sa.union_all(*parts).subquery()
    sums = [sa.cast(sa.func.sum(some.c[name]), sa.Integer) for name in FIGURES]
    grouped = sa.select(some.c.person, some.c.kind, *sums).group_by(some.c.person, some.c.kind)
    return [Figures(*row) for row in context.session.connection().execute(grouped)]


def _counted(context: Context, resource: Resource, where: Sequence[Condition]) -> Iterator[sa.Select[Any]]:
    """One kind's figures by its owners, and by those it was given to besides."""
    table, pairs = resource.model.__table__, resource.model.__links__[resource.members]
    counts = [
        sa.func.count().label(PLANNED),
        sa.func.count().filter(_done(resource)).label(COMPLETED),
        sa.func.count().filter(_on_time(context, resource)).label(ON_TIME),
        sa.func.count().filter(_overdue(resource)).label(OVERDUE),
    ]
    kind = sa.literal(resource.name, sa.Text).label("kind")
    limits = [table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), visible(context, resource), *where]
    owner, helper = table.c.owner_id, pairs.c.right_id
    yield sa.select(owner.label("person"), kind, *counts).where(*limits, owner.is_not(None)).group_by(owner)
    joined = sa.and_(pairs.c.tenant_id == table.c.tenant_id, pairs.c.left_id == table.c.id)
    besides = sa.select(helper.label("person"), kind, *counts).select_from(table.join(pairs, joined))
    yield besides.where(*limits, helper.is_distinct_from(owner)).group_by(helper)


def _due(resource: Resource) -> sa.ColumnElement[datetime]:
    table = resource.model.__table__
    return sa.func.coalesce(table.c[resource.calendar[-1]], table.c[resource.calendar[0]])


def _done(resource: Resource) -> Condition:
    """Completed, and not called off: the first final state is the one of what was done."""
    table, lanes = resource.model.__table__, resource.lanes
    final = next((one.value for one in lanes.choices if one.final), None) if lanes else None
    ended = table.c.ended.is_not(None)
    return ended if lanes is None or final is None else sa.and_(ended, table.c[lanes.name] == final)


def _on_time(context: Context, resource: Resource) -> Condition:
    zone = context.company.timezone
    ended, due = (
        sa.cast(sa.func.timezone(zone, at), sa.Date) for at in (resource.model.__table__.c.ended, _due(resource))
    )
    return sa.and_(_done(resource), ended <= due)


def _overdue(resource: Resource) -> Condition:
    return sa.and_(resource.model.__table__.c.ended.is_(None), _due(resource) < now())


def helpers(context: Context, entries: Sequence[Entry]) -> dict[UUID, list[str]]:
    """The names of those to whom plans were given, by the plan."""
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.resource.name].append(entry)
    users, parts = User.__table__, []
    for some in by_kind.values():
        pairs = some[0].resource.model.__links__[some[0].resource.members]
        joined = sa.and_(users.c.tenant_id == pairs.c.tenant_id, users.c.id == pairs.c.right_id)
        wanted = pairs.c.left_id.in_([entry.id for entry in some])
        parts.append(
            sa.select(pairs.c.left_id, users.c.name)
            .join_from(pairs, users, joined)
            .where(pairs.c.tenant_id == context.tenant, wanted)
        )
    found: dict[UUID, list[str]] = defaultdict(list)
    for plan, name in context.session.connection().execute(sa.union_all(*parts)) if parts else ():
        found[plan].append(name)
    return found
