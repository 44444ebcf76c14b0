"""One part of a bulk operation after the other: which records, what was done to each, and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.bulk.models import BulkItem, BulkOperation
from core.context import Context
from core.entity.entity import Entity, Resource, title_field
from core.jobs.work import Work

PART = 1000
"""Records of one part; each is committed whole."""
COUNTED = {"preserve_rowcount": True}
"""For an insert that says how many rows it made."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a bulk operation, locked, as it is now."""

    item_id: UUID
    position: int
    record_id: UUID
    title: str
    owner_id: UUID | None
    updated_at: datetime
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Done:
    """What a bulk operation did to a record, for its undoing; None where it did nothing."""

    before: Any
    after: Any


class BulkHandler(Protocol):
    """One kind of operation. Both functions get the rows of one part and answer with one item for each."""

    verb: str
    """The right it takes."""
    discards: bool = False
    """Whether it puts records into the recycle bin, so that its undoing looks for them there."""

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:
        """Do it."""

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:
        """Take it back; False for a record that was changed since."""


def title_column(model: type[Entity]) -> Any:
    """What records of an entity are called, as text."""
    spec = model.__fields__[title_field(model)]
    return sa.cast(model.__table__.c[spec.column], sa.Text)


def run(context: Context, operation: BulkOperation, handler: BulkHandler, work: Work | None = None) -> None:
    """Do what is still waiting, part by part; with ``work`` each part is committed and people see how far it is."""
    resource = context.resource(operation.entity)
    operation.state = "running"
    while items := _items(context, operation, "waiting"):
        living = resource.model.__table__.c.deleted_at.is_(None)
        rows = _rows(context, resource, items, sa.and_(living, visible(context, resource, handler.verb)))
        done = handler.do(context, resource, operation, rows) if rows else []
        _settle(context, [item.id for item in items], "skipped")
        _record(context, rows, done)
        operation.done += len(rows)
        _go_on(context, work, operation.total)
    operation.state = "done"
    context.session.flush()


def _go_on(context: Context, work: Work | None, total: int) -> None:
    context.session.flush()
    if work is not None:
        work.progress(work.done + PART if work.done + PART < total else total, total)
        work.checkpoint()


def _items(context: Context, operation: BulkOperation, state: str) -> list[BulkItem]:
    statement = (
        sa.select(BulkItem)
        .where(BulkItem.tenant_id == context.tenant, BulkItem.operation_id == operation.id, BulkItem.state == state)
        .where(BulkItem.place == "")
        .order_by(BulkItem.position)
        .limit(PART)
        .execution_options(populate_existing=True)
    )
    return list(context.session.scalars(statement))


def _rows(
    context: Context, resource: Resource, items: Sequence[BulkItem], condition: sa.ColumnElement[bool]
) -> list[Row]:
    """The records of items, locked in the order of their ids, so that two bulk operations wait for each other and never both.

    Looked up by their ids and not by a join: a planner that has not counted the items yet would walk all records for
    each of them.
    """
    table, by_record = resource.model.__table__, {item.record_id: item for item in items}
    statement = (
        sa.select(table.c.id, title_column(resource.model), table.c.owner_id, table.c.updated_at)
        .where(
            table.c.tenant_id == context.tenant,
            table.c.id == sa.any_(sa.literal(list(by_record), sa.ARRAY(sa.Uuid))),
            condition,
        )
        .order_by(table.c.id)
        .with_for_update(of=table)
    )
    found: list[Row] = []
    for record_id, title, owner, at in context.session.connection().execute(statement):
        item = by_record[record_id]
        found.append(Row(item.id, item.position, record_id, title, owner, at, item.before, item.after))
    return sorted(found, key=lambda row: row.position)


def _settle(context: Context, items: Sequence[UUID], state: str) -> None:
    item = BulkItem.__table__
    wanted = item.c.id == sa.any_(sa.literal(list(items), sa.ARRAY(sa.Uuid)))
    statement = sa.update(item).where(item.c.tenant_id == context.tenant, wanted).values(state=state)
    context.session.connection().execute(statement)


def _record(context: Context, rows: Sequence[Row], done: Sequence[Done]) -> None:
    """Keep what was done to each record."""
    if not rows:
        return
    item = BulkItem.__table__
    given = (
        sa.func.unnest(
            sa.literal([row.item_id for row in rows], sa.ARRAY(sa.Uuid)),
            # One dimension, said aloud: what is kept may be a list itself.
            sa.literal([one.before for one in done], sa.ARRAY(item.c.before.type, dimensions=1)),
            sa.literal([one.after for one in done], sa.ARRAY(item.c.after.type, dimensions=1)),
        )
        .table_valued("id", "before", "after")
        .render_derived("given")
    )
    statement = (
        sa.update(item)
        .where(item.c.tenant_id == context.tenant, item.c.id == given.c.id)
        .values(state="done", before=given.c.before, after=given.c.after)
    )
    context.session.connection().execute(statement)


def take_back(context: Context, operation: BulkOperation, handler: BulkHandler, work: Work | None = None) -> None:
    """Undo what was done, part by part."""
    resource = context.resource(operation.entity)
    gone = resource.model.__table__.c.deleted_at
    while items := _items(context, operation, "done"):
        # Seen or not: one's own operation is what one may take back.
        rows = _rows(context, resource, items, gone.is_not(None) if handler.discards else gone.is_(None))
        back = handler.undo(context, resource, operation, rows) if rows else []
        _settle(context, [item.id for item in items], "kept")
        _settle(context, [row.item_id for row, restored in zip(rows, back, strict=True) if restored], "undone")
        operation.undone += sum(back)
        operation.kept += len(items) - sum(back)
        _go_on(context, work, operation.done)
    operation.state = "undone"
    context.session.flush()
