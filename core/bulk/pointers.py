"""Everything that points at a record, found from the declarations: foreign keys, pairs of links, company's own links.

A merge lets all of it point at the record that is kept, a statement for each place, and notes which rows it moved;
taking it back moves those that nobody has changed since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.bulk.models import BulkItem, BulkOperation
from core.bulk.parts import COUNTED, title_column
from core.context import Context
from core.entity.custom import custom_fields
from core.entity.entity import Resource, target_class
from core.entity.history import Line, write
from core.entity.tables import StoredFile
from core.public.models import PublicLink

NAMED = 100
"""Rows left as they are that are named, at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """One column of one table that may point at records of the entity."""

    table: sa.Table
    name: str
    """``table.column``, or ``table.custom.key``."""
    pointer: sa.ColumnElement[Any]
    """What it points at, as text."""
    sets: str
    """The column that is written."""
    key: str = ""
    """Of a company's own field: where it lies in ``custom``."""
    resource: Resource | None = None
    """The entity whose records point, where it is one."""
    field: str = ""
    condition: sa.ColumnElement[bool] | None = None
    prefix: str = ""
    """Of a field that may point at several entities: what stands before the id."""

    def at(self, ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
        """Where it points at one of these records."""
        if self.prefix:
            return self.table.c[self.sets].in_([f"{self.prefix}{one}" for one in ids])
        return self.pointer.in_([str(one) for one in ids] if self.key else list(ids))

    def to(self, target: sa.ColumnElement[Any]) -> Any:
        """The column's value, once it points at a record whose id is given as text."""
        if self.prefix:
            return sa.literal(self.prefix, sa.Text) + target
        if not self.key:
            return sa.cast(target, sa.Uuid)
        path = sa.literal([self.key], sa.ARRAY(sa.Text))
        return sa.func.jsonb_set(self.table.c.custom, path, sa.func.to_jsonb(target))


def places(context: Context, resource: Resource) -> Iterator[Place]:
    """Where rows may point at an entity's records, those of modules that are off included; not what is part of them."""
    by_table = {one.model.__tablename__: one for one in context.hooks.registry.resources.values()}
    paired = {pairs.name for one in by_table.values() for pairs in one.model.__links__.values()}
    tables = [one for one in context.hooks.registry.tables() if one.name not in paired]
    own = [spec.target.__table__ for spec in resource.model.__lines__.values()]
    own += [one.__table__ for _plugin, one in context.hooks.registry.extensions.get(resource.name, ())]
    for table in tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table is resource.model.__table__ and table not in own:
                column = next(one for one in constraint.columns if one.name != "tenant_id")
                owner = by_table.get(table.name)
                named = {spec.column: name for name, spec in owner.model.__fields__.items()} if owner else {}
                yield _column(table, column.name, owner, named.get(column.name, ""))
    for other in by_table.values():
        for name, spec in other.model.__fields__.items():
            if spec.kind.name == "record":
                table = other.model.__table__
                yield _by_reference(table, spec.column, other, name, f"{resource.name}/")
    kept = (StoredFile.__table__, PublicLink.__table__)
    yield from (_column(one, "record_id", condition=one.c.entity == resource.name) for one in kept)
    for other in by_table.values():
        for name, spec in custom_fields(context, other).items():
            if spec.kind.name == "link" and target_class(spec) is resource.model:
                table = other.model.__table__
                pointer = table.c.custom.op("->>")(sa.literal(spec.key, sa.Text))
                yield Place(table, f"{table.name}.custom.{spec.key}", pointer, "custom", spec.key, other, name)


def _by_reference(table: sa.Table, column: str, resource: Resource, field: str, prefix: str) -> Place:
    pointer = sa.func.split_part(table.c[column], "/", 2)
    return Place(table, f"{table.name}.{column}", pointer, column, resource=resource, field=field, prefix=prefix)


def _column(
    table: sa.Table,
    column: str,
    resource: Resource | None = None,
    field: str = "",
    condition: sa.ColumnElement[bool] | None = None,
) -> Place:
    name = f"{table.name}.{column}"
    return Place(table, name, table.c[column], column, resource=resource, field=field, condition=condition)


def move(context: Context, resource: Resource, operation: BulkOperation, keep: UUID, losers: Sequence[UUID]) -> int:
    """Let everything that points at the losers point at the one that is kept; how many rows."""
    moved = sum(_move(context, operation, place, keep, losers) for place in places(context, resource))
    return moved + sum(_pair(context, operation, pairs, keep, losers) for pairs in _pairs(context, resource))


def _move(context: Context, operation: BulkOperation, place: Place, keep: UUID, losers: Sequence[UUID]) -> int:
    table = place.table
    text = sa.cast(place.pointer, sa.Text)
    limits = [table.c.tenant_id == context.tenant, *([place.condition] if place.condition is not None else [])]
    before = sa.select(table.c.id, text.label("pointer")).where(*limits, place.at(losers)).with_for_update().cte("was")
    values: dict[str, Any] = {place.sets: place.to(sa.literal(str(keep), sa.Text))}
    if place.resource is not None:
        values["version"] = table.c.version + 1  # whoever is just editing it shall see both versions
    moved = (
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == before.c.id)
        .values(values)
        .returning(table.c.id, before.c.pointer)
        .cte("moved")
    )
    columns = ("tenant_id", "id", "operation_id", "position", "place", "record_id", "before", "state")
    rows = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sa.func.gen_random_uuid(), sa.literal(operation.id, sa.Uuid),
        sa.literal(0), sa.literal(place.name), moved.c.id, sa.func.to_jsonb(moved.c.pointer), sa.literal("done"),
    )  # fmt: skip
    statement = sa.insert(BulkItem).from_select(columns, rows, include_defaults=False)
    count = int(context.session.connection().execute(statement, execution_options=COUNTED).rowcount)
    if count:
        _log(context, operation, place, keep)
    return count


