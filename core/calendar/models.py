"""What the calendar keeps: people's secret addresses."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class CalendarFeed(TenantRow):
    """The address at which other programs fetch a person's calendar. Only the hash of its secret is kept."""

    __tablename__ = "core_calendar_feed"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    secret_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    used_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
