"""Planning reminders: of a record, for people, at a moment; moved, forgotten and put off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from core.context import Context
from core.db.base import now
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.i18n import Label, translator
from core.notifications import wording
from core.notifications.models import Notification
from core.reminders.models import Reminder

_ = translator("core")

START = "start"
"""The plan of an activity: when it begins."""
MISSED = timedelta(hours=1)
"""What should have rung longer ago than this when it is planned is not planned: work written down afterwards."""
FARTHEST = timedelta(days=3660)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Of what, whom, when and how."""

    record: Entity
    people: Iterable[UUID]
    at: datetime
    bell: bool
    mail: bool
    title: Label
    body: str = ""
    name: str | None = START
    """What the same record's next plan of this name takes the place of; None stands beside all others."""


def remind(
    context: Context,
    record: Entity,
    people: Iterable[UUID],
    at: datetime,
    *,
    bell: bool,
    mail: bool,
    title: Label,
    body: str = "",
    name: str | None = START,
) -> None:
    """Remind people of a record at a moment, in place of what was planned for it under the same name.

    It rings only for those who see the record by then, and not at all if it is deleted by then.
    """
    remind_many(
        context, [Plan(record=record, people=people, at=at, bell=bell, mail=mail, title=title, body=body, name=name)]
    )


def remind_many(context: Context, plans: Sequence[Plan]) -> None:
    """As :func:`remind`, for any number of records in one statement."""
    soonest = now() - MISSED
    rows = [
        _row(context, plan, user)
        for plan in plans
        if plan.at >= soonest and (plan.bell or plan.mail)
        for user in dict.fromkeys(plan.people)
    ]
    replaced = [{"record_id": str(plan.record.id), "plan": plan.name} for plan in plans if plan.name is not None]
    context.session.flush()
    if rows or replaced:
        context.session.connection().execute(_REPLAN, {"tenant": context.tenant, "rows": rows, "replaced": replaced})


def forget(context: Context, record: Entity | Sequence[Entity], *, name: str | None = None) -> None:
    """Remind nobody of a record, or of many, any more: it is done. With a name, of that plan alone."""
    records = [record] if isinstance(record, Entity) else record
    table = Reminder.__table__
    gone = sa.delete(table).where(
        table.c.tenant_id == context.tenant, table.c.record_id.in_([one.id for one in records])
    )
    context.session.connection().execute(gone if name is None else gone.where(table.c.plan == name))


def snooze(context: Context, notification_id: UUID, until: datetime) -> None:
    """Put one of the person's own notifications off: it is read now and rings again later.

    Raises :class:`MissingError`, and :class:`InvalidError` for a moment that is past or too far.
    """
    if not now() < until <= now() + FARTHEST:
        raise InvalidError({"until": [_("Choose a moment to come.")]})
    table = Notification.__table__
    read = (
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == notification_id, table.c.bell)
        .where(table.c.user_id == (context.user.id if context.user else None))
        .values(read_at=sa.func.coalesce(table.c.read_at, sa.func.now()))
        .returning(table)
    )
    row = context.session.connection().execute(read).one_or_none()
    if row is None:
        raise MissingError("core.notification", notification_id)
    again = {name: getattr(row, name) for name in ("user_id", "entity", "record_id", "title", "body", "url")}
    context.session.add(Reminder(**again, bell=True, mail=False, due_at=until))
    context.session.flush()


def _row(context: Context, plan: Plan, user: UUID) -> dict[str, Any]:
    resource = context.hooks.registry.resource_of(type(plan.record))
    return {
        "id": str(uuid7()), "user_id": str(user), "entity": resource.name, "record_id": str(plan.record.id),
        "plan": plan.name, "title": wording.keep(plan.title), "body": plan.body, "url": "", "bell": plan.bell,
        "mail": plan.mail, "due_at": plan.at.isoformat(), "created_at": now().isoformat(),
    }  # fmt: skip


_REPLAN = sa.text("""
WITH gone AS (
  DELETE FROM core_reminder r USING jsonb_to_recordset(:replaced) AS old (record_id uuid, plan text)
  WHERE r.tenant_id = :tenant AND r.record_id = old.record_id AND r.plan = old.plan)
INSERT INTO core_reminder (tenant_id, id, user_id, entity, record_id, plan, title, body, url, bell, mail, due_at, created_at)
SELECT :tenant, id, user_id, entity, record_id, plan, title, body, url, bell, mail, due_at, created_at
FROM jsonb_to_recordset(:rows) AS new (id uuid, user_id uuid, entity text, record_id uuid, plan text, title jsonb,
  body text, url text, bell boolean, mail boolean, due_at timestamptz, created_at timestamptz)
""").bindparams(sa.bindparam("rows", type_=JSONB), sa.bindparam("replaced", type_=JSONB))
