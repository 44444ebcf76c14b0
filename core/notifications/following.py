"""What becomes of notifications and reminders when their record is merged into another, or its person is erased."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.jobs.models import Job
from core.notifications.models import Notification
from core.notifications.service import LETTER
from core.reminders.models import Reminder

_TABLES = (Notification.__table__, Reminder.__table__)


def follow_merge(context: Context, keep: UUID, losers: Sequence[UUID]) -> dict[str, list[str]]:
    """Let what was told or is planned of the losers be about the survivor; which rows, by the record they were about."""
    moved: dict[str, list[str]] = {}
    for table in _TABLES:
        for loser in losers:
            found = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.record_id == loser)
            rows = context.session.connection().execute(found.values(record_id=keep).returning(table.c.id)).scalars()
            moved.setdefault(str(loser), []).extend(str(row) for row in rows)
    return moved


def follow_unmerge(context: Context, moved: Mapping[str, Sequence[str]]) -> None:
    """The opposite, for the rows that are still there."""
    for loser, rows in moved.items():
        for table in _TABLES:
            back = sa.update(table).where(
                table.c.tenant_id == context.tenant, table.c.id.in_([UUID(row) for row in rows])
            )
            context.session.connection().execute(back.values(record_id=UUID(loser)))


def forget_told(context: Context, ids: Sequence[UUID]) -> None:
    """Titles name people: forget what was told and is planned of them, and the e-mails that say so."""
    told = Notification.__table__
    mine = sa.select(sa.cast(told.c.id, sa.Text)).where(told.c.tenant_id == context.tenant, told.c.record_id.in_(ids))
    jobs = Job.__table__
    letters = sa.update(jobs).where(
        jobs.c.tenant_id == context.tenant, jobs.c.topic == LETTER, jobs.c.payload["notification"].astext.in_(mine)
    )
    context.session.connection().execute(letters.values(title="", last_error=""))
    for table in _TABLES:
        gone: Any = sa.delete(table).where(table.c.tenant_id == context.tenant, table.c.record_id.in_(ids))
        context.session.connection().execute(gone)
