"""What worker processes do with operations: large ones, their undoing, and forgetting those that are out of reach."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.rights import rights_of_person
from core.bulk.handlers import HANDLERS
from core.bulk.models import BulkOperation
from core.bulk.parts import run, take_back
from core.bulk.service import RUN, UNDO, WINDOW
from core.context import Context
from core.db.base import now
from core.i18n import translator
from core.jobs.work import Cancelled, Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

CLEAR = "core.bulk.clear"
BATCH = 20
"""Bulk operations forgotten by one statement: each may have a hundred thousand items."""


def handlers() -> Iterable[Handler]:
    """Core's handlers of operations."""
    return [
        Handler(topic=RUN, run=do, title=_("Share or change owners"), retries=4),
        Handler(topic=UNDO, run=undo, title=_("Undo"), retries=4),
        Handler(topic=CLEAR, run=clear, title=_("Forget what can no longer be undone")),
    ]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="clear_bulk_operations", topic=CLEAR, every=timedelta(days=1))]


def do(context: Context, work: Work) -> None:
    """Do a bulk operation, with the rights its person has by now, from where it stopped."""
    operation = _claim(context, work, ("waiting", "running", "cancelled"))
    if operation is not None:
        context.grants = rights_of_person(context)
        _stoppable(context, operation.id, lambda: run(context, operation, HANDLERS[operation.kind], work))


def undo(context: Context, work: Work) -> None:
    """Take a bulk operation back, from where that stopped."""
    operation = _claim(context, work, ("undoing", "cancelled"))
    if operation is not None:
        _stoppable(context, operation.id, lambda: take_back(context, operation, HANDLERS[operation.kind], work))


def _claim(context: Context, work: Work, states: Iterable[str]) -> BulkOperation | None:
    """The operation a job is for; None where something else has become of it meanwhile."""
    return context.session.scalar(
        sa.select(BulkOperation)
        .where(
            BulkOperation.tenant_id == context.tenant,
            BulkOperation.id == UUID(work.payload["operation"]),
            BulkOperation.job_id == work.job_id,
        )
        .where(BulkOperation.state.in_(states))
        .with_for_update()
    )


def _stoppable(context: Context, operation_id: UUID, handler: Callable[[], None]) -> None:
    """What is done when somebody stops it stays, and can be taken back."""
    try:
        handler()
    except Cancelled:
        stopped = (
            sa.update(BulkOperation)
            .where(BulkOperation.tenant_id == context.tenant, BulkOperation.id == operation_id)
            .values(state="cancelled")
        )
        context.session.execute(stopped)
        raise


def clear(context: Context, work: Work) -> None:
    """Forget the operations that are too old to be undone; old addresses of merged records go on leading on."""
    old = sa.select(BulkOperation.id).where(
        BulkOperation.tenant_id == context.tenant,
        BulkOperation.at < now() - WINDOW,
        BulkOperation.kind != "merge",
        BulkOperation.state.not_in(["running"]),
    )
    while ids := context.session.scalars(old.limit(BATCH)).all():
        context.session.execute(
            sa.delete(BulkOperation).where(BulkOperation.tenant_id == context.tenant, BulkOperation.id.in_(ids))
        )
        work.progress(work.done + len(ids))
        work.checkpoint()
