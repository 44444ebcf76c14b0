"""Requests for access: somebody met a record that they may not see, and asks whose it is."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

WAITING = sa.text("state = 'open'")


class AccessRequest(TenantRow):
    """One person's wish to see one record.

    A request for an id that leads nowhere is kept like any other: what the asker can read of it must not tell whether
    there is such a record.
    """

    __tablename__ = "core_access_request"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        reference("owner_id", "core_user"),
        sa.Index(
            "uq_core_access_request_open",
            "tenant_id",
            "user_id",
            "entity",
            "record_id",
            unique=True,
            postgresql_where=WAITING,
        ),
        sa.Index("ix_core_access_request_owner", "tenant_id", "owner_id", postgresql_where=WAITING),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    user_id: Mapped[UUID]
    """Who asks."""
    owner_id: Mapped[UUID | None]
    """Who decides: the record's owner, also when that changes."""
    about: Mapped[str] = mapped_column(sa.String(200), default="")
    """What the asker knows of the record: the value they typed. Empty where they had its address."""
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(8), default="open")
    """open, granted, declined."""
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    answered_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    answered_by_id: Mapped[UUID | None]
