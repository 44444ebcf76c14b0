"""What points at a record: for every entity with a link to it the last few, and how many there are, in one statement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from core.access.visibility import Branch, Named, branches, values_of
from core.activities.models import Activity
from core.context import Context
from core.db.prepared import Prepared, Question, at_most, written
from core.entity.custom import linking_to
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.format import number
from core.entity.relations import pointing
from core.entity.titles import Summary, column_text, read_text, shown_text, summary
from core.i18n import translator
from core.standing import standing
from core.web.entity.turn import may
from core.web.related_lists import Line, RelatedList

_ = translator("core")

ROWS = 5
CAP = 1000


@dataclass(frozen=True, slots=True)
class Relation:
    """An entity, and its field that points here."""

    resource: Resource
    field: Field
    target: Resource
    summary: Summary

    @property
    def filter(self) -> str:
        """The list's condition that finds them."""
        return f"{self.field.name}__{'has' if self.field.kind.name == 'links' else 'eq'}"


def relations(turn: Context, resource: Resource) -> Iterator[Relation]:
    """Everything that may point at a resource's records and be seen by the person, but what its timeline shows."""
    own = linking_to(turn, resource)
    for other, declared in _declared(turn, resource.name):
        yield from declared
        if other.name in own:  # those that the person may know, as everywhere
            yield from _pointing(other, resource, (spec for spec in turn.fields(other).values() if spec.key))


@standing
def _declared(turn: Context, name: str) -> Sequence[tuple[Resource, Sequence[Relation]]]:
    """The other entities, each with its declared fields that point at the one of a name."""
    resource = turn.resource(name)
    others = [
        other
        for other in turn.resources()
        if other.related and may(turn, other, "see") and not (resource.activities and issubclass(other.model, Activity))
    ]
    return [(other, list(_pointing(other, resource, other.fields.values()))) for other in others]


def _pointing(other: Resource, resource: Resource, fields: Iterable[Field]) -> Iterator[Relation]:
    for spec in fields:
        if spec.kind.name in {"link", "links"} and target_class(spec) is resource.model:
            yield Relation(other, spec, resource, summary(other, without=[spec.name]))


def related(turn: Context, resource: Resource, record: Entity) -> list[RelatedList]:
    """The lists at the side of a record's page."""
    found, statement = _lists(turn, resource)
    rows: dict[int, list[Last]] = {place: [] for place in range(len(found))}
    for one in _asked(turn, statement, record.id):
        for row in map(Last._make, one.answer(turn.session)):
            rows[row.place].append(row)
    for some in rows.values():
        some.sort(key=attrgetter("updated_at", "id"), reverse=True)
    # A second role, such as that of an insurer, is told of those who have it.
    kept = [
        (one, rows[place])
        for place, one in enumerate(found)
        if rows[place] or not place or found[place - 1].resource.name != one.resource.name
    ]
    names = [one.resource.name for one, _rows in kept]
    key = str(record.id)
    return [_list(turn, one, key, some, named=names.count(one.resource.name) > 1) for one, some in kept]


def related_asked(turn: Context, resource: Resource, record_id: UUID) -> list[Question]:
    """What :func:`related` asks the database."""
    _found, statement = _lists(turn, resource)
    return _asked(turn, statement, record_id)


def _asked(turn: Context, statement: Prepared | None, record_id: UUID) -> list[Question]:
    return [Question(statement, {**values_of(turn), "record": record_id})] if statement else []


def _lists(turn: Context, resource: Resource) -> tuple[Sequence[Relation], Prepared | None]:
    """The related lists and what reads them all; nothing where there are none."""
    if not linking_to(turn, resource):
        return _declared_lists(turn, resource.name)
    return _read_by(turn, list(relations(turn, resource)))


@standing
def _declared_lists(turn: Context, name: str) -> tuple[Sequence[Relation], Prepared | None]:
    return _read_by(turn, [one for _other, declared in _declared(turn, name) for one in declared])


