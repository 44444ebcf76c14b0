"""What stands in the calendar: records of several entities, read by one statement, each by what the person may see."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.visibility import branches, visible
from core.activities.models import Plan
from core.context import Context
from core.entity.entity import Resource
from core.entity.fields import Choice, Field
from core.entity.filters import column
from core.entity.titles import column_text, naming

Condition = sa.ColumnElement[bool]
Where = Callable[[Resource], Sequence[Condition]]
"""The conditions on one entity's table, beside those of what the person may see."""

MOST = 1000
"""Entries of one answer; a month of more cannot be read anyway."""
COLORS = (
    "blue", "orange", "purple", "green", "pink", "teal", "indigo", "lime", "cyan", "yellow", "azure", "red",
)  # fmt: skip
"""Of the kinds, in the order in which they were registered."""
BETWEEN = " · "
"""Stands between what a record is about and its number."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record by its time: a moment, or a day where the entity knows no hours."""

    resource: Resource
    id: UUID
    version: int
    title: str
    starts: date | datetime | None
    ends: date | datetime | None
    state: Choice | None = None
    ended: datetime | None = None
    """When it was completed; of plans alone."""
    owner: UUID | None = None
    customer: UUID | None = None
    editable: bool = False
    updated: datetime | None = None
    place: str = ""
    progress: int | None = None
    """In percent, where the kind knows it."""

    @property
    def at(self) -> date | datetime:
        """Where it begins; of what has only an end, where it ends."""
        found = self.starts or self.ends
        assert found is not None, "the statement leaves out what has no time"
        return found

    @property
    def due(self) -> date | datetime:
        """By when it is to be done."""
        return self.ends or self.at

    @property
    def all_day(self) -> bool:
        """Whether it is shown above the hours: it has none, or it goes on for days."""
        if not isinstance(self.at, datetime):
            return True
        return isinstance(self.due, datetime) and self.due - self.at >= _DAY

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is not None and self.state.final

    @property
    def url(self) -> str:
        """The record's page."""
        return f"/{self.resource.path}/{self.id}"


def kinds(context: Context) -> list[Resource]:
    """The entities that say by which days they stand in a calendar, as far as the person may know those days.

    Not those whose days nobody chooses, such as e-mails: they are no appointments.
    """
    found = [
        one
        for one in context.resources()
        if one.calendar
        and context.can(one.name, "see")
        and set(one.calendar) <= set(one.fields)
        and not one.model.__fields__[one.calendar[0]].readonly
    ]
    return sorted(found, key=lambda one: (one.plugin != "core", one.weight))


def plans(context: Context) -> list[Resource]:
    """The kinds that are work somebody has to do."""
    return [one for one in kinds(context) if issubclass(one.model, Plan)]


def colors(context: Context) -> dict[str, str]:
    """The colour of each kind; the same whatever modules are on."""
    names = [name for name, one in context.hooks.registry.resources.items() if one.calendar]
    return {name: COLORS[position % len(COLORS)] for position, name in enumerate(names)}


def between(context: Context, first: datetime, last: datetime) -> Where:
    """What touches a period. Days are those of whoever looks."""

    def where(resource: Resource) -> list[Condition]:
        begin, end = _days(resource)
        starts, since = column(resource, begin), bound(context, begin, first)
        if begin is end:
            return [starts >= since, starts < bound(context, begin, last)]
        ends, after = column(resource, end), bound(context, end, first)
        touching = sa.or_(ends >= after, sa.and_(ends.is_(None), starts >= since))
        without_start = sa.and_(starts.is_(None), ends >= after, ends < bound(context, end, last))
        return [sa.or_(sa.and_(starts < bound(context, begin, last), touching), without_start)]

    return where


def of_people(context: Context, people: Iterable[UUID]) -> Where:
    """What belongs to people, or was given to them to do."""
    some = sa.any_(sa.literal(list(people), ARRAY(sa.Uuid)))

    def where(resource: Resource) -> list[Condition]:
        table = resource.model.__table__
        owned: Condition = table.c.owner_id == some
        if not resource.members:
            return [owned]
        pairs = resource.model.__links__[resource.members]
        theirs = sa.select(pairs.c.left_id).where(pairs.c.tenant_id == context.tenant, pairs.c.right_id == some)
        return [sa.or_(owned, table.c.id.in_(theirs))]

    return where


