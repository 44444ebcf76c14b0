"""Bulk operations and what they did: enough to take them back, kept beside the records and not in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class BulkOperation(TenantRow):
    """One operation of one person on a set of records."""

    __tablename__ = "core_bulk_operation"
    __table_args__ = (sa.Index("ix_core_bulk_operation_mine", "tenant_id", "user_id", sa.text("id DESC")),)

    kind: Mapped[str] = mapped_column(sa.String(10))
    """share, transfer, merge."""
    entity: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    """What the first of the records is called; of a merge the one that was kept."""
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """How it was wanted, as the service was told."""
    user_id: Mapped[UUID | None]
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    """waiting, running, done, cancelled; undoing, undone."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """Records it was done to; the others were no longer there, or no longer this person's to do it to."""
    undone: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    """Parts that its undoing left alone, because they were changed since."""
    job_id: Mapped[UUID | None]


class BulkItem(TenantRow):
    """One record of a bulk operation, or one row that a merge made point at another record."""

    __tablename__ = "core_bulk_item"
    __table_args__ = (
        reference("operation_id", "core_bulk_operation", ondelete="CASCADE"),
        sa.Index("ix_core_bulk_item_turn", "tenant_id", "operation_id", "state", "position"),
    )

    operation_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(default=0)
    """The order in which records are dealt out."""
    place: Mapped[str] = mapped_column(sa.String(130), default="")
    """Of a pointer: ``table.column``. Empty is the record itself."""
    record_id: Mapped[UUID]
    before: Mapped[Any] = mapped_column(JSONB, nullable=True)
    after: Mapped[Any] = mapped_column(JSONB, nullable=True)
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting")
    """waiting, done, skipped; undone, kept."""


class Merged(TenantRow):
    """A record that became part of another: its old address leads there."""

    __tablename__ = "core_merged"
    __table_args__ = (
        reference("operation_id", "core_bulk_operation", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "record_id"),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    keep_id: Mapped[UUID]
    operation_id: Mapped[UUID]
