"""Reminders that are still to ring; one that has rung is a notification and no longer here."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class Reminder(TenantRow):
    """One person is to be reminded of a record at a moment."""

    __tablename__ = "core_reminder"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.Index("ix_core_reminder_due", "tenant_id", "due_at", "id"),
        sa.Index("ix_core_reminder_clock", "due_at", "tenant_id"),
        sa.Index("ix_core_reminder_record", "tenant_id", "record_id"),
        sa.Index("ix_core_reminder_user", "tenant_id", "user_id", "due_at"),
    )

    user_id: Mapped[UUID]
    entity: Mapped[str | None] = mapped_column(sa.String(80))
    record_id: Mapped[UUID | None]
    """None for what was no record's when it was put off."""
    plan: Mapped[str | None] = mapped_column(sa.String(40))
    """Whose it is: planning a record again takes the place of what bears the same name. None for a person's own."""
    title: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(sa.Text, default="")
    url: Mapped[str] = mapped_column(sa.String(400), default="")
    bell: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
