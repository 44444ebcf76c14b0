"""Links between records: that they exist, may be seen, and are written in sets."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.visibility import visible
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.reference import Reference, by_entity
from core.entity.tables import StoredFile
from core.entity.values import Pair, value_of
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")
FILES = frozenset(("file", "image"))
"""Kinds whose value is an uploaded file's id."""


class Related:
    """The records that a set of rows points at, looked up with one query per entity."""

    def __init__(
        self, context: "Context", resource: Resource, fields: dict[str, Field], rows: Sequence[dict[str, Any]]
    ) -> None:
        self._links = {name: spec for name, spec in fields.items() if spec.kind.name in {"link", "links"}}
        wanted: dict[type[Entity], set[UUID]] = defaultdict(set)
        for name, spec in self._links.items():
            for values in rows:
                if name in values:
                    wanted[target_class(spec)].update(_ids(values[name]))
        self._references = [name for name, spec in fields.items() if spec.kind.name == "record"]
        named = {values[name] for name in self._references for values in rows if isinstance(values.get(name), str)}
        self._named = existing_references(context, resource, named) if named else set()
        self._found = {model: _existing(context, model, ids) for model, ids in wanted.items() if ids}
        self._files = [name for name, spec in fields.items() if spec.kind.name in FILES]
        files = {one for name in self._files for values in rows for one in _ids(values.get(name))}
        self._at_hand = _at_hand(context, files) if files else set()

    def problems(self, values: dict[str, Any], old: Mapping[str, Any] = MappingProxyType({})) -> list[Pair]:
        """Which links of a row lead nowhere.

        ``old`` is what its record holds: no file of it is asked after.
        """
        wrong = [
            name
            for name, spec in self._links.items()
            if name in values and not set(_ids(values.get(name))) <= self._found.get(target_class(spec), set())
        ]
        wrong += [
            name
            for name in self._files
            if values.get(name) != old.get(name) and not set(_ids(values.get(name))) <= self._at_hand
        ]
        wrong += [
            name
            for name in self._references
            if isinstance(values.get(name), str)
            and values[name] != old.get(name)
            and _parsed(values[name]) not in self._named
        ]
        return [(name, _("There is no such record, or you may not see it.")) for name in wrong]


def existing_references(context: "Context", resource: Resource, texts: Iterable[str]) -> set[str]:
    """Those references that name a record which one of the resource's may be about and the person may see."""
    wanted = by_entity(texts)
    subjects = {one.name for one in resource.references if one.plugin in context.active}
    return {
        str(Reference(entity, one))
        for entity, ids in wanted.items()
        if entity in subjects
        for one in _existing(context, entity, ids)
    }


def _parsed(text: str) -> str:
    try:
        return str(Reference.read(text))
    except ValueError:
        return ""


def _ids(value: Any) -> list[UUID]:
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, UUID)]


def _existing(
    context: "Context", model: type[Entity] | str, ids: Iterable[UUID], *, deleted: bool = False
) -> set[UUID]:
    """Those of the records that the person may see; ``deleted`` counts those in the recycle bin too."""
    try:
        resource = context.resource(model)
    except LookupError:
        return set()
    table = resource.model.__table__
    # One array and not one parameter each: a statement has room for 65,535.
    wanted = sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))
    statement = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.id == wanted)
    if not deleted:
        statement = statement.where(table.c.deleted_at.is_(None))
    return set(context.session.scalars(statement.where(visible(context, resource))))


def _at_hand(context: "Context", ids: set[UUID]) -> set[UUID]:
    """Files that the person may put into a record: those they have just sent, and those of records they see."""
    person = context.user.id if context.user else None
    statement = sa.select(StoredFile).where(StoredFile.tenant_id == context.tenant, StoredFile.id.in_(ids))
    found = list(context.session.scalars(statement))
    holders: dict[str, set[UUID]] = defaultdict(set)
    for file in found:
        if file.record_id is not None:
            holders[file.entity].add(file.record_id)
    seen = {name: _existing(context, name, records, deleted=True) for name, records in holders.items()}
    return {
        file.id
        for file in found
        if (file.user_id == person if file.record_id is None else file.record_id in seen[file.entity])
    }


