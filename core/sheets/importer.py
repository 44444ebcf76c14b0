"""Bringing a file in: what would happen, and doing it in parts that can be resumed.

The rules of a record are the service's own; a row that breaks one is left out with its reason and the rest goes in.
"""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.context import Context
from core.db import bulk
from core.entity.entity import Resource
from core.entity.history import note
from core.i18n import Label
from core.jobs.work import Work
from core.sheets.documents import parts
from core.sheets.errors import Rejected, Scattered
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import Plan, importable, proposal
from core.sheets.reader import Row, open_table
from core.sheets.rows import Parsed, RowReader
from core.sheets.saving import Saved, save
from core.sheets.survey import open_planned, survey

CHUNK = 1000
"""Rows of one transaction; a preview tries as many."""
SURVEYED = 20_000
"""Rows that are looked at before the columns are shown; the rest is when the import begins."""


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
    headers: tuple[str, ...] = ()
    complete: bool = True
    """The file has no more rows than were tried."""


class _RolledBackError(Exception):
    """Ends a trial."""


def preview(
    context: Context,
    resource: Resource,
    path: Path,
    plan: Plan,
    *,
    shown: int = 50,
    limits: CsvLimits = AS_WORKBOOKS,
) -> Preview:
    """Try the first rows exactly as the import would, in a savepoint that is taken back."""
    context.require(resource.name, "import")
    found = Preview()
    counts: dict[str, int] = {}
    with open_planned(path, plan, limits) as table:
        found.headers = table.header.names
        some = parts(table.numbered(), plan, CHUNK)
        chunk = next(some, [])
        found.complete = next(some, None) is None
    reader = RowReader(context, resource, plan, len(found.headers))
    source, context.source = context.source, "import"
    try:
        with context.session.begin_nested():
            for row, verdict, _record in save(context, resource, plan, reader, chunk):
                found.outcome.add(verdict)
                counts[verdict] = counts.get(verdict, 0) + 1
                if counts[verdict] <= shown:
                    found.rows.append((row, verdict))
            raise _RolledBackError  # noqa: TRY301 # the way out of the savepoint
    except _RolledBackError:
        context.session.expire_all()
    finally:
        context.source = source
    return found


def run(
    context: Context,
    batch: ImportBatch,
    path: Path,
    work: Work | None = None,
    *,
    limits: CsvLimits = AS_WORKBOOKS,
) -> Outcome:
    """Do it, a part a transaction. With ``work`` it resumes where a killed worker stopped; otherwise it commits.

    Raises :class:`Rejected` before the first row is saved where the file cannot be read to its end.
    """
    resource = context.resource(batch.entity)
    context.require(resource.name, "import")
    plan, batch_id = Plan.from_json(batch.plan), batch.id
    outcome = Outcome(batch.created, batch.updated, batch.skipped, batch.wrong, batch.total)
    if plan.rows is None:
        plan = survey(path, plan, importable(context, resource), limits=limits)
        batch.plan = plan.to_json()
    after = int(work.cursor.get("row", 0)) if work else 0
    source, context.source = context.source, "import"
    try:
        with closing(_chunks(path, plan, after, limits)) as chunks:
            for rows, width in chunks:
                reader = RowReader(context, resource, plan, width)
                done = list(save(context, resource, plan, reader, rows))
                _keep(context, batch_id, done)
                for _row, verdict, _record in done:
                    outcome.add(verdict)
                _count(context, batch_id, outcome)
                if work is None:
                    context.session.commit()
                else:
                    work.progress(outcome.total, max(outcome.total, plan.rows or 0))
                    work.checkpoint(row=rows[-1][0])
        _count(context, batch_id, outcome, state="done")
        _log(context, resource, batch.filename, outcome)
        if work is None:
            context.session.commit()
    finally:
        context.source = source
    return outcome


def _log(context: Context, resource: Resource, filename: str, outcome: Outcome) -> None:
    """One line for the whole file, beside those of its records."""
    values = {"file": filename, "count": outcome.created + outcome.updated}
    note(context, resource.name, "import_done", title=filename, values=values)


def bring_in(
    context: Context, resource: Resource, path: Path, filename: str, plan: Plan, limits: CsvLimits = AS_WORKBOOKS
) -> tuple[ImportBatch, Outcome]:
    """Import a file from beginning to end, committed part by part. Raises :class:`Rejected`, which is written down."""
    batch = begin(context, resource, filename, plan)
    batch_id = batch.id
    context.session.commit()
    try:
        return batch, run(context, batch, path, limits=limits)
    except Rejected as error:
        fail(context, batch_id, error)
        context.session.commit()
        raise


def import_file(
    context: Context, resource: Resource, content: bytes, filename: str, plan: Plan | None = None
) -> Outcome:
    """Bring a whole file in at once, with the proposed plan where none is given; commits part by part."""
    with tempfile.NamedTemporaryFile(suffix=".upload") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        _batch, outcome = bring_in(context, resource, path, filename, plan or propose_plan(context, resource, path))
        return outcome


def propose_plan(
    context: Context,
    resource: Resource,
    path: Path,
    sheet: str | None = None,
    *,
    header_row: int | None = None,
    limits: CsvLimits = AS_WORKBOOKS,
) -> Plan:
    """The plan that a file's headings suggest, and what its cells say."""
    with open_table(path, sheet, header_row=header_row, csv_limits=limits) as table:
        proposed = proposal(context, resource, table.header.names)
        plan = replace(proposed, sheet=table.sheet, header_row=header_row)
    fields = importable(context, resource)
    try:
        return survey(path, plan, fields, limits=limits, most=SURVEYED)
    except Scattered:  # people have to say what tells its documents
        return survey(path, replace(plan, match=()), fields, limits=limits, most=SURVEYED)


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


def fail(context: Context, batch_id: UUID, error: Rejected) -> None:
    """Write down that a file could not be read, and why; what was being done is taken back."""
    context.session.rollback()
    context.session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == context.tenant, ImportBatch.id == batch_id)
        .values(state="failed", error=str(error.message))
    )


def _chunks(path: Path, plan: Plan, after: int, limits: CsvLimits) -> Generator[tuple[list[tuple[int, Row]], int]]:
    """The rows after one, so many at a time and of a document all, and how many columns there are."""
    with open_planned(path, plan, limits) as table:
        width = len(table.header.names)
        rows = (pair for pair in table.numbered() if pair[0] > after)
        yield from ((part, width) for part in parts(rows, plan, CHUNK))


def _keep(context: Context, batch_id: UUID, done: Sequence[Saved]) -> None:
    """Write down what became of each row, in one statement."""
    rows: list[dict[str, Any]] = [
        {
            "tenant_id": context.tenant,
            "id": bulk.fresh_id(),
            "import_id": batch_id,
            "number": row.number,
            "verdict": verdict,
            "record_id": record.id if record is not None else row.match,
            "version": record.version if record is not None else None,
            "before": row.before if verdict == "updated" else {},
            "cells": row.shown() if verdict == "wrong" else [],
            "errors": said(row.errors) if row.errors else {},
        }
        for row, verdict, record in done
    ]
    bulk.insert(context.session, ImportRow.__table__, rows)


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