def _read_by(turn: Context, found: Sequence[Relation]) -> tuple[Sequence[Relation], Prepared | None]:
    asked = tuple(_Asked.of(turn, one) for one in found)
    return found, _prepared(asked, turn.session.dialect) if asked else None


class Last(NamedTuple):
    """One of the newest records of a related list, and how many there are."""

    place: int
    id: str
    updated_at: datetime
    texts: list[str | None]
    total: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides the text of a related list's statement."""

    model: type[Entity]
    names: tuple[tuple[str, str, Any], ...]
    """The field that points and those that are shown: name, kind and target."""
    branches: tuple[Branch, ...]
    relation: Relation = field(compare=False)

    @classmethod
    def of(cls, turn: Context, one: Relation) -> "_Asked":
        """The statement of one related list for this person."""
        fields = (one.field, *one.summary.fields)
        names = tuple((spec.name, spec.kind.name, spec.target) for spec in fields)
        return cls(one.resource.model, names, tuple(branches(turn, one.resource)), one)


@lru_cache(maxsize=500)
def _prepared(asked: tuple[_Asked, ...], dialect: sa.Dialect) -> Prepared:
    parts = [_part(place, one) for place, one in enumerate(asked)]
    return Prepared.of(sa.select(sa.union_all(*parts).subquery()), dialect)


def _part(place: int, asked: _Asked) -> sa.Select[Any]:
    """The last rows of one entity, each as text, and the capped count beside them."""
    one, values, table = asked.relation, Named(), asked.model.__table__
    seen = sa.or_(sa.false(), *(branch.condition(one.resource, values) for branch in asked.branches))
    points = pointing(one.resource, one.field, one.target, values.tenant, sa.bindparam("record", type_=sa.Uuid))
    where = [table.c.tenant_id == values.tenant, seen, table.c.deleted_at.is_(None), points]
    counted = sa.select(written(1)).select_from(table).where(*where).limit(at_most(CAP + 1)).subquery()
    total = sa.select(sa.func.count()).select_from(counted).scalar_subquery()
    texts = [column_text(values.tenant, one.resource, spec) for spec in one.summary.fields]
    newest = (
        sa.select(
            written(place).label("place"),
            sa.cast(table.c.id, sa.Text).label("id"),
            table.c.updated_at,
            array(texts).label("texts"),
            total.label("total"),
        )
        .where(*where)
        .order_by(table.c.updated_at.desc(), table.c.id.desc())
        .limit(at_most(ROWS))
        .subquery()
    )
    return newest.select()


def _list(turn: Context, one: Relation, key: str, rows: Sequence[Last], *, named: bool) -> RelatedList:
    path, total = f"/{one.resource.path}", rows[0].total if rows else 0
    title = str(one.resource.plural)
    return RelatedList(
        title=f"{title} ({one.field.title})" if named else title,
        count_text=f"{number(CAP)}+" if total > CAP else number(total),
        lines=_lines(turn, one, rows),
        url=f"{path}?{one.filter}={key}" if rows else "",
        more=total > len(rows),
        new_url=f"{path}/new?{one.field.name}={key}" if may(turn, one.resource, "create") else "",
    )


def _lines(turn: Context, one: Relation, rows: Sequence[Last]) -> list[Line]:
    path = f"/{one.resource.path}/"
    return [_line(turn, one.summary, path, row) for row in rows]


def _line(turn: Context, said: Summary, path: str, row: Last) -> Line:
    texts = row.texts
    title, *details = [
        text if read is None or not text else read(turn, text)
        for read, text in zip(said.readers, texts, strict=False)  # the state and the amount stand behind them
    ]
    state = shown_text(turn, said.state, texts[len(said.readers)]) if said.state else None
    return Line(
        url=f"{path}{row.id}",
        title=title or "—",
        subtitle=" · ".join(filter(None, details)),
        state=state if state and state.text else None,
        value=read_text(turn, said.amount, texts[-1]) if said.amount else "",
    )