def _log(context: Context, operation: BulkOperation, place: Place, keep: UUID) -> None:
    """Each record that points elsewhere now says so in its own history."""
    if place.resource is None or not place.field:
        return
    item, table = BulkItem.__table__, place.table
    statement = (
        sa.select(table.c.id, title_column(place.resource.model), item.c.before)
        .join(item, sa.and_(item.c.tenant_id == table.c.tenant_id, item.c.record_id == table.c.id))
        .where(table.c.tenant_id == context.tenant, item.c.tenant_id == context.tenant)
        .where(item.c.operation_id == operation.id, item.c.place == place.name)
    )
    rows = context.session.connection().execute(statement).all()
    now_at = f"{place.prefix}{keep}"
    lines = [Line(row[0], row[1] or "", "changed", {place.field: [f"{place.prefix}{row[2]}", now_at]}) for row in rows]
    write(context, place.resource, lines)


def _pairs(context: Context, resource: Resource) -> Iterator[sa.Table]:
    """The tables of pairs whose right side is the entity."""
    for other in context.hooks.registry.resources.values():
        for name, pairs in other.model.__links__.items():
            if target_class(other.model.__fields__[name]) is resource.model:
                yield pairs


def _pair(context: Context, operation: BulkOperation, pairs: sa.Table, keep: UUID, losers: Sequence[UUID]) -> int:
    """As :func:`_move` for many-to-many links: what points at both points once."""
    connection, ours = context.session.connection(), pairs.c.tenant_id == context.tenant
    gone = sa.delete(pairs).where(ours, pairs.c.right_id.in_(losers)).returning(pairs.c.left_id, pairs.c.right_id)
    found = connection.execute(gone).all()
    added = set[UUID]()
    if found:
        rows = [{"tenant_id": context.tenant, "left_id": left, "right_id": keep} for left in {row[0] for row in found}]
        made = insert(pairs).values(rows).on_conflict_do_nothing().returning(pairs.c.left_id)
        added = set(connection.execute(made).scalars())
    context.session.add_all(
        BulkItem(
            operation_id=operation.id, place=f"{pairs.name}.right_id", record_id=left, before=str(right), after=left in added,
            state="done",
        )
        for left, right in found
    )  # fmt: skip
    context.session.flush()
    return len(found)


def move_back(context: Context, resource: Resource, operation: BulkOperation, keep: UUID) -> list[str]:
    """Let rows point at the losers again where they still point at the one that was kept; names of the others."""
    kept: list[str] = []
    for place in places(context, resource):
        _move_back(context, operation, place, keep)
        kept += _left_over(context, operation, place)
    for pairs in _pairs(context, resource):
        _unpair(context, operation, pairs, keep)
    return kept[:NAMED]


def _move_back(context: Context, operation: BulkOperation, place: Place, keep: UUID) -> None:
    item, table = BulkItem.__table__, place.table
    ours = (item.c.tenant_id == context.tenant, item.c.operation_id == operation.id, item.c.place == place.name)
    was = item.c.before.op("#>>")(sa.literal_column("'{}'::text[]"))
    values: dict[str, Any] = {place.sets: place.to(sa.cast(was, sa.Text))}
    if place.resource is not None:
        values["version"] = table.c.version + 1
    back = (
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == item.c.record_id, *ours, item.c.state == "done")
        .where(place.at([keep]))
        .values(values)
        .returning(item.c.id)
        .cte("back")
    )
    statement = sa.update(item).where(*ours, item.c.id.in_(sa.select(back.c.id))).values(state="undone")
    context.session.connection().execute(statement)


def _left_over(context: Context, operation: BulkOperation, place: Place) -> list[str]:
    """Mark what was changed since, and what it is called."""
    item, table = BulkItem.__table__, place.table
    ours = (item.c.tenant_id == context.tenant, item.c.operation_id == operation.id, item.c.place == place.name)
    statement = sa.update(item).where(*ours, item.c.state == "done").values(state="kept").returning(item.c.record_id)
    ids = list(context.session.connection().execute(statement).scalars())
    if not ids or place.resource is None:
        return []
    named = sa.select(title_column(place.resource.model)).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(ids)
    )
    return [title or "—" for title in context.session.connection().execute(named.limit(NAMED)).scalars()]


def _unpair(context: Context, operation: BulkOperation, pairs: sa.Table, keep: UUID) -> None:
    connection = context.session.connection()
    items = context.session.scalars(
        sa.select(BulkItem).where(
            BulkItem.tenant_id == context.tenant, BulkItem.operation_id == operation.id, BulkItem.place == f"{pairs.name}.right_id",
            BulkItem.state == "done",
        )
    ).all()  # fmt: skip
    ours = (pairs.c.tenant_id == context.tenant, pairs.c.right_id == keep)
    lefts = {item.record_id for item in items}
    there = set(connection.execute(sa.select(pairs.c.left_id).where(*ours, pairs.c.left_id.in_(lefts))).scalars())
    for item in items:
        item.state = "undone" if item.record_id in there else "kept"
    rows = [
        {"tenant_id": context.tenant, "left_id": item.record_id, "right_id": UUID(item.before)}
        for item in items
        if item.record_id in there
    ]
    if rows:
        connection.execute(insert(pairs).values(rows).on_conflict_do_nothing())
    added = {item.record_id for item in items if item.after} & there
    if added:
        connection.execute(sa.delete(pairs).where(*ours, pairs.c.left_id.in_(added)))
