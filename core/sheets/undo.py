"""Taking a whole import back, except what people have edited since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.history import note
from core.entity.lines import load
from core.jobs.work import Work
from core.sheets.documents import put_back as put_back_lines
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.saving import attempt, locked

CHUNK = 500
OURS = ("created", "updated")
"""Verdicts of rows that can be taken back."""


@dataclass(slots=True)
class Undone:
    """What was taken back, and the titles of what was kept because somebody has edited it since."""

    undone: int = 0
    kept: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Record:
    """A record with what the import did to it, the last first."""

    rows: list[ImportRow]
    entity: Entity | None
    kept: bool = False

    @property
    def created(self) -> bool:
        return any(row.verdict == "created" for row in self.rows)

    def before(self, fields: Mapping[str, Field]) -> dict[str, Any]:
        """The values it had before the first of the rows."""
        return {name: _value(fields[name], value) for name, value in self.kept_values.items() if name in fields}

    @property
    def kept_values(self) -> dict[str, Any]:
        """The same as the batch keeps them, with its lines."""
        found: dict[str, Any] = {}
        for row in self.rows:
            found |= row.before
        return found


def undo(context: Context, batch: ImportBatch, work: Work | None = None) -> Undone:
    """Undo an import, a part a transaction; whoever may import may undo. Rows edited since stay and are named."""
    resource = context.resource(batch.entity)
    context.require(resource.name, "import")
    found = Undone()
    batch_id = batch.id
    batch.state = "undoing"
    if work is not None:
        work.progress(work.done, batch.created + batch.updated)
    while records := _records(context, resource, batch_id):
        _take_back(context, resource, records)
        for record in records:
            if record.kept and record.entity is not None:
                found.kept.append(record.entity.title)
            found.undone += 0 if record.kept else len(record.rows)
            for row in record.rows:
                row.verdict = "kept" if record.kept else "undone"
        context.session.flush()
        if work is None:
            context.session.commit()
        else:
            work.progress(work.done + sum(len(record.rows) for record in records))
            work.checkpoint()
    _finish(context, batch_id)
    values = {"file": batch.filename, "count": found.undone}
    note(context, resource.name, "import_undone", title=batch.filename, values=values)
    return found


def _finish(context: Context, batch_id: UUID) -> None:
    counted = (
        sa.select(ImportRow.verdict, sa.func.count())
        .where(ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch_id)
        .group_by(ImportRow.verdict)
    )
    counts = {row.verdict: row.count for row in context.session.execute(counted)}
    context.session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == context.tenant, ImportBatch.id == batch_id)
        .values(state="undone", undone=counts.get("undone", 0), kept=counts.get("kept", 0))
    )


def _records(context: Context, resource: Resource, batch_id: UUID) -> list[_Record]:
    """The next records, the last imported first, each with all its rows: one may have been overwritten twice."""
    ours = (ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch_id, ImportRow.verdict.in_(OURS))
    last = sa.select(ImportRow.record_id).where(*ours).order_by(ImportRow.number.desc()).limit(CHUNK)
    ids = {one for one in context.session.scalars(last) if one is not None}
    if not ids:
        return []
    wanted = ImportRow.record_id == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))
    every = sa.select(ImportRow).where(*ours, wanted).order_by(ImportRow.record_id, ImportRow.number.desc())
    rows = context.session.scalars(every).all()
    entities = locked(context, resource, ids, sa.true())  # seen or not: the import is what one may undo
    return [
        _Record(list(group), entities.get(record_id))
        for record_id, group in groupby(rows, key=lambda row: row.record_id)
    ]


def _take_back(context: Context, resource: Resource, records: Sequence[_Record]) -> None:
    """Remove what was created and put back what was overwritten, unless it is another version by now."""
    fields = context.fields(resource)
    alive = [record for record in records if record.entity is not None]
    for record in alive:
        record.kept = record.entity is not None and record.entity.version != record.rows[0].version
    ours = [record for record in alive if not record.kept]

    def put_back(part: list[_Record]) -> dict[int, Any]:
        load(context, [record.entity for record in part if record.entity is not None])
        changes = [
            (one.entity, one.before(fields) | put_back_lines(resource, one.entity, one.kept_values))
            for one in part
            if one.entity is not None
        ]
        with context.session.begin_nested():
            service.update_each(context, changes, action="undone", answered=True)
        return {}

    attempt([record for record in ours if not record.created], put_back, _keep)
    gone = [record.entity for record in ours if record.created and record.entity is not None]
    service.discard(context, gone, action="undone")


def _keep(record: _Record, _errors: Mapping[str, Sequence[Any]]) -> None:
    """What it was cannot be any more: something it pointed at is gone, or its value is another's by now."""
    record.kept = True


def _value(spec: Field, kept: Any) -> Any:
    if isinstance(kept, list):
        return [spec.kind.from_json(one) for one in kept]
    return spec.kind.from_json(kept)
