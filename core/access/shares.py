"""Shares: a record shown to a person or a department by whoever may share it, with what hangs on it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

EVERYTHING = "*"
"""Among a share's aspects: all that hangs on the record, of modules to come too."""


class Share(TenantRow):
    """One record shared with one person or one department.

    ``sort_at`` is a copy of the record's last change: a person's shares are walked newest first by an index of
    their own, which keeps a page of the list as cheap for somebody with 20,000 shares as for somebody with two.
    """

    __tablename__ = "core_share"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        reference("department_id", "core_department", ondelete="CASCADE"),
        sa.Index("uq_core_share_record", "tenant_id", "entity", "record_id", "principal_id", unique=True),
        sa.Index(
            "ix_core_share_newest",
            "tenant_id",
            "entity",
            "principal_id",
            sa.text("sort_at DESC"),
            sa.text("record_id DESC"),
        ),
        sa.CheckConstraint("(user_id IS NULL) <> (department_id IS NULL)", "one_principal"),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    principal_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.Computed("coalesce(user_id, department_id)", persisted=True))
    access: Mapped[str] = mapped_column(sa.String(4), default="read")
    """read or edit."""
    aspects: Mapped[list[str]] = mapped_column(ARRAY(sa.String(80)), default=list)
    """Entities hanging on the record that are shown with it, by name."""
    until: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    sort_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    shared_by_id: Mapped[UUID | None]
    shared_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


def in_force() -> sa.ColumnElement[bool]:
    """Shares without an end, or whose end has not come."""
    return sa.or_(Share.until.is_(None), Share.until > sa.func.now())