def linked(
    context: "Context",
    resource: Resource,
    fields: Mapping[str, Field],
    records: Sequence[Entity],
    names: Container[str],
) -> dict[UUID, dict[str, list[UUID]]]:
    """What the many-to-many fields among ``names`` hold now, per record."""
    found: dict[UUID, dict[str, list[UUID]]] = defaultdict(dict)
    for name, spec in fields.items():
        if spec.kind.name != "links" or name not in names:
            continue
        table = resource.model.__links__[name]
        ids = [record.id for record in records]
        pairs = sa.select(table.c.left_id, table.c.right_id).where(
            table.c.tenant_id == context.tenant, table.c.left_id.in_(ids), leads_to_living(table, spec)
        )
        for left, right in context.session.execute(pairs):
            found[left].setdefault(name, []).append(right)
    return found


def pointing(
    resource: Resource, spec: Field, target: Resource, tenant: Any, record: sa.ColumnElement[UUID]
) -> sa.ColumnElement[bool]:
    """Whether a row of ``resource`` points at a record of ``target`` by one of its fields, in SQL."""
    table = resource.model.__table__
    if spec.kind.name == "links":
        pairs = resource.model.__links__[spec.name]
        mine = (pairs.c.tenant_id == tenant, pairs.c.right_id == record)
        return sa.exists().where(*mine, pairs.c.left_id == table.c.id)
    if spec.kind.name == "record":
        return table.c[spec.column] == sa.literal(f"{target.name}/", sa.Text) + sa.cast(record, sa.Text)
    return column(resource, spec) == record


def leads_to_living(pairs: sa.Table, spec: Field) -> sa.ColumnElement[bool]:
    """Pairs of a many-to-many field but those with what lies in the recycle bin: they wait until it comes back."""
    target = target_class(spec).__table__.alias()
    same = (target.c.tenant_id == pairs.c.tenant_id, target.c.id == pairs.c.right_id)
    return sa.exists().where(*same, target.c.deleted_at.is_(None))


def replace_links(
    context: "Context", resource: Resource, name: str, pairs: Sequence[tuple[UUID, Sequence[UUID]]]
) -> None:
    """Set a many-to-many field of many records with two statements."""
    if not pairs:
        return
    table, spec = resource.model.__links__[name], resource.model.__fields__[name]
    lefts = [left for left, _rights in pairs]
    shown = (table.c.tenant_id == context.tenant, table.c.left_id.in_(lefts), leads_to_living(table, spec))
    context.session.execute(sa.delete(table).where(*shown))
    rows = [
        {"tenant_id": context.tenant, "left_id": left, "right_id": right}
        for left, rights in pairs
        for right in dict.fromkeys(rights)
    ]
    if rows:
        context.session.execute(sa.insert(table), rows)


def parts_of(context: "Context", resource: Resource, ids: Sequence[UUID]) -> list[list[Entity]]:
    """What is part of records, entity by entity: as they live, or went into the recycle bin in the same moment."""
    whole = resource.model.__table__
    found: list[list[Entity]] = []
    for other in context.resources():
        for spec in other.model.__fields__.values():
            if not spec.part or target_class(spec) is not resource.model:
                continue
            table = other.model.__table__.alias()
            among = sa.select(table.c.id).join(
                whole, sa.and_(whole.c.tenant_id == table.c.tenant_id, whole.c.id == table.c[spec.column])
            )
            among = among.where(table.c.tenant_id == context.tenant, whole.c.id.in_(ids))
            among = among.where(table.c.deleted_at.is_not_distinct_from(whole.c.deleted_at))
            model = other.model
            wanted = sa.select(model).where(model.tenant_id == context.tenant, model.id.in_(among))
            found.append(list(context.session.scalars(wanted)))
    return found


def adopt_files(context: "Context", resource: Resource, fields: dict[str, Field], records: Sequence[Entity]) -> None:
    """Let uploaded files belong to the record that names them: whoever sees it sees them."""
    for spec in fields.values():
        if spec.kind.name not in FILES:
            continue
        for record in records:
            file_id = value_of(record, spec)
            if file_id is not None:
                context.session.execute(
                    sa.update(StoredFile)
                    .where(
                        StoredFile.tenant_id == context.tenant, StoredFile.id == file_id, StoredFile.record_id.is_(None)
                    )
                    .values(entity=resource.name, record_id=record.id)
                )
