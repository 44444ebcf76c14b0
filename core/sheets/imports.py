"""The life of an import: a file is taken in, matched, begun, perhaps stopped, perhaps undone; and who may do that.

Everybody has their own imports, an administrator all of the company's.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import MissingError
from core.files.content import safe_name
from core.files.storage import DiskStorage
from core.i18n import Label, translator
from core.jobs import queue
from core.jobs.models import Job
from core.settings import Settings
from core.sheets.importer import SURVEYED, begin, propose_plan
from core.sheets.limits import CsvLimits
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import Plan, importable
from core.sheets.profile import Step
from core.sheets.profiles import prepare
from core.sheets.survey import survey

_ = translator("core")

IMPORT, UNDO = "core.import", "core.import_undo"
KEPT = timedelta(days=30)
"""How long an uploaded file stays."""
OPEN = frozenset(("new", "running"))
"""States of a job that is not over."""
BUSY = frozenset(("waiting", "running", "undoing"))
"""States of an import that a job works on."""
OVER = frozenset(("done", "cancelled", "failed"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an import stands at this moment: what was written down of it, held against its job."""

    state: str
    """new, waiting, running, done, cancelled, failed, undoing, undone."""
    done: int = 0
    total: int = 0
    error: Label = ""

    @property
    def busy(self) -> bool:
        """Whether somebody works on it."""
        return self.state in BUSY

    @property
    def undoable(self) -> bool:
        """Whether what it brought can be taken back."""
        return self.state in OVER


def uploads(settings: Settings) -> DiskStorage:
    """Where uploaded files lie, under the ids of their imports."""
    return DiskStorage(settings.var / "imports")


def csv_limits(settings: Settings) -> CsvLimits:
    """How much this installation allows a CSV to hold."""
    return CsvLimits(settings.import_size, settings.import_rows + 1)


def take_in(
    context: Context, settings: Settings, resource: Resource, stream: IO[bytes], filename: str, step: Step | None = None
) -> ImportBatch:
    """Keep an uploaded file and propose how to read it; with a step of a profile, keep what that makes of it.

    Raises :class:`Rejected`: then nothing is kept.
    """
    context.require(resource.name, "import")
    storage = uploads(settings)
    passing = storage.receive(context.tenant, stream)
    try:
        if step is None:
            plan = propose_plan(context, resource, passing, limits=csv_limits(settings))
        else:
            passing, sent = passing.with_suffix(".read.part"), passing
            plan = _by_step(context, settings, resource, step, sent, passing)
        batch = begin(context, resource, safe_name(filename), plan)
        storage.keep(context.tenant, batch.id, passing)
    finally:
        passing.unlink(missing_ok=True)
    return batch


def _by_step(context: Context, settings: Settings, resource: Resource, step: Step, sent: Path, target: Path) -> Plan:
    """Write a file anew as the step means it; what was sent is not kept."""
    limits = csv_limits(settings)
    try:
        plan = prepare(context, resource, step, sent, target, limits)
    finally:
        sent.unlink()
    return survey(target, plan, importable(context, resource), limits=limits, most=SURVEYED)


def get(context: Context, batch_id: UUID, *, lock: bool = False) -> ImportBatch:
    """One import. Raises :class:`MissingError`: absent, foreign, somebody else's and of a module that is off look alike."""
    statement = _visible(context).where(ImportBatch.id == batch_id).execution_options(populate_existing=True)
    batch = context.session.scalar(statement.with_for_update() if lock else statement)
    if batch is None or batch.entity not in _importable(context):
        raise MissingError("core.import", batch_id)
    return batch


