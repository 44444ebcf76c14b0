"""Ringing what is due: the scheduler sees companies with reminders that are due, a job rings them batch by batch.

A reminder that rings becomes a notification in the transaction that deletes it, so it rings once, whoever dies in
between. Several workers share the work of one company: each takes rows that no other holds.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core.context import Context
from core.i18n import translator
from core.jobs.work import Work
from core.notifications.kinds import BELL, MAIL, REMINDER
from core.notifications.service import Notice, notify_many
from core.plugin.manifest import Handler
from core.reminders.models import Reminder

_ = translator("core")

RING = "core.reminders.ring"
"""Asked for by :mod:`core.jobs.scheduler`."""
BATCH = 500


def handlers() -> Iterable[Handler]:
    """Core's handler of due reminders."""
    return [Handler(topic=RING, run=ring, title=_("Ring reminders"))]


def ring(context: Context, work: Work) -> None:
    """Turn every reminder that is due into a notification."""
    done = 0
    while rows := _due(context):
        notify_many(context, [_notice(row) for row in rows])
        table = Reminder.__table__
        context.session.connection().execute(
            sa.delete(table).where(table.c.tenant_id == context.tenant, table.c.id.in_([row.id for row in rows]))
        )
        done += len(rows)
        work.progress(done)
        work.checkpoint()


def _due(context: Context) -> Sequence[Any]:
    table = Reminder.__table__
    statement = (
        sa.select(table)
        .where(table.c.tenant_id == context.tenant, table.c.due_at <= sa.func.clock_timestamp())
        .order_by(table.c.due_at, table.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return context.session.connection().execute(statement).all()


def _notice(row: Any) -> Notice:
    ways = frozenset(way for way, wanted in ((BELL, row.bell), (MAIL, row.mail)) if wanted)
    return Notice(
        user_id=row.user_id,
        kind=REMINDER,
        title=row.title,
        body=row.body,
        entity=row.entity,
        record_id=row.record_id,
        url=row.url,
        ways=ways,
    )
