"""All records that are about one person: their own, those merged into it, what is part of it and what links to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from core.bulk.models import Merged
from core.context import Context
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.reference import Reference
from core.entity.tables import StoredFile


@dataclass(slots=True)
class Circle:
    """Records about one person, entity by entity; of modules that are off too."""

    resource: Resource
    own: list[Entity]
    """The record itself, then those that became part of it."""
    around: list[tuple[Resource, list[Entity]]] = field(default_factory=list)

    @property
    def ids(self) -> list[UUID]:
        """The ids the person was ever known by."""
        return [record.id for record in self.own]

    @property
    def all(self) -> list[tuple[Resource, list[Entity]]]:
        """The person's own records first."""
        return [(self.resource, self.own), *self.around]


def circle_of(context: Context, resource: Resource, record: Entity, *, lock: bool = False) -> Circle:
    """Everything about a person, in the recycle bin or not, with one statement for each entity that can link to it."""
    found = Circle(resource, [record, *_merged_into(context, resource, record.id, lock=lock)])
    for other in context.hooks.registry.resources.values():
        points = [*_links_to(other, resource, found.ids), *_names(other, resource, found.ids)]
        if points and (records := _read(context, other, sa.or_(*points), lock=lock)):
            found.around.append((other, records))
    _add_parts(context, found, lock=lock)
    return found


def _links_to(other: Resource, resource: Resource, ids: Sequence[UUID]) -> list[sa.ColumnElement[bool]]:
    table = other.model.__table__
    return [table.c[spec.column].in_(ids) for spec in _pointing(other, resource)]


def _names(other: Resource, resource: Resource, ids: Sequence[UUID]) -> list[sa.ColumnElement[bool]]:
    """Where a field that may name any record, such as what a call is about, names the person."""
    texts, table = [str(Reference(resource.name, one)) for one in ids], other.model.__table__
    fields = other.model.__fields__.values()
    return [table.c[spec.column].in_(texts) for spec in fields if spec.kind.name == "record"]


def _pointing(other: Resource, resource: Resource, *, parts: bool = False) -> list[Field]:
    """The fields of an entity that link to another; its members' own, such as who heads a department, are none."""
    return [
        spec
        for spec in other.model.__fields__.values()
        if spec.kind.name == "link" and target_class(spec) is resource.model and (spec.part or not parts)
    ]


def _merged_into(context: Context, resource: Resource, record_id: UUID, *, lock: bool) -> list[Entity]:
    known, last = {record_id}, set[UUID]()
    while known != last:
        last = set(known)
        statement = sa.select(Merged.record_id).where(
            Merged.tenant_id == context.tenant, Merged.entity == resource.name, Merged.keep_id.in_(known)
        )
        known |= set(context.session.scalars(statement))
    others = known - {record_id}
    return _read(context, resource, resource.model.__table__.c.id.in_(others), lock=lock) if others else []


def _add_parts(context: Context, found: Circle, *, lock: bool) -> None:
    """What is part of something that links to the person, such as the lines of an order."""
    for whole, records in list(found.around):
        ids = [one.id for one in records]
        for other in context.hooks.registry.resources.values():
            for spec in _pointing(other, whole, parts=True):
                known = {one.id for resource, some in found.all if resource.name == other.name for one in some}
                parts = _read(context, other, other.model.__table__.c[spec.column].in_(ids), lock=lock)
                if fresh := [one for one in parts if one.id not in known]:
                    found.around.append((other, fresh))


def _read(context: Context, resource: Resource, condition: sa.ColumnElement[bool], *, lock: bool) -> list[Entity]:
    model, table = resource.model, resource.model.__table__
    statement = sa.select(model).where(table.c.tenant_id == context.tenant, condition).order_by(table.c.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(context.session.scalars(statement))


def personal_fields(context: Context, resource: Resource) -> dict[str, Field]:
    """The fields that go when a person is erased; of a person's own record also what the company wrote in words."""
    words = {"text", "long_text"} if resource.person else set[str]()
    return {
        name: spec
        for name, spec in context.all_fields(resource).items()
        if spec.is_personal or (spec.key and spec.kind.name in words)
    }


def files_of(context: Context, records: Sequence[tuple[Resource, Sequence[Entity]]]) -> list[UUID]:
    """The uploaded files that belong to records."""
    found: list[UUID] = []
    for resource, some in records:
        statement = sa.select(StoredFile.id).where(
            StoredFile.tenant_id == context.tenant, StoredFile.entity == resource.name,
            StoredFile.record_id == sa.any_(sa.literal([one.id for one in some], sa.ARRAY(sa.Uuid))),
        )  # fmt: skip
        found += context.session.scalars(statement)
    return found
