"""What records are called, and the little that is said of them beside: in pickers, related lists, boards and search."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column, typed
from core.entity.format import Shown, national, show, show_day, text_of
from core.entity.reference import Reference, by_entity, title_of

if TYPE_CHECKING:
    from core.context import Context

_TELLING = {"link": 0, "phone": 1, "email": 2, "date": 3, "datetime": 4, "text": 5, "number": 6}
"""Kinds that help to tell two records of one name apart, the most telling first; links only where one is needed."""

_ENOUGH = 2
_AS_IT_IS = frozenset(("link", "record", "text", "long_text", "number"))
"""Kinds whose text in SQL is what people read."""
_SAID = frozenset(("phone", "email", "date", "datetime", "time", "money", "integer", "decimal", "percent", "boolean"))
"""Kinds of which people read a text and nothing else."""


@dataclass(frozen=True)
class Summary:
    """The fields an entity is recognised by."""

    title: Field
    details: tuple[Field, ...]
    state: Field | None
    amount: Field | None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All of them: the title, the details, the state, the amount."""
        return tuple(one for one in (self.title, *self.details, self.state, self.amount) if one is not None)

    @cached_property
    def readers(self) -> "tuple[Reader | None, ...]":
        """What reads the title and the details."""
        return tuple(reader(one) for one in (self.title, *self.details))


def summary(resource: Resource, *, without: Iterable[str] = ()) -> Summary:
    """How a resource's records are recognised; ``without`` names fields that the place says already.

    By what stands beneath their names on their pages, and where that is less than two fields by the most telling ones.
    """
    left_out = {*without, title_field(resource.model)}
    others = [spec for name, spec in resource.fields.items() if name not in left_out]
    byline = sorted(
        (one for one in others if one.name in resource.byline), key=lambda one: resource.byline.index(one.name)
    )
    telling = sorted(
        (
            one
            for one in others
            if one.kind.name in _TELLING
            and one.listed
            and one not in byline
            and (one.required or one.kind.name != "link")
        ),
        key=lambda spec: _TELLING[spec.kind.name],
    )
    lanes = resource.lanes
    return Summary(
        title=resource.fields[title_field(resource.model)],
        details=(*byline, *telling[: max(0, _ENOUGH - len(byline))]),
        state=lanes if lanes is not None and lanes.name not in left_out else None,
        amount=next((spec for spec in others if spec.kind.name == "money"), None),
    )


def naming(resource: Resource) -> tuple[Field, ...]:
    """The fields that name a record where one line has to do: a number says little without what it is the number of."""
    title = resource.fields.get(title_field(resource.model))
    if title is None or title.kind.name != "number":
        return () if title is None else (title,)
    return (*(resource.fields[name] for name in resource.byline if name in resource.fields), title)


def column_text(tenant: Any, resource: Resource, spec: Field) -> sa.ColumnElement[str | None]:
    """A field as text in SQL; of a link what it points at is called. ``tenant`` is the company or stands for it."""
    value = column(resource, spec)
    if spec.kind.name == "record":
        return title_of(tenant, value, resource.references)
    if spec.kind.name != "link":
        return sa.cast(value, sa.Text)
    target = target_class(spec)
    table = target.__table__.alias()
    title = table.c[target.__fields__[title_field(target)].column]
    return sa.select(sa.cast(title, sa.Text)).where(table.c.tenant_id == tenant, table.c.id == value).scalar_subquery()


def shown_text(context: "Context", spec: Field, text: str | None) -> Shown:
    """What :func:`column_text` gave, as it stands on a page."""
    if not text:
        return Shown()
    if spec.kind.name in _AS_IT_IS or spec.kind.name in _SAID:
        return Shown(read_text(context, spec, text), text)
    return show(context, spec, typed(spec, text))


def read_text(context: "Context", spec: Field, text: str | None) -> str:
    """What :func:`column_text` gave, as people read it."""
    kind = spec.kind.name
    if not text or kind in _AS_IT_IS:
        return text or ""
    value = typed(spec, text)
    return text_of(context, spec, value) if kind in _SAID else show(context, spec, value).text


Reader = Callable[["Context", str], str]


def reader(spec: Field) -> Reader | None:
    """What turns a text that :func:`column_text` gave into what people read; None where they read it as it is."""
    kind = spec.kind.name
    if kind in _AS_IT_IS or kind == "email":
        return None
    if kind == "phone":
        return lambda _context, text: national(text)
    if kind == "date":
        return lambda _context, text: show_day(date.fromisoformat(text))
    return lambda context, text: read_text(context, spec, text)


def reference_titles(context: "Context", texts: Iterable[str]) -> dict[str, str]:
    """What the records are called that references name, by the references as text."""
    named = by_entity(texts)
    known = context.hooks.registry.resources
    wanted = {known[entity].model: ids for entity, ids in named.items() if entity in known}
    found = titles(context, wanted)
    return {str(Reference(entity, one)): found[one] for entity, ids in named.items() for one in ids if one in found}


def titles(context: "Context", wanted: Mapping[type[Entity], Iterable[UUID]]) -> dict[UUID, str]:
    """What records are called, of any number of entities, with one statement.

    Records of modules that are off and deleted ones have a title too: history goes on naming them.
    """
    ids: dict[type[Entity], set[UUID]] = defaultdict(set)
    for model, some in wanted.items():
        ids[model].update(some)
    parts = [
        sa.select(table.c.id, sa.cast(table.c[model.__fields__[title_field(model)].column], sa.Text)).where(
            table.c.tenant_id == context.tenant, table.c.id.in_(some)
        )
        for model, some in ids.items()
        if some and (table := model.__table__) is not None
    ]
    if not parts:
        return {}
    return {
        row[0]: row[1] or "" for row in context.session.execute(sa.union_all(*parts) if len(parts) > 1 else parts[0])
    }
