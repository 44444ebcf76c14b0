"""A copy of everything about a person, to be handed to them: a job writes a ZIP of JSON, a page to read, and files."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from jinja2 import Environment, FileSystemLoader

import core
from core.access.rights import rights_of_person
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.format import moment
from core.entity.history import Entry, write
from core.entity.tables import StoredFile
from core.files.content import safe_name
from core.files.storage import Storage, add_to, storage_of
from core.i18n import Label, translator, use_locale
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.service import get_job
from core.jobs.work import Work
from core.plugin.manifest import PersonalData
from core.privacy.circle import circle_of
from core.privacy.consent import person_resource
from core.privacy.sections import sections
from core.settings import Settings
from core.sheets.exports import KEPT, storage

_ = translator("core")

COPY = "core.privacy.copy"
_TEMPLATES = Path(core.__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as whoever asked for it sees it."""

    id: UUID
    resource: Resource
    record_id: UUID
    state: str
    """As :attr:`core.jobs.models.Job.state`."""
    error: Label
    path: Path | None
    """The file, while it is there."""

    @property
    def busy(self) -> bool:
        """Whether somebody works on it."""
        return self.state in {"new", "waiting", "running"}


def ask(context: Context, record: Entity) -> UUID:
    """Have a copy written; gives the job's id. An administrator's right, and a line in the log."""
    context.require("*", "admin")
    resource = person_resource(context, record)
    write(context, resource, [Entry(record, "personal_exported", {})])
    title = _("Copy of personal data")
    with use_locale(context.company.locale):
        (job_id,) = enqueue(context, COPY, {"entity": resource.name, "record": str(record.id)}, title=str(title))
    found: UUID = job_id
    return found


def work_off(context: Context, work: Work) -> None:
    """Write the file, if whoever asked is an administrator still."""
    context.grants = rights_of_person(context)
    if not context.can("*", "admin"):
        work.result(refused=True)
        return
    resource = context.resource(work.payload["entity"])
    record = _record(context, resource, UUID(work.payload["record"]))
    place = storage(work.settings)
    passing = place.path(context.tenant, work.job_id).with_suffix(".part")
    passing.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with (
            use_locale(context.company.locale),
            os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            _write(context, archive, record, sections(context, circle_of(context, resource, record)), work.settings)
        place.keep(context.tenant, work.job_id, passing)
    finally:
        passing.unlink(missing_ok=True)


def _record(context: Context, resource: Resource, record_id: UUID) -> Entity:
    try:
        return service.get(context, resource.model, record_id)
    except MissingError:
        return service.get(context, resource.model, record_id, deleted=True)


def _write(
    context: Context, archive: zipfile.ZipFile, record: Entity, found: Sequence[PersonalData], settings: Settings
) -> None:
    ids = sorted({one for section in found for one in section.files})
    names = _files(context, archive, ids, storage_of(settings))
    tables = [_table(section, names) for section in found if section.rows]
    about: dict[str, Any] = {"company": context.company.name, "title": record.title, "at": moment(context, now())}
    archive.writestr("data.json", json.dumps({**about, "data": tables}, ensure_ascii=False, indent=2, default=str))
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    words = {"heading": _("Personal data of %(name)s", name=record.title), "files": _("Files")}
    page = pages.get_template("personal_data.html")
    archive.writestr("data.html", page.render(**about, **words, tables=tables, names=names.values()))


def _files(context: Context, archive: zipfile.ZipFile, ids: Sequence[UUID], place: Storage) -> dict[str, str]:
    """Put the files in; id to name in the archive, for no name of a file is another's or leads elsewhere."""
    statement = sa.select(StoredFile).where(StoredFile.tenant_id == context.tenant, StoredFile.id.in_(ids))
    names: dict[str, str] = {}
    for number, row in enumerate(context.session.scalars(statement.order_by(StoredFile.id)), 1):
        name = f"files/{number:03d}-{safe_name(row.name)}"
        if add_to(archive, name, place, context.tenant, row.id):
            names[str(row.id)] = name
    return names


def _table(section: PersonalData, names: dict[str, str]) -> dict[str, Any]:
    columns = _told_apart([str(one) for one in section.columns])
    rows = [
        {column: names.get(value, value) for column, value in zip(columns, row, strict=True)} for row in section.rows
    ]
    return {"title": str(section.title), "rows": rows}


def _told_apart(columns: Sequence[str]) -> list[str]:
    """A company may give a field of its own the title of another."""
    return [
        f"{one} ({columns[:place].count(one) + 1})" if one in columns[:place] else one
        for place, one in enumerate(columns)
    ]


def find(context: Context, settings: Settings, copy_id: UUID) -> Copy:
    """A copy one has asked for oneself. Raises :class:`MissingError`."""
    job = get_job(context, copy_id)
    if job.topic != COPY or context.user is None or job.user_id != context.user.id or not context.can("*", "admin"):
        raise MissingError("core.copy", copy_id)
    statement = sa.select(Job.payload).where(Job.tenant_id == context.tenant, Job.id == copy_id)
    payload = context.session.scalars(statement).one()
    try:
        resource = context.resource(payload["entity"])
    except LookupError:
        raise MissingError("core.copy", copy_id) from None
    path = storage(settings).path(context.tenant, copy_id)
    fresh = job.state == "done" and job.done_at is not None and job.done_at > now() - KEPT and path.is_file()
    return Copy(copy_id, resource, UUID(payload["record"]), job.state, job.error, path if fresh else None)
