"""Exports that are too long for a request: a job writes the file, and whoever asked fetches it within a day."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.rights import rights_of_person
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import MissingError
from core.entity.fields import Field
from core.entity.filters import Filter
from core.entity.query import Query, compared_fields
from core.files.storage import DiskStorage
from core.i18n import Label, translator
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.service import get_job
from core.jobs.work import Work
from core.settings import Settings
from core.sheets.exporter import by_lines, export_xlsx, exportable, with_ids

_ = translator("core")

EXPORT = "core.export"
KEPT = timedelta(hours=24)
"""How long a file waits to be fetched."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export as whoever asked for it sees it."""

    id: UUID
    resource: Resource
    state: str
    """As :attr:`core.jobs.models.Job.state`."""
    done: int
    total: int
    error: Label
    path: Path | None
    """The file, while it is there."""

    @property
    def busy(self) -> bool:
        """Whether somebody works on it."""
        return self.state in {"new", "waiting", "running"}


def storage(settings: Settings) -> DiskStorage:
    """Where exports lie, under the ids of their jobs."""
    return DiskStorage(settings.var / "exports")


def ask(context: Context, query: Query, ids: list[UUID], total: int) -> UUID:
    """Have a workbook written of what a list shows, or of some records; gives the job's id."""
    context.require(query.resource.name, "export")
    payload = {"entity": query.resource.name, "query": to_json(query), "ids": [str(one) for one in ids], "total": total}
    title = _("Export of %(what)s", what=query.resource.plural)
    (job_id,) = enqueue(context, EXPORT, payload, title=str(title))
    found: UUID = job_id
    return found


def to_json(query: Query) -> dict[str, Any]:
    """A list's query as a job keeps it."""
    return {
        "columns": [spec.name for spec in query.columns],
        "filters": [[one.field.name, one.operator, one.text] for one in query.filters],
        "q": query.q,
        "sort": query.sort.name if query.sort else None,
        "descending": query.descending,
        "lines": query.lines.name if query.lines else None,
    }


def from_json(context: Context, resource: Resource, kept: dict[str, Any]) -> Query:
    """The opposite. Fields that are gone since are left out; a condition on one raises LookupError."""
    fields: dict[str, Field] = compared_fields(context, resource)
    shown = exportable(context, resource)
    query = Query(
        resource,
        columns=[shown[name] for name in kept["columns"] if name in shown],
        filters=[Filter(fields[name], operator, text) for name, operator, text in kept["filters"]],
        q=kept["q"],
        sort=fields[kept["sort"]] if kept["sort"] else None,
        descending=kept["descending"],
    )
    return by_lines(context, query, kept["lines"]) if kept.get("lines") in resource.lines else query


def work_off(context: Context, work: Work) -> None:
    """Write the file with the rights that the person has now, not those of the worker."""
    context.grants = rights_of_person(context)
    resource = context.resource(work.payload["entity"])
    query = from_json(context, resource, work.payload["query"])
    ids = [UUID(text) for text in work.payload["ids"]]
    if ids:
        with_ids(query, ids)
    if not context.can(resource.name, "export"):
        work.result(refused=True)
        return
    place = storage(work.settings)
    passing = place.path(context.tenant, work.job_id).with_suffix(".part")
    passing.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def passed(rows: int) -> None:
        work.progress(rows, max(rows, work.payload["total"]))
        work.look()

    try:
        os.close(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        count = export_xlsx(context, resource, passing, query, passed=passed)
        place.keep(context.tenant, work.job_id, passing)
    finally:
        passing.unlink(missing_ok=True)
    work.progress(count, count)
    work.result(rows=count)


def find(context: Context, settings: Settings, export_id: UUID) -> Export:
    """An export one has asked for oneself. Raises :class:`MissingError`."""
    job = get_job(context, export_id)
    if job.topic != EXPORT or context.user is None or job.user_id != context.user.id:
        raise MissingError("core.export", export_id)
    payload = context.session.scalar(sa.select(Job.payload).where(Job.tenant_id == context.tenant, Job.id == export_id))
    try:
        resource = context.resource(payload["entity"] if payload else "")
    except LookupError:
        raise MissingError("core.export", export_id) from None
    path = storage(settings).path(context.tenant, export_id)
    fresh = job.done_at is not None and job.done_at > now() - KEPT and context.can(resource.name, "export")
    there = path if job.state == "done" and fresh and path.is_file() else None
    return Export(export_id, resource, job.state, job.progress, job.total, job.error, there)
