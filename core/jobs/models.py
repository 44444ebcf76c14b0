"""The queue is the database: a job is a row of the transaction that wants it done."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now


class Job(TenantRow):
    """One piece of work of one company."""

    __tablename__ = "core_job"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "topic", "dedupe_key"),
        sa.Index("ix_core_job_due", "available_at", "tenant_id", "id", postgresql_where=sa.text("state = 'new'")),
        sa.Index("ix_core_job_leased", "lease_until", postgresql_where=sa.text("state = 'running'")),
        sa.Index("ix_core_job_listed", "tenant_id", sa.text("id DESC")),
    )

    plugin: Mapped[str] = mapped_column(sa.String(60))
    """Whose handler does it; nothing is done while that module is off."""
    topic: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(10), default="new")
    """new, running, done, dead, cancelled, skipped (its module was off), unknown (sent perhaps)."""
    user_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    available_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    lease_key: Mapped[UUID | None]
    """The attempt that holds the lease: only it may write progress or finish."""
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Where long work goes on after a crash, committed with each part of the effect."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    done_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class Schedule(TenantRow):
    """When a company's recurring work is due next; the tick moves ``next_at`` in the transaction of the job."""

    __tablename__ = "core_schedule"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "plugin", "name"), sa.Index(None, "next_at", "tenant_id"))

    plugin: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(80))
    next_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
