"""Bringing a file in: what would happen, doing it in parts that can be resumed, and undoing all of it.

The rules of a record are the service's own; a row that breaks one is left out with its reason and the rest goes in.
"""

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError, RowErrorsError, StaleError
from core.i18n import Label
from core.jobs.work import Work
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import Plan, proposal
from core.sheets.reader import Row, open_table
from core.sheets.rows import Parsed, RowReader, before, in_turns

CHUNK = 500
"""Rows of one transaction."""


@dataclass(slots=True)
class Outcome:
    """How many rows became what."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    wrong: int = 0
    total: int = 0

    def add(self, verdict: str) -> None:
        """Count one row."""
        setattr(self, verdict, getattr(self, verdict) + 1)
        self.total += 1


@dataclass(slots=True)
class Preview:
    """What an import would do, without having done it."""

    outcome: Outcome = field(default_factory=Outcome)
    rows: list[tuple[Parsed, str]] = field(default_factory=list)
    """The first rows of each verdict, with their reasons."""


class _RolledBackError(Exception):
    """Ends a trial."""


def preview(context: Context, resource: Resource, path: Path, plan: Plan, *, shown: int = 50) -> Preview:
    """Try every row as the import would, each part in a savepoint that is taken back."""
    context.require(resource.name, "import")
    found = Preview()
    counts: dict[str, int] = {}
    for rows in _chunks(path, plan, 0):
        try:
            with context.session.begin_nested():
                for row, verdict, _record in _save(context, resource, plan, rows):
                    found.outcome.add(verdict)
                    counts[verdict] = counts.get(verdict, 0) + 1
                    if counts[verdict] <= shown:
                        found.rows.append((row, verdict))
                raise _RolledBackError  # noqa: TRY301 # the way out of the savepoint
        except _RolledBackError:
            context.session.expunge_all()
    return found


def run(context: Context, batch: ImportBatch, path: Path, work: Work | None = None) -> Outcome:
    """Do it, a part a transaction. With ``work`` it resumes where a killed worker stopped; otherwise it commits."""
    resource = context.resource(batch.entity)
    context.require(resource.name, "import")
    plan, batch_id = Plan.from_json(batch.plan), batch.id
    outcome = Outcome(batch.created, batch.updated, batch.skipped, batch.wrong, batch.total)
    source, context.source = context.source, "import"
    batch.state = "running"
    try:
        for rows in _chunks(path, plan, int(work.cursor.get("row", 0)) if work else 0):
            done = list(_save(context, resource, plan, rows))
            _keep(context, batch_id, plan, done)
            for _row, verdict, _record in done:
                outcome.add(verdict)
            _count(context, batch_id, outcome)
            if work is None:
                context.session.commit()
            else:
                work.progress(outcome.total)
                work.checkpoint(row=rows[-1][0])
        _count(context, batch_id, outcome, state="done")
    finally:
        context.source = source
    return outcome


def import_file(
    context: Context, resource: Resource, content: bytes, filename: str, plan: Plan | None = None
) -> Outcome:
    """Bring a whole file in at once, with the proposed plan where none is given; commits part by part."""
    with tempfile.NamedTemporaryFile(suffix=".upload") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        batch = begin(context, resource, filename, plan or propose_plan(context, resource, path))
        return run(context, batch, path)


def propose_plan(context: Context, resource: Resource, path: Path, sheet: str | None = None) -> Plan:
    """The plan that a file's headings suggest."""
    with open_table(path, sheet) as table:
        return proposal(context, resource, table.header.names)


def begin(context: Context, resource: Resource, filename: str, plan: Plan) -> ImportBatch:
    """Write down what is about to be imported."""
    context.require(resource.name, "import")
    user = context.user
    batch = ImportBatch(
        tenant_id=context.tenant,
        id=uuid7(),
        entity=resource.name,
        filename=filename[:200],
        plan=plan.to_json(),
        user_id=user.id if user else None,
        user_name=user.name if user else "",
        created=0, updated=0, skipped=0, wrong=0, total=0,
    )  # fmt: skip
    context.session.add(batch)
    context.session.flush()
    return batch


