"""Who is there already: records that share a telephone number, an e-mail address, a tax code with one being typed.

A match that the person may not see says that it exists and whom to ask, and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.entity.entity import Entity, Resource, title_field
from core.entity.identity import Identity, Key, identifying, keys_of

if TYPE_CHECKING:
    from core.context import Context

MOST = 5
"""Matches of one entity; whoever has more of one number knows by then."""


@dataclass(frozen=True, slots=True)
class Match:
    """Another record with a value that is being typed."""

    key: Key
    fields: tuple[str, ...]
    """The fields being typed that hold the value."""
    owner: str
    """Whose it is; empty where it is nobody's."""
    resource: Resource | None = None
    """Nothing from here on where the person may not see the record."""
    id: UUID | None = None
    title: str = ""

    @property
    def seen(self) -> bool:
        """Whether the person may see it."""
        return self.id is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A record as the one statement gives it, seen or not: for core's own use."""

    key: Key
    resource: Resource
    id: UUID
    title: str
    owner_id: UUID | None
    owner: str
    seen: bool


def duplicates(
    context: "Context", resource: Resource, values: Mapping[str, Any], record_id: UUID | None = None
) -> list[Match]:
    """Records that are known by one of the values, those one may see first.

    ``record_id`` is the record being changed. It and what hangs on it or it hangs on are no duplicates: the person
    to talk to at a company often answers the company's own telephone.
    """
    wanted = _wanted(resource, values)
    found = [
        Match(
            one.key,
            tuple(wanted[one.key]),
            one.owner,
            *((one.resource, one.id, one.title) if one.seen else ()),
        )
        for one in find(context, resource, wanted, _near(resource, values, record_id), record_id)
    ]
    return sorted(set(found), key=lambda one: (not one.seen, one.title, one.owner, one.key))


def _wanted(resource: Resource, values: Mapping[str, Any]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for name, spec in identifying(resource.model).items():
        for key in keys_of(spec, values.get(name)):
            found[key].append(name)
    return found


def _near(resource: Resource, values: Mapping[str, Any], record_id: UUID | None) -> list[UUID]:
    hangs_on = values.get(resource.follows.name) if resource.follows else None
    return [one for one in (record_id, hangs_on) if isinstance(one, UUID)]


def find(
    context: "Context",
    resource: Resource,
    keys: Iterable[Key],
    near: Sequence[UUID] = (),
    record_id: UUID | None = None,
) -> list[Found]:
    """Every record known by one of the keys, of all entities of the same groups, with one statement."""
    pairs = sorted(set(keys))
    parts = [_part(context, one, pairs, near, record_id) for one in _group(context, resource)]
    if not pairs or not parts:
        return []
    rows = context.session.connection().execute(sa.union_all(*(part.subquery().select() for part in parts)))
    by_name = {one.name: one for one in context.resources()}
    return [
        Found((row.scheme, row.value), by_name[row.entity], row.id, row.title or "", row.owner_id, row.owner, row.seen)
        for row in rows
    ]


def _group(context: "Context", resource: Resource) -> Iterator[Resource]:
    schemes = {spec.scheme for spec in identifying(resource.model).values()}
    for one in context.resources():
        if schemes & {spec.scheme for spec in identifying(one.model).values()}:
            yield one


def _part(
    context: "Context", resource: Resource, pairs: Sequence[Key], near: Sequence[UUID], record_id: UUID | None
) -> sa.Select[Any]:
    table, known, users = resource.model.__table__, Identity.__table__, _users(context)
    return (
        sa.select(
            known.c.scheme, known.c.value, sa.literal(resource.name).label("entity"), table.c.id,
            sa.cast(_title(resource.model), sa.Text).label("title"), table.c.owner_id,
            sa.func.coalesce(users.c.name, "").label("owner"), visible(context, resource).label("seen"),
        )
        .join(table, sa.and_(table.c.tenant_id == context.tenant, table.c.id == known.c.record_id))
        .outerjoin(users, sa.and_(users.c.tenant_id == context.tenant, users.c.id == table.c.owner_id))
        .where(
            known.c.tenant_id == context.tenant,
            sa.tuple_(known.c.scheme, known.c.value).in_(pairs),
            known.c.entity == resource.name,
            table.c.deleted_at.is_(None),
            sa.not_(sa.and_(visible(context, resource), _left_out(resource, near, record_id))),
        )
        .limit(MOST)
    )  # fmt: skip


def _left_out(resource: Resource, near: Sequence[UUID], record_id: UUID | None) -> sa.ColumnElement[bool]:
    """What is no duplicate because of the record being changed; never what is hidden: an id must not tell of it."""
    table, follows = resource.model.__table__, resource.follows
    if record_id is None or follows is None:
        return table.c.id.in_(near)
    return sa.or_(table.c.id.in_(near), table.c[follows.column].is_not_distinct_from(record_id))


def _users(context: "Context") -> sa.Table:
    return context.hooks.registry.resources["core.user"].model.__table__


def _title(model: type[Entity]) -> sa.ColumnElement[Any]:
    return model.__table__.c[model.__fields__[title_field(model)].column]
