"""What was imported, row by row, so that it can be mended and undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class ImportBatch(TenantRow):
    """One file brought into one entity."""

    __tablename__ = "core_import"
    __table_args__ = (sa.Index("ix_core_import_listed", "tenant_id", sa.text("id DESC")),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    filename: Mapped[str] = mapped_column(sa.String(200))
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Sheet, columns to fields, what to do about duplicates, the fields that tell them."""
    state: Mapped[str] = mapped_column(sa.String(10), default="new")
    """new, running, done, cancelled, failed, undoing, undone."""
    user_id: Mapped[UUID | None]
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    job_id: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    undone: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class ImportRow(TenantRow):
    """What became of one row of the file."""

    __tablename__ = "core_import_row"
    __table_args__ = (
        reference("import_id", "core_import", ondelete="CASCADE"),
        sa.Index("ix_core_import_row_listed", "tenant_id", "import_id", "verdict", "number"),
        sa.Index("ix_core_import_row_record", "tenant_id", "import_id", "record_id"),
    )

    import_id: Mapped[UUID]
    number: Mapped[int]
    """Its row in the file, counted from 1."""
    verdict: Mapped[str] = mapped_column(sa.String(10))
    """created, updated, skipped, wrong; after undoing: undone or kept."""
    record_id: Mapped[UUID | None]
    version: Mapped[int | None]
    """The record's version right after; another one later means that somebody has edited it since."""
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Of an overwritten record: the values it had."""
    cells: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Of a wrong row: what the file holds, as text."""
    errors: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Field to messages."""
