"""The activities of a record, of every entity in one statement: what is planned, and what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, array

from core.access.models import User
from core.access.visibility import Branch, Named, branches, values_of
from core.activities.models import Activity, CheckIn, Plan
from core.activities.repeating import in_words
from core.context import Context
from core.db.prepared import Prepared, Question, at_most, written
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.format import moment as moment_text
from core.entity.relations import pointing
from core.entity.titles import column_text, read_text
from core.i18n import translator
from core.plugin.manifest import Picture, TimelineItem
from core.standing import standing

_ = translator("core")

PLANNED = 20
"""Plans of one entity that a timeline begins with."""


class Row(NamedTuple):
    """An activity as the statement gives it."""

    place: int
    id: str
    at: datetime
    ahead: bool
    late: bool
    who: str | None
    texts: list[str | None]
    check_ins: list[list[Any]] | None
    repeats: str | None


@standing
def kinds(context: Context) -> Sequence[Resource]:
    """The entities of activities that the person may see."""
    return [one for one in context.resources() if issubclass(one.model, Activity) and context.can(one.name, "see")]


def activities_of(
    context: Context, record: Entity, limit: int, before: datetime | None, kind: str
) -> list[TimelineItem]:
    """What is planned for a record, without ``before``, and the last of what was done, each activity once."""
    resource = context.resource(type(record))
    asked = _asked(context, resource, record.id, limit, before, kind)
    ways = _ways(context, resource.name, kind) if asked else ()
    rows = map(Row._make, asked.answer(context.session) if asked else ())
    # What points here by two of its fields comes twice.
    return list({row.id: _item(context, ways[row.place], row) for row in rows}.values())


def activities_asked(context: Context, resource: Resource, record_id: UUID, limit: int) -> Question | None:
    """What :func:`activities_of` asks the database for the beginning of a timeline; None where there is nothing."""
    return _asked(context, resource, record_id, limit, None, "")


def _asked(
    context: Context, resource: Resource, record_id: UUID, limit: int, before: datetime | None, kind: str
) -> Question | None:
    statement = _statement(context, resource.name, kind, limit, first=before is None) if resource.activities else None
    values = {**values_of(context), "record": record_id, "before": before}
    return Question(statement, values) if statement else None


@dataclass(frozen=True, slots=True)
class _Way:
    """A field of an entity of activities that points at records of another, and what decides its statement."""

    model: type[Activity]
    target: type[Entity]
    names: tuple[tuple[str, str, Any], ...]
    """The field that points and those that are shown: name, kind and target."""
    branches: tuple[Branch, ...]
    resource: Resource = field(compare=False)
    subject: Resource = field(compare=False)
    points: Field = field(compare=False)
    shown: tuple[Field, ...] = field(compare=False)
    title: str = field(compare=False)
    """The field that says what one is called."""
    lanes: Field | None = field(compare=False)
    """The one that says how it stands."""


@standing
def _statement(context: Context, name: str, kind: str, limit: int, *, first: bool) -> Prepared | None:
    ways = _ways(context, name, kind)
    return _prepared(ways, limit, context.session.dialect, first=first) if ways else None


@standing
def _ways(context: Context, name: str, kind: str) -> tuple[_Way, ...]:
    """Those that lead to records of the entity of a name."""
    return tuple(_leading(context, context.resource(name), kind))


def _leading(context: Context, subject: Resource, kind: str) -> Iterator[_Way]:
    for one in kinds(context):
        model = one.model
        if kind not in {"", one.name} or not issubclass(model, Activity):
            continue
        shown, seen = tuple(_told(one)), tuple(branches(context, one))
        for spec in one.fields.values():
            if _leads(one, spec, subject):
                names = tuple((each.name, each.kind.name, each.target) for each in (spec, *shown))
                yield _Way(model, subject.model, names, seen, one, subject, spec, shown, title_field(model), one.lanes)


def _leads(resource: Resource, spec: Field, subject: Resource) -> bool:
    """Whether a field may point at records of ``subject``. Customers are named by the link alone."""
    if spec.kind.name == "record":
        follows = resource.follows
        return follows is None or target_class(follows) is not subject.model
    return spec.kind.name in {"link", "links"} and target_class(spec) is subject.model


def _told(resource: Resource) -> Iterator[Field]:
    """What an activity says of itself in a timeline: its title, state, choices people look for, texts and file."""
    title, lanes = title_field(resource.model), resource.lanes
    for spec in resource.fields.values():
        if (
            spec.name == title
            or spec is lanes
            or spec.kind.name in {"long_text", "file"}
            or (spec.kind.name == "choice" and spec.listed and not spec.required and spec.default is None)
        ):
            yield spec


@lru_cache(maxsize=500)
def _prepared(ways: tuple[_Way, ...], limit: int, dialect: sa.Dialect, *, first: bool) -> Prepared:
    parts = [_happened(place, way, limit, first=first) for place, way in enumerate(ways)]
    if first:
        plans = ((place, way, way.model) for place, way in enumerate(ways))
        parts += [_planned(place, way, model) for place, way, model in plans if issubclass(model, Plan)]
    return Prepared.of(sa.select(sa.union_all(*parts).subquery()), dialect)


def _happened(place: int, way: _Way, limit: int, *, first: bool) -> sa.Select[Any]:
    """The last of one way, before a moment; a plan only after it was completed."""
    moment = way.model.happened()
    statement = _select(place, way, moment, ahead=False)
    if issubclass(way.model, Plan):
        statement = statement.where(way.model.__table__.c.ended.is_not(None))
    if not first:
        statement = statement.where(moment < sa.bindparam("before", type_=sa.DateTime(timezone=True)))
    return statement.order_by(moment.desc()).limit(at_most(limit)).subquery().select()


def _planned(place: int, way: _Way, model: type[Plan]) -> sa.Select[Any]:
    """The next of one way that are not completed; what has no time stands where it was thought of."""
    table, due = model.__table__, model.due()
    moment = sa.func.coalesce(due, table.c.created_at)
    statement = _select(place, way, moment, ahead=True, late=sa.func.coalesce(due < sa.func.now(), sa.false()))
    return statement.where(table.c.ended.is_(None)).order_by(moment).limit(at_most(PLANNED)).subquery().select()


def _select(place: int, way: _Way, moment: sa.ColumnElement[Any], *, ahead: bool, late: Any = None) -> sa.Select[Any]:
    values, table, people = Named(), way.model.__table__, User.__table__.alias()
    seen = sa.or_(sa.false(), *(branch.condition(way.resource, values) for branch in way.branches))
    record = sa.bindparam("record", type_=sa.Uuid)
    who = sa.select(people.c.name).where(people.c.tenant_id == values.tenant, people.c.id == table.c.owner_id)
    return sa.select(
        written(place).label("place"),
        sa.cast(table.c.id, sa.Text).label("id"),
        moment.label("at"),
        (sa.true() if ahead else sa.false()).label("ahead"),
        (sa.false() if late is None else late).label("late"),
        who.scalar_subquery().label("who"),
        array([column_text(values.tenant, way.resource, spec) for spec in way.shown]).label("texts"),
        _check_ins(way, values.tenant).label("check_ins"),
        (table.c.repeats if "repeats" in table.c else sa.cast(sa.null(), sa.Text)).label("repeats"),
    ).where(
        table.c.tenant_id == values.tenant,
        table.c.deleted_at.is_(None),
        seen,
        pointing(way.resource, way.points, way.subject, values.tenant, record),
    )


def _check_ins(way: _Way, tenant: Any) -> sa.ColumnElement[Any]:
    """The pictures that were taken at a call or a meeting, with place and moment, as JSON."""
    table, at = CheckIn.__table__, CheckIn.of(way.model)
    if at is None:
        return sa.cast(sa.null(), JSONB)
    columns = (table.c.photo_id, table.c.latitude, table.c.longitude, table.c.accuracy, table.c.taken_at)
    taken = sa.func.jsonb_agg(aggregate_order_by(sa.func.jsonb_build_array(*columns), table.c.taken_at))
    return sa.select(taken).where(table.c.tenant_id == tenant, at == way.model.__table__.c.id).scalar_subquery()


def _picture(context: Context, taken: list[Any]) -> Picture:
    photo, latitude, longitude, accuracy, at = taken
    text = _(
        "Check-in %(moment)s at %(place)s, accurate to %(metres)s m",
        moment=moment_text(context, datetime.fromisoformat(at)),
        place=f"{latitude}, {longitude}",
        metres=accuracy,
    )
    return Picture(UUID(photo), text, f"https://www.google.com/maps?q={latitude},{longitude}")


def _item(context: Context, way: _Way, row: Row) -> TimelineItem:
    resource, lanes = way.resource, way.lanes
    told = {spec.name: (spec, text) for spec, text in zip(way.shown, row.texts, strict=True) if text}
    name, state = told.pop(way.title, (None, ""))[1], None
    if lanes is not None and lanes.name in told:
        state = lanes.choice(told.pop(lanes.name)[1])
    texts, file = [], None
    if row.repeats:
        texts.append(in_words(row.repeats))
    for spec, text in told.values():
        if spec.kind.name == "file":
            file = file or UUID(text)
        elif text != name:
            texts.append(read_text(context, spec, text))
    return TimelineItem(
        at=row.at,
        title=name or resource.title,
        who=row.who or "",
        icon=resource.icon,
        text="\n".join(texts),
        kind=resource.name,
        url=f"/{resource.path}/{row.id}",
        state=state,
        record=f"{resource.name}/{row.id}",
        file=file,
        pictures=tuple(_picture(context, one) for one in row.check_ins) if row.check_ins else (),
        ahead=row.ahead,
        late=row.late,
    )
