"""The queue is the database: a job is a row of the transaction that wants it done."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

OPEN = sa.text("state IN ('new', 'running')")
"""Jobs that somebody has still to see to. Written out, so that the planner finds the partial index."""


class Job(TenantRow):
    """One piece of work of one company."""

    __tablename__ = "core_job"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "topic", "dedupe_key"),
        sa.Index("ix_core_job_due", "tenant_id", "available_at", "id", postgresql_where=OPEN),
        sa.Index("ix_core_job_listed", "tenant_id", sa.text("id DESC")),
    )

    plugin: Mapped[str] = mapped_column(sa.String(60))
    """Whose handler does it; nothing is done while that module is off."""
    topic: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(180))
    state: Mapped[str] = mapped_column(sa.String(10), default="new")
    """new, running, done, dead (given up), cancelled, skipped (its module was off), unknown (sent perhaps)."""
    user_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    available_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    """When a worker may take it: for a new job its time, for a running one the end of the lease."""
    attempts: Mapped[int] = mapped_column(default=0)
    lease_key: Mapped[UUID | None]
    """The attempt that holds the job: only it may write progress or finish."""
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Where long work goes on after a crash, committed with each part of the effect."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    done_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class Sending(TenantRow):
    """One effect of a job outside the database. Its id is the attempt's: the same however often it is sent."""

    __tablename__ = "core_sending"
    __table_args__ = (
        reference("job_id", "core_job", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "job_id", "key"),
    )

    job_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(sa.String(120))
    """What the handler calls it, such as the recipient."""
    state: Mapped[str] = mapped_column(sa.String(10), default="sending")
    """sending, done, failed (certainly not taken), unknown (taken perhaps)."""
    answer: Mapped[Any] = mapped_column(JSONB, nullable=True)
    """What the other side said."""
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class Schedule(TenantRow):
    """When a company's recurring work is due next; the tick moves ``next_at`` in the transaction of the job."""

    __tablename__ = "core_schedule"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "plugin", "name"), sa.Index(None, "next_at", "tenant_id"))

    plugin: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(80))
    next_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
