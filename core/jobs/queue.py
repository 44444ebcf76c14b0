"""Asking for work: a row in the transaction of the change that wants it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.db.base import now
from core.jobs.models import Job

if TYPE_CHECKING:
    from core.context import Context

RING = "ghep_ring"
"""Set on the session's info: ring the workers' bell after the commit."""


def enqueue(
    context: "Context",
    topic: str,
    payload: dict[str, Any] | None = None,
    *,
    title: str = "",
    dedupe_key: str | None = None,
    delay: timedelta = timedelta(),
) -> list[Any]:
    """Ask for work on a topic: one job for each active plugin that handles it. Gives the jobs' ids.

    Nothing happens before the caller's transaction is committed, and nothing at all if it is rolled back.
    A ``dedupe_key`` makes a second request of the same topic and key do nothing, for good.
    """
    handlers = [one for one in context.hooks.registry.handlers.get(topic, ()) if one.plugin in context.active]
    rows = [
        {
            "tenant_id": context.tenant,
            "id": uuid7(),
            "plugin": handler.plugin,
            "topic": topic,
            "payload": payload or {},
            "dedupe_key": f"{handler.plugin}:{dedupe_key}" if dedupe_key else None,
            "user_id": context.user.id if context.user else None,
            "title": title or str(handler.title) or topic,
            "available_at": now() + delay,
        }
        for handler in handlers
    ]
    if not rows:
        return []
    context.session.info[RING] = True
    statement = insert(Job).values(rows).on_conflict_do_nothing().returning(Job.id)
    return list(context.session.execute(statement, execution_options={"populate_existing": False}).scalars())


def cancel(context: "Context", job_id: Any) -> bool:
    """Ask a job to stop: one that waits is cancelled at once, one that runs at its next step."""
    waiting = sa.case((Job.state == "new", "cancelled"), else_=Job.state)
    statement = (
        sa.update(Job)
        .where(Job.tenant_id == context.tenant, Job.id == job_id, Job.state.in_(["new", "running"]))
        .values(cancel_asked=True, state=waiting)
    )
    return bool(context.session.execute(statement).rowcount)  # type: ignore[attr-defined] # an update has one
