"""What worker processes do with files: import, undo, export, and clear away what is old."""

import time
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.rights import rights_of_person
from core.context import Context
from core.db.base import now
from core.files.storage import DiskStorage
from core.i18n import translator
from core.jobs.work import Cancelled, Work
from core.plugin.manifest import Handler, Schedule
from core.sheets import exports
from core.sheets.errors import Rejected
from core.sheets.importer import fail, run
from core.sheets.imports import IMPORT, KEPT, UNDO, csv_limits, uploads
from core.sheets.models import ImportBatch
from core.sheets.undo import undo

_ = translator("core")

CLEAR = "core.sheets.clear"
ORPHAN = timedelta(days=1)
"""Age from which bytes without a row belong to nobody."""
RETRIES = 4


def handlers() -> Iterable[Handler]:
    """Core's handlers for files."""
    return [
        Handler(topic=IMPORT, run=import_, title=_("Import"), retries=RETRIES),
        Handler(topic=UNDO, run=take_back, title=_("Undo of an import"), retries=RETRIES),
        Handler(topic=exports.EXPORT, run=exports.work_off, title=_("Export"), retries=RETRIES),
        Handler(topic=CLEAR, run=clear, title=_("Clear old imports and exports")),
    ]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="clear_sheets", topic=CLEAR, every=timedelta(days=1))]


def import_(context: Context, work: Work) -> None:
    """Import an uploaded file; what is in when it is stopped stays."""
    batch = _claim(context, work, "running", ("waiting", "running", "cancelled"))
    if batch is None:
        return
    settings, batch_id = work.settings, batch.id
    context.grants = rights_of_person(context)
    try:
        _require(context, batch)
        work.checkpoint()
        path = uploads(settings).path(context.tenant, batch_id)
        run(context, batch, path, work, limits=csv_limits(settings))
    except Cancelled:
        _set_state(context, batch_id, "cancelled")
        raise
    except Rejected as error:
        fail(context, batch_id, error)


def take_back(context: Context, work: Work) -> None:
    """Undo an import; stopped in the middle it can be asked for again."""
    batch = _claim(context, work, "undoing", ("undoing", "cancelled"))
    if batch is None:
        return
    batch_id = batch.id
    try:
        # The right to undo is that to import; what was imported may be somebody else's by now, and then stays.
        _require(context, batch)
        work.checkpoint()
        undo(context, batch, work)
    except Cancelled:
        _set_state(context, batch_id, "cancelled")
        raise
    except Rejected as error:
        fail(context, batch_id, error)


def _require(context: Context, batch: ImportBatch) -> None:
    """Whoever asked may have lost the right meanwhile."""
    resource, rights = context.resource(batch.entity), rights_of_person(context)
    if not (rights.allows(resource.name, "import") and rights.allows(resource.name, "create")):
        raise Rejected(_("You may not import %(what)s any more.", what=resource.plural))


def _claim(context: Context, work: Work, state: str, states: Iterable[str]) -> ImportBatch | None:
    """The import a job is for, marked as being worked on; None where something else has become of it meanwhile."""
    batch = context.session.scalar(
        sa.select(ImportBatch)
        .where(
            ImportBatch.tenant_id == context.tenant,
            ImportBatch.id == UUID(work.payload["import"]),
            ImportBatch.job_id == work.job_id,
            ImportBatch.state.in_(states),
        )
        .with_for_update()
    )
    if batch is not None:
        batch.state = state
    return batch


def _set_state(context: Context, batch_id: UUID, state: str) -> None:
    statement = sa.update(ImportBatch).where(ImportBatch.tenant_id == context.tenant, ImportBatch.id == batch_id)
    context.session.execute(statement.values(state=state))


def clear(context: Context, work: Work) -> None:
    """Remove uploaded files after a month, exports after a day, and what belongs to nobody."""
    limit = now() - KEPT
    drafts = sa.delete(ImportBatch).where(
        ImportBatch.tenant_id == context.tenant, ImportBatch.state == "new", ImportBatch.created_at < limit
    )
    context.session.execute(drafts)
    recent = sa.select(ImportBatch.id).where(ImportBatch.tenant_id == context.tenant, ImportBatch.created_at >= limit)
    wanted = {str(one) for one in context.session.scalars(recent)}
    removed = _remove(uploads(work.settings), context.tenant, ORPHAN, keep=wanted)
    removed += _remove(exports.storage(work.settings), context.tenant, exports.KEPT)
    work.result(removed=removed)


def _remove(storage: DiskStorage, tenant: int, age: timedelta, keep: Iterable[str] = ()) -> int:
    oldest, wanted = time.time() - age.total_seconds(), set(keep)
    found = [one.name for one in storage.all(tenant) if one.name not in wanted and one.changed_at < oldest]
    for name in found:
        storage.discard(tenant, name)
    return len(found)
