"""Asking for work: a row in the transaction of the change that wants it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.jobs.models import OPEN, Job

if TYPE_CHECKING:
    from core.context import Context

RING = "ghep_ring"
"""Set on the session's info: ring the workers' bell after the commit."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Work that is wanted."""

    topic: str
    payload: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    dedupe_key: str | None = None
    user_id: UUID | None = None
    """Whose turn the job is; where nothing is said, that of whoever asks."""
    at: datetime | None = None
    """Not before this moment."""
    id: UUID | None = None
    """Chosen by who has to know it beforehand; of topics with one handler."""


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
    return enqueue_many(context, [Wish(topic, payload or {}, title, dedupe_key)], delay=delay)


def enqueue_many(context: "Context", wishes: Iterable[Wish], *, delay: timedelta = timedelta()) -> list[Any]:
    """As :func:`enqueue`, for any number of wishes in one round trip."""
    registered = context.hooks.registry.handlers
    rows = [
        {
            "tenant_id": context.tenant,
            "id": wish.id or uuid7(),
            "plugin": handler.plugin,
            "topic": wish.topic,
            "payload": wish.payload,
            "dedupe_key": f"{handler.plugin}:{wish.dedupe_key}" if wish.dedupe_key else None,
            "user_id": wish.user_id or (context.user.id if context.user else None),
            "title": (wish.title or str(handler.title) or wish.topic)[:200],
            "wanted_at": wish.at,
        }
        for wish in wishes
        for handler in registered.get(wish.topic, ())
        if handler.plugin in context.active
    ]
    if not rows:
        return []
    context.session.info[RING] = True
    table = Job.__table__
    soon = sa.func.now() + delay  # by the workers' clock
    wanted = sa.bindparam("wanted_at", type_=sa.DateTime(timezone=True))
    statement = insert(table).values(available_at=sa.func.coalesce(wanted, soon))
    return list(context.session.scalars(statement.on_conflict_do_nothing().returning(table.c.id), rows))


def cancel(context: "Context", job_id: Any) -> bool:
    """Ask a job to stop: one that waits is cancelled at once, one that runs at its next checkpoint.

    False where it is over already. Whether the person may ask is for the caller to know.
    """
    waits = Job.state == "new"
    statement = (
        sa.update(Job)
        .where(Job.tenant_id == context.tenant, Job.id == job_id, OPEN)
        .values(
            cancel_asked=True,
            state=sa.case((waits, "cancelled"), else_=Job.state),
            done_at=sa.case((waits, sa.func.now()), else_=Job.done_at),
        )
        .returning(Job.state, Job.topic, Job.plugin, Job.payload)
    )
    row = context.session.execute(statement, execution_options={"synchronize_session": False}).one_or_none()
    if row is not None and row.state == "cancelled":
        for handler in context.hooks.registry.handlers.get(row.topic, ()):
            if handler.plugin == row.plugin and handler.given_up is not None:
                handler.given_up(context, row.payload, row.state)
    return row is not None