def listed(context: Context, *, limit: int, before: UUID | None = None) -> list[ImportBatch]:
    """The newest imports, and from ``before``, the last one's id, those before it."""
    entities = sa.any_(sa.literal(_importable(context), ARRAY(sa.String)))
    statement = _visible(context).where(ImportBatch.entity == entities).order_by(ImportBatch.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    return list(context.session.scalars(statement))


def standings(context: Context, batches: list[ImportBatch]) -> dict[UUID, Standing]:
    """How several imports stand, with one look at their jobs."""
    ids = [batch.job_id for batch in batches if batch.state in BUSY and batch.job_id is not None]
    jobs: dict[UUID, Job] = {}
    if ids:
        found = sa.select(Job).where(Job.tenant_id == context.tenant, Job.id.in_(ids))
        jobs = {job.id: job for job in context.session.scalars(found.execution_options(populate_existing=True))}
    return {batch.id: _standing(batch, jobs.get(batch.job_id) if batch.job_id else None) for batch in batches}


def standing(context: Context, batch: ImportBatch) -> Standing:
    """How one import stands."""
    return standings(context, [batch])[batch.id]


def start(context: Context, batch_id: UUID, plan: Plan) -> bool:
    """Begin a matched import; False where somebody has done so already."""
    batch = get(context, batch_id, lock=True)
    if batch.state != "new":
        return False
    batch.plan = plan.to_json()
    title = _("Import of %(file)s", file=batch.filename)
    _hand_over(context, batch, "waiting", IMPORT, str(title))
    return True


def cancel(context: Context, batch_id: UUID) -> bool:
    """Stop what works on an import; what is in by then stays and can be undone. False where it is over already."""
    batch = get(context, batch_id, lock=True)
    if not standing(context, batch).busy or not queue.cancel(context, batch.job_id):
        return False
    job = context.session.get(Job, (context.tenant, batch.job_id), populate_existing=True)
    if job is not None and job.state == "cancelled":  # it had not begun
        batch.state = "cancelled"
    return True


def ask_undo(context: Context, batch_id: UUID) -> bool:
    """Have an import taken back; False where there is nothing to take back, or somebody is at it already."""
    batch = get(context, batch_id, lock=True)
    if not standing(context, batch).undoable:
        return False
    title = _("Undo of the import of %(file)s", file=batch.filename)
    _hand_over(context, batch, "undoing", UNDO, str(title))
    return True


def _hand_over(context: Context, batch: ImportBatch, state: str, topic: str, title: str) -> None:
    (job_id,) = queue.enqueue(context, topic, {"import": str(batch.id)}, title=title)
    batch.state, batch.job_id, batch.error = state, job_id, ""
    context.session.flush()


def rows(
    context: Context, batch: ImportBatch, verdict: str, *, limit: int | None = None, after: int = 0
) -> list[ImportRow]:
    """Rows of one verdict in the file's order."""
    statement = (
        sa.select(ImportRow)
        .where(
            ImportRow.tenant_id == context.tenant,
            ImportRow.import_id == batch.id,
            ImportRow.verdict == verdict,
            ImportRow.number > after,
        )
        .order_by(ImportRow.number)
        .limit(limit)
    )
    return list(context.session.scalars(statement))


def _importable(context: Context) -> list[str]:
    return [one.name for one in context.resources() if "import" in one.verbs and context.can(one.name, "import")]


def _visible(context: Context) -> sa.Select[ImportBatch]:
    statement = sa.select(ImportBatch).where(ImportBatch.tenant_id == context.tenant)
    if context.can("*", "admin"):
        return statement
    return statement.where(ImportBatch.user_id == context.user.id if context.user else sa.false())


def _standing(batch: ImportBatch, job: Job | None) -> Standing:
    if batch.state not in BUSY:
        return Standing(batch.state, batch.total, batch.total, batch.error)
    if job is not None and job.state in OPEN:
        state = batch.state if job.state == "running" or batch.state == "undoing" else "waiting"
        return Standing(state, job.progress, job.total, _again(job))
    if job is not None and job.state == "cancelled":
        return Standing("cancelled", batch.total, batch.total)
    return Standing("failed", batch.total, batch.total, _given_up(job))


def _again(job: Job) -> Label:
    if job.state == "new" and job.attempts:
        return _("It did not work and will be tried again. %(error)s", error=job.last_error)
    return ""


def _given_up(job: Job | None) -> Label:
    if job is None or not job.last_error:
        return _("It ended before it was done. What is in can be undone.")
    return _("It ended before it was done. What is in can be undone. %(error)s", error=job.last_error)


def kept(context: Context, batch: ImportBatch, limit: int) -> list[tuple[UUID, str]]:
    """Records that an undo has left alone, with their titles: those that this person may see."""
    resource = context.resource(batch.entity)
    found: dict[UUID, str] = {}
    ids = [row.record_id for row in rows(context, batch, "kept", limit=limit) if row.record_id]
    table = resource.model.__table__
    statement = sa.select(resource.model).where(
        table.c.tenant_id == context.tenant,
        table.c.id == sa.any_(sa.literal(ids, ARRAY(sa.Uuid))),
        visible(context, resource),
    )
    for record in context.session.scalars(statement):
        found[record.id] = record.title
    return list(found.items())