def _chunks(path: Path, plan: Plan, after: int) -> Iterator[list[tuple[int, Row]]]:
    with open_table(path, plan.sheet, header_row=plan.header_row) as table:
        rows = (pair for pair in table.numbered() if pair[0] > after)
        while chunk := list(itertools.islice(rows, CHUNK)):
            yield chunk


def _save(
    context: Context, resource: Resource, plan: Plan, chunk: Sequence[tuple[int, Row]]
) -> Iterator[tuple[Parsed, str, Entity | None]]:
    """Save what can be saved of a chunk; gives each row with what became of it."""
    reader = RowReader(context, resource, plan)
    turns = in_turns(reader.read(chunk), plan)
    for position, turn in enumerate(turns):
        rows = turn if position == 0 else reader.read([(row.number, row.cells) for row in turn])
        good = [row for row in rows if not row.errors]
        created = _create(context, resource, [row for row in good if row.match is None])
        for row in rows:
            if row.match is not None and not row.errors and plan.duplicates == "overwrite":
                yield _overwrite(context, resource, row)
            elif row.match is not None and not row.errors:
                yield row, "skipped", None
            else:
                record = created.get(row.number)
                yield row, "created" if record is not None else "wrong", record


def _create(context: Context, resource: Resource, rows: list[Parsed]) -> dict[int, Entity]:
    """Create what is valid, in one set; the others get their reasons."""
    while rows:
        try:
            with context.session.begin_nested():
                records = service.create_many(context, resource.model, [row.values for row in rows], action="imported")
            return {row.number: record for row, record in zip(rows, records, strict=True)}
        except RowErrorsError as error:
            for position, messages in error.rows.items():
                rows[position].errors.update(messages)
            rows = [row for row in rows if not row.errors]
        except InvalidError as error:
            if len(rows) == 1:
                rows[0].errors.update(error.errors)
                return {}
            # The database refused one of them and cannot say which: halve until it stands alone.
            middle = len(rows) // 2
            return _create(context, resource, rows[:middle]) | _create(context, resource, rows[middle:])
    return {}


def _overwrite(context: Context, resource: Resource, row: Parsed) -> tuple[Parsed, str, Entity | None]:
    try:
        record = service.get(context, resource.model, row.match or UUID(int=0))
        row.before = before(context.fields(resource), record, row.values)
        changed = service.update(context, record, row.values)
    except InvalidError as error:
        row.errors.update(error.errors)
        return row, "wrong", None
    except (MissingError, StaleError):
        return row, "skipped", None
    return row, "updated" if changed else "skipped", record


def _keep(context: Context, batch_id: UUID, plan: Plan, done: Sequence[tuple[Parsed, str, Entity | None]]) -> None:
    """Write down what became of each row, in one statement."""
    rows: list[dict[str, Any]] = [
        {
            "tenant_id": context.tenant,
            "id": uuid7(),
            "import_id": batch_id,
            "number": row.number,
            "verdict": verdict,
            "record_id": record.id if record is not None else row.match,
            "version": record.version if record is not None else None,
            "before": row.before if verdict == "updated" else {},
            "cells": row.shown() if verdict == "wrong" else [],
            "errors": said(row.errors),
        }
        for row, verdict, record in done
    ]
    if rows:
        context.session.execute(sa.insert(ImportRow), rows)


def said(errors: dict[str, list[Label]]) -> dict[str, list[str]]:
    """Reasons as they are kept: in the language of whoever imports."""
    return {name: [str(one) for one in messages] for name, messages in errors.items()}


def _count(context: Context, batch_id: UUID, outcome: Outcome, *, state: str = "running") -> None:
    context.session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == context.tenant, ImportBatch.id == batch_id)
        .values(
            state=state,
            created=outcome.created,
            updated=outcome.updated,
            skipped=outcome.skipped,
            wrong=outcome.wrong,
            total=outcome.total,
        )
    )
