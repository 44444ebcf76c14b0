"""What a person was told, as they read it: the bell's count and latest, the whole list, and what was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.i18n import Label
from core.notifications import wording
from core.notifications.models import UNREAD, Notification

KEPT = timedelta(days=180)
"""How long what was told is kept, read or not."""
FRESH = timedelta(hours=1)
"""What is older does not ring any more when a page is opened; it is counted."""
RUNG = 3
"""Notifications that may ring at once."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A notification as its reader sees it."""

    id: UUID
    kind: str
    title: Label
    body: str
    url: str
    """Where it leads; empty where the record's module is off."""
    entity: str
    record_id: UUID | None
    at: datetime
    read: bool


def listed(
    context: Context, *, limit: int = 50, before: UUID | None = None, unread: bool = False, kind: str = ""
) -> list[Told]:
    """The newest of what the person was told, and from ``before``, the last one's id, those before it."""
    table = Notification.__table__
    conditions: list[Any] = [UNREAD if unread else sa.text("bell")]
    if before is not None:
        conditions.append(table.c.id < before)
    if kind:
        conditions.append(table.c.kind == kind)
    return _read(context, conditions, min(limit, MOST))


def fresh(context: Context) -> list[Told]:
    """What an open page rings for if it has not yet, the newest first."""
    return _read(context, [UNREAD, Notification.__table__.c.created_at > now() - FRESH], RUNG)


def _read(context: Context, conditions: Iterable[Any], limit: int) -> list[Told]:
    table = Notification.__table__
    statement = (
        sa.select(table).where(*_mine(context), *conditions).order_by(table.c.id.desc()).limit(limit)
    )  # fmt: skip
    return [_told(context, row) for row in context.session.connection().execute(statement)]


def _told(context: Context, row: Any) -> Told:
    return Told(
        id=row.id,
        kind=row.kind,
        title=wording.read(row.title, context.zone),
        body=row.body,
        url=_url(context, row),
        entity=row.entity or "",
        record_id=row.record_id,
        at=row.created_at,
        read=row.read_at is not None,
    )


def _url(context: Context, row: Any) -> str:
    if row.entity is None or row.record_id is None:
        return str(row.url)
    try:
        return f"/{context.resource(row.entity).path}/{row.record_id}"
    except LookupError:
        return ""


def found(context: Context, notification_id: UUID) -> Told | None:
    """One of the person's own; None for whatever else."""
    return next(iter(_read(context, [Notification.__table__.c.id == notification_id], 1)), None)


def unread(context: Context, *, most: int = MOST) -> int:
    """How many the person has not read, counted up to a number."""
    some = sa.select(sa.literal(1)).select_from(Notification.__table__).where(*_mine(context), UNREAD).limit(most)
    return context.session.connection().execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()


def mark(context: Context, ids: Iterable[UUID] | None = None, *, read: bool = True) -> int:
    """Mark some of the person's notifications, or all, as read or not; how many were not so before."""
    table = Notification.__table__
    statement = sa.update(table).where(*_mine(context), table.c.bell, table.c.read_at.is_(None) == read)
    if ids is not None:
        statement = statement.where(table.c.id.in_(list(ids)))
    return context.session.connection().execute(statement.values(read_at=now() if read else None)).rowcount


def _mine(context: Context) -> tuple[sa.ColumnElement[bool], ...]:
    table = Notification.__table__
    return table.c.tenant_id == context.tenant, table.c.user_id == (context.user.id if context.user else None)


def forget_old(context: Context) -> int:
    """Forget what was told long ago; how many."""
    table = Notification.__table__
    old = sa.delete(table).where(table.c.tenant_id == context.tenant, table.c.created_at < now() - KEPT)
    return context.session.connection().execute(old.where(table.c.dedupe_key.is_(None))).rowcount
