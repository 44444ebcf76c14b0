"""What people were told, and how each of them wants to be told."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

UNREAD = sa.text("bell AND read_at IS NULL")
"""What the bell counts. Written out, so that the planner finds the partial index."""


class Notification(TenantRow):
    """Something one person was told."""

    __tablename__ = "core_notification"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "dedupe_key"),
        sa.Index("ix_core_notification_newest", "tenant_id", "user_id", sa.text("id DESC"), postgresql_where="bell"),
        sa.Index("ix_core_notification_unread", "tenant_id", "user_id", sa.text("id DESC"), postgresql_where=UNREAD),
        sa.Index("ix_core_notification_record", "tenant_id", "record_id"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Text and what fills it in, as :mod:`core.notifications.wording` keeps it: each reads it in their language."""
    body: Mapped[str] = mapped_column(sa.Text, default="")
    entity: Mapped[str | None] = mapped_column(sa.String(80))
    record_id: Mapped[UUID | None]
    url: Mapped[str] = mapped_column(sa.String(400), default="")
    """Where it leads if it is not about a record."""
    bell: Mapped[bool] = mapped_column(default=True)
    """Whether it is among what the bell shows; the others went by e-mail alone."""
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(180))
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    read_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class NotificationPreference(TenantRow):
    """How one person wants to be told; no row is as their kinds say, at any hour."""

    __tablename__ = "core_notification_preference"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    kinds: Mapped[dict[str, list[str]]] = mapped_column(JSONB, default=dict)
    """Kind to its ways, ``bell`` and ``mail``; kinds that are not named go by their defaults."""
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    """Where it is not after ``quiet_from``, quiet lasts into the next day."""
    quiet_days: Mapped[list[int]] = mapped_column(ARRAY(sa.SmallInteger), default=list)
    """Days of the week, 0 for Monday, on which these hours begin."""
    free_days: Mapped[list[int]] = mapped_column(ARRAY(sa.SmallInteger), default=list)
    """Days of the week that are quiet from midnight to midnight."""
    digest_hour: Mapped[int | None] = mapped_column(sa.SmallInteger)
    """The hour of the person's day at which the daily e-mail goes out; None for none."""
    digested_on: Mapped[date | None]
    sound: Mapped[bool] = mapped_column(default=False)
