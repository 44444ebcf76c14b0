"""What somebody wants to be reminded of themselves: looked at, added, taken away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.i18n import Label, translator
from core.notifications import wording
from core.reminders.models import Reminder
from core.reminders.service import FARTHEST, remind

_ = translator("core")

MOST = 1000
"""Reminders of one person that may wait."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder of one's own that is still to ring."""

    id: UUID
    entity: str
    record_id: UUID | None
    title: Label
    at: datetime
    bell: bool
    mail: bool


def planned(context: Context, record_id: UUID | None = None) -> list[Planned]:
    """The person's reminders, the soonest first; all of them, or those of one record."""
    table = Reminder.__table__
    statement = sa.select(table).where(*_mine(context)).order_by(table.c.due_at, table.c.id).limit(MOST)
    if record_id is not None:
        statement = statement.where(table.c.record_id == record_id)
    return [_planned(context, row) for row in context.session.connection().execute(statement)]


def add(context: Context, record: Entity, at: datetime, title: str, *, bell: bool, mail: bool) -> Planned:
    """Have oneself reminded of a record. Raises :class:`InvalidError` naming the field."""
    assert context.user is not None, "somebody is signed in"
    problems: list[tuple[str, Label]] = []
    if not now() < at <= now() + FARTHEST:
        problems.append(("at", _("Choose a moment to come.")))
    if not (bell or mail):
        problems.append(("bell", _("Choose the bell, e-mail, or both.")))
    if not title.strip():
        problems.append(("title", _("This field is needed.")))
    waiting = sa.select(sa.func.count()).where(*_mine(context))
    if context.session.connection().execute(waiting).scalar_one() >= MOST:
        problems.append(("", _("%(n)s reminders wait already; take some away.", n=MOST)))
    if error := InvalidError.of(problems):
        raise error
    remind(context, record, [context.user.id], at, bell=bell, mail=mail, title=title.strip(), name=None)
    table = Reminder.__table__
    newest = sa.select(table).where(*_mine(context), table.c.record_id == record.id).order_by(table.c.id.desc())
    return _planned(context, context.session.connection().execute(newest.limit(1)).one())


def remove(context: Context, reminder_id: UUID) -> None:
    """Do without one of one's own. Raises :class:`MissingError`."""
    table = Reminder.__table__
    gone = sa.delete(table).where(*_mine(context), table.c.id == reminder_id).returning(table.c.id)
    if context.session.connection().execute(gone).scalar() is None:
        raise MissingError("core.reminder", reminder_id)


def _mine(context: Context) -> tuple[sa.ColumnElement[bool], ...]:
    table = Reminder.__table__
    return table.c.tenant_id == context.tenant, table.c.user_id == (context.user.id if context.user else None)


def _planned(context: Context, row: Any) -> Planned:
    title = wording.read(row.title, context.zone)
    return Planned(row.id, row.entity or "", row.record_id, title, row.due_at, row.bell, row.mail)
