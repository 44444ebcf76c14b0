"""The recycle bin: what lies in it, and removing records for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.access.visibility import visible
from core.entity import history, identity
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.errors import InUseError
from core.entity.tables import StoredFile
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

CAP = 100
"""Counts of the bin stop here."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """A record in the bin."""

    resource: Resource
    id: UUID
    title: str
    at: datetime
    who: str


def bins(context: "Context") -> list[Resource]:
    """The entities whose deleted records this person may bring back."""
    found = [one for one in context.resources() if "delete" in one.verbs]
    return [one for one in found if context.can(one.name, "see") and context.can(one.name, "delete")]


def counts(context: "Context", resources: Sequence[Resource]) -> dict[str, int]:
    """How many records lie in each bin, at most :data:`CAP` + 1, with one statement."""
    if not resources:
        return {}
    columns = []
    for resource in resources:
        some = sa.select(sa.literal(1)).where(*_deleted(context, resource)).limit(CAP + 1).subquery()
        columns.append(sa.select(sa.func.count()).select_from(some).scalar_subquery().label(resource.name))
    return dict(context.session.execute(sa.select(*columns)).mappings().one())


def discarded(
    context: "Context", resources: Sequence[Resource], *, limit: int = 50, before: datetime | None = None
) -> list[Discarded]:
    """What was deleted last, of several entities, with one statement."""
    if not resources:
        return []
    parts = []
    for resource in resources:
        table = resource.model.__table__
        title = sa.cast(table.c[resource.fields[title_field(resource.model)].column], sa.Text)
        part = sa.select(
            sa.literal(resource.name).label("entity"), table.c.id, title.label("title"), table.c.deleted_at,
            table.c.updated_by_id,
        ).where(*_deleted(context, resource))  # fmt: skip
        if before is not None:
            part = part.where(table.c.deleted_at < before)
        parts.append(part.order_by(table.c.deleted_at.desc()).limit(limit).subquery().select())
    all_ = sa.union_all(*parts).subquery()
    users = context.hooks.registry.resources["core.user"].model.__table__
    statement = (
        sa.select(all_.c.entity, all_.c.id, all_.c.title, all_.c.deleted_at, users.c.name)
        .outerjoin(users, sa.and_(users.c.tenant_id == context.tenant, users.c.id == all_.c.updated_by_id))
        .order_by(all_.c.deleted_at.desc(), all_.c.id)
        .limit(limit)
    )
    by_name = {one.name: one for one in resources}
    return [
        Discarded(by_name[entity], record_id, title or "", at, who or "")
        for entity, record_id, title, at, who in context.session.execute(statement)
    ]


def _deleted(context: "Context", resource: Resource) -> Iterable[sa.ColumnElement[bool]]:
    table = resource.model.__table__
    return table.c.tenant_id == context.tenant, table.c.deleted_at.is_not(None), visible(context, resource)


def purge(context: "Context", records: Sequence[Entity]) -> None:
    """Remove records of the bin for good; the log keeps their titles. An administrator's right.

    Raises :class:`InUseError` with what still points at them, and InvalidError where a legal hold keeps one.
    """
    from core.privacy.holds import refuse_held  # which stand above the records they are about
    from core.privacy.models import Consent

    if not records:
        return
    context.require("*", "admin")
    resource = context.resource(type(records[0]))
    if any(record.deleted_at is None for record in records):
        raise ValueError("only records of the recycle bin can be removed for good")
    ids = [record.id for record in records]
    refuse_held(context, ids)
    if used := uses(context, resource, ids):
        raise InUseError(used)
    # While the objects still hold what the log will say of them.
    history.write(context, resource, [history.Entry(record, "purged", {}) for record in records])
    for record in records:
        context.session.expunge(record)
    table = resource.model.__table__
    try:
        with context.session.begin_nested():
            context.session.execute(sa.delete(table).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids)))
    except IntegrityError:  # somebody has just pointed at it
        raise InUseError(uses(context, resource, ids)) from None
    identity.forget(context, ids)
    context.session.execute(sa.delete(Consent).where(Consent.tenant_id == context.tenant, Consent.record_id.in_(ids)))
    context.session.execute(
        sa.delete(StoredFile).where(
            StoredFile.tenant_id == context.tenant, StoredFile.entity == resource.name, StoredFile.record_id.in_(ids)
        )
    )


def uses(context: "Context", resource: Resource, ids: Sequence[UUID]) -> dict[str, int]:
    """What points at records: title of the entity, or the table's name, to how many."""
    found: dict[str, int] = {}
    names = _names(context.hooks.registry.resources.values())
    for table, column in _pointing(context.hooks.registry.tables(), resource.model.__tablename__):
        statement = sa.select(sa.func.count()).where(table.c.tenant_id == context.tenant, column.in_(ids))
        if number := context.session.scalar(statement):
            title = names.get(table.name, table.name)
            found[title] = found.get(title, 0) + number
    for name, number in (*_custom_uses(context, resource, ids), *_linked_uses(context, resource, ids)):
        found[name] = found.get(name, 0) + number
    return found


def _names(resources: Iterable[Resource]) -> dict[str, str]:
    """What people call what a table holds; of lines they say their document's name."""
    found: dict[str, str] = {}
    for one in resources:
        tables = (one.model, *(spec.target for spec in one.model.__lines__.values()))
        found |= {table.__tablename__: str(one.plural) for table in tables}
    return found


def _pointing(tables: Iterable[sa.Table], target: str) -> Iterable[tuple[sa.Table, sa.ColumnElement[UUID]]]:
    """Columns with a foreign key to a table, but for those that go with it."""
    for table in tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name == target and constraint.ondelete != "CASCADE":
                yield table, next(column for column in constraint.columns if column.name != "tenant_id")


def _custom_uses(context: "Context", resource: Resource, ids: Sequence[UUID]) -> Iterable[tuple[str, int]]:
    """Links kept in ``custom`` have no foreign key, so they are looked for."""
    for other in context.resources():
        table = other.model.__table__
        for spec in context.all_fields(other).values():
            if spec.key and spec.kind.name == "link" and spec.target is resource.model:
                statement = sa.select(sa.func.count()).where(
                    table.c.tenant_id == context.tenant, table.c.custom[spec.key].astext.in_([str(one) for one in ids])
                )
                if number := context.session.scalar(statement):
                    yield str(other.plural), number


def _linked_uses(context: "Context", resource: Resource, ids: Sequence[UUID]) -> Iterable[tuple[str, int]]:
    """Many-to-many links: the database would drop them without a word."""
    for other in context.hooks.registry.resources.values():
        for name, pairs in other.model.__links__.items():
            if target_class(other.fields[name]) is not resource.model:
                continue
            statement = sa.select(sa.func.count()).where(pairs.c.tenant_id == context.tenant, pairs.c.right_id.in_(ids))
            if number := context.session.scalar(statement):
                yield str(other.plural), number
