"""Links between records: that they exist, may be seen, and are written in sets."""

from collections import defaultdict
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.visibility import visible
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.tables import StoredFile
from core.entity.values import Pair, value_of
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")


class Related:
    """The records that a set of rows points at, looked up with one query per entity."""

    def __init__(self, context: "Context", fields: dict[str, Field], rows: Sequence[dict[str, Any]]) -> None:
        self._links = {name: spec for name, spec in fields.items() if spec.kind.name in {"link", "links"}}
        wanted: dict[type[Entity], set[UUID]] = defaultdict(set)
        for name, spec in self._links.items():
            for values in rows:
                if name in values:
                    wanted[target_class(spec)].update(_ids(values[name]))
        self._found = {model: _existing(context, model, ids) for model, ids in wanted.items() if ids}

    def problems(self, values: dict[str, Any]) -> list[Pair]:
        """Which links of a row lead nowhere."""
        return [
            (name, _("There is no such record, or you may not see it."))
            for name, spec in self._links.items()
            if name in values and not set(_ids(values.get(name))) <= self._found.get(target_class(spec), set())
        ]


def _ids(value: Any) -> list[UUID]:
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, UUID)]


def _existing(context: "Context", model: type[Entity], ids: set[UUID]) -> set[UUID]:
    try:
        resource = context.resource(model)
    except LookupError:
        return set()
    table = model.__table__
    # One array and not one parameter each: a statement has room for 65,535.
    wanted = sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))
    condition = (table.c.tenant_id == context.tenant, table.c.id == wanted, table.c.deleted_at.is_(None))
    return set(context.session.scalars(sa.select(table.c.id).where(*condition, visible(context, resource))))


def linked(
    context: "Context", resource: Resource, fields: dict[str, Field], records: Sequence[Entity], names: Container[str]
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
        if spec.kind.name not in {"file", "image"}:
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
