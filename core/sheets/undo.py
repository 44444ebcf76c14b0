"""Taking a whole import back, except what people have edited since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.jobs.work import Work
from core.sheets.models import ImportBatch, ImportRow

CHUNK = 500


@dataclass(slots=True)
class Undone:
    """What was taken back, and the titles of what was kept because somebody has edited it since."""

    undone: int = 0
    kept: list[str] = field(default_factory=list)


def undo(context: Context, batch: ImportBatch, work: Work | None = None) -> Undone:
    """Undo an import, a part a transaction; whoever may import may undo. Rows edited since stay and are named."""
    resource = context.resource(batch.entity)
    context.require(resource.name, "import")
    found = Undone()
    batch_id = batch.id
    batch.state = "undoing"
    while rows := _rows(context, batch_id):
        _take_back(context, resource, rows, found)
        context.session.flush()
        if work is None:
            context.session.commit()
        else:
            work.progress(work.done + len(rows))
            work.checkpoint()
    counted = sa.select(ImportRow.verdict, sa.func.count()).where(
        ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch_id
    )
    counts: dict[str, int] = {
        verdict: number for verdict, number in context.session.execute(counted.group_by(ImportRow.verdict))
    }
    context.session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == context.tenant, ImportBatch.id == batch_id)
        .values(state="undone", undone=counts.get("undone", 0), kept=counts.get("kept", 0))
    )
    return found


def _rows(context: Context, batch_id: Any) -> Sequence[ImportRow]:
    """The next rows, the last imported first: a record overwritten twice goes back step by step."""
    statement = (
        sa.select(ImportRow)
        .where(
            ImportRow.tenant_id == context.tenant,
            ImportRow.import_id == batch_id,
            ImportRow.verdict.in_(["created", "updated"]),
        )
        .order_by(ImportRow.number.desc())
        .limit(CHUNK)
    )
    return context.session.scalars(statement).all()


def _take_back(context: Context, resource: Resource, rows: Sequence[ImportRow], found: Undone) -> None:
    model = resource.model
    ids = [row.record_id for row in rows]
    statement = sa.select(model).where(
        model.__table__.c.tenant_id == context.tenant,
        model.__table__.c.id.in_(ids),
        model.__table__.c.deleted_at.is_(None),
    )
    records: dict[Any, Entity] = {record.id: record for record in context.session.scalars(statement)}
    discarded: list[Entity] = []
    for row in rows:
        record = records.get(row.record_id)
        if record is not None and record.version != row.version:
            row.verdict = "kept"
            found.kept.append(record.title)
            continue
        if record is not None and row.verdict == "created":
            discarded.append(record)
        elif record is not None and not _put_back(context, resource, record, row.before):
            row.verdict = "kept"
            found.kept.append(record.title)
            continue
        row.verdict = "undone"
        found.undone += 1
    service.discard(context, discarded, action="undone")


def _put_back(context: Context, resource: Resource, record: Entity, before: dict[str, Any]) -> bool:
    fields = context.fields(resource)
    values = {
        name: [fields[name].kind.from_json(one) for one in value]
        if isinstance(value, list)
        else fields[name].kind.from_json(value)
        for name, value in before.items()
        if name in fields
    }
    try:
        service.update_many(context, [record], values, action="undone")
    except InvalidError:
        return False
    return True