def read(
    context: Context, resources: Iterable[Resource], *where: Where, by: str = "at", limit: int = MOST
) -> list[Entry]:
    """The entries that meet every condition, the first ``limit`` by when they begin or, by ``due``, when they end."""
    known = {one.name: one for one in resources if branches(context, one)}
    if not known:
        return []
    parts = [_part(context, one, [term for some in where for term in some(one)], by, limit) for one in known.values()]
    united = sa.union_all(*(part.subquery().select() for part in parts)).subquery()
    rows = context.session.connection().execute(united.select().order_by(united.c.key, united.c.id).limit(limit))
    return [_entry(known[row.entity], row) for row in rows]


def one(context: Context, entity: str, record_id: UUID) -> Entry | None:
    """A single entry; None where the person sees no such thing in their calendar."""
    resources = [kind for kind in kinds(context) if kind.name == entity]
    found = read(context, resources, lambda kind: [kind.model.__table__.c.id == record_id], limit=1)
    return next(iter(found), None)


def _part(context: Context, resource: Resource, where: Sequence[Condition], by: str, limit: int) -> sa.Select[Any]:
    table, fields, lanes = resource.model.__table__, resource.fields, resource.lanes
    begin, end = _days(resource)
    named = [column_text(context.tenant, resource, spec) for spec in naming(resource)]
    first, last = (_moment(context, resource, spec) for spec in (begin, end))
    key = sa.func.coalesce(*((last, first) if by == "due" else (first, last)))
    found = sa.select(
        sa.literal(resource.name, sa.Text).label("entity"),
        table.c.id,
        table.c.version,
        (sa.func.concat_ws(BETWEEN, *named, type_=sa.Text) if named else sa.literal("")).label("title"),
        _typed(resource, begin, "datetime").label("begin_at"),
        _typed(resource, begin, "date").label("begin_on"),
        _typed(resource, end, "datetime").label("end_at"),
        _typed(resource, end, "date").label("end_on"),
        sa.cast(column(resource, lanes) if lanes else sa.null(), sa.Text).label("state"),
        sa.cast(table.c.get("ended", sa.null()), sa.DateTime(timezone=True)).label("ended"),
        table.c.owner_id,
        sa.cast(table.c[resource.follows.column] if resource.follows else sa.null(), sa.Uuid).label("customer_id"),
        sa.func.coalesce(visible(context, resource, "edit"), sa.false()).label("editable"),
        table.c.updated_at,
        sa.cast(table.c.place if "place" in fields else sa.null(), sa.Text).label("place"),
        sa.cast(table.c.progress if "progress" in fields else sa.null(), sa.Integer).label("progress"),
        key.label("key"),
    )
    limits = [table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), visible(context, resource), *where]
    return found.where(*limits, key.is_not(None)).order_by(key, table.c.id).limit(limit)


def _days(resource: Resource) -> tuple[Field, Field]:
    """The fields it is laid out by: where it begins and where it ends, one field where it has no length."""
    return resource.fields[resource.calendar[0]], resource.fields[resource.calendar[-1]]


def _typed(resource: Resource, spec: Field, kind: str) -> sa.ColumnElement[Any]:
    """A field as a column of one type, empty where it is of the other: days and moments do not fit into one."""
    type_ = sa.DateTime(timezone=True) if kind == "datetime" else sa.Date()
    return sa.cast(column(resource, spec) if spec.kind.name == kind else sa.null(), type_)


def _moment(context: Context, resource: Resource, spec: Field) -> sa.ColumnElement[Any]:
    """A field as a moment: a day begins at the company's midnight."""
    found = column(resource, spec)
    if spec.kind.name == "datetime":
        return found
    return sa.func.timezone(context.company.timezone, sa.cast(found, sa.DateTime()), type_=sa.DateTime(timezone=True))


def bound(context: Context, spec: Field, moment: datetime) -> date | datetime:
    """A moment as a field of days or of moments is compared with it."""
    return moment.astimezone(context.zone).date() if spec.kind.name == "date" else moment


def _entry(resource: Resource, row: Any) -> Entry:
    lanes = resource.lanes
    begin, end = _days(resource)
    return Entry(
        resource=resource,
        id=row.id,
        version=row.version,
        title=row.title or "—",
        starts=row.begin_at or row.begin_on,
        ends=None if begin is end else row.end_at or row.end_on,
        state=lanes.choice(row.state) if lanes and row.state else None,
        ended=row.ended,
        owner=row.owner_id,
        customer=row.customer_id,
        editable=row.editable and "edit" in resource.verbs,
        updated=row.updated_at,
        place=row.place or "",
        progress=row.progress,
    )
