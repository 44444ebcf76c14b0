"""Links to records that were given to people outside, and what these did with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class PublicLink(TenantRow):
    """One link; its key is kept as a hash alone."""

    __tablename__ = "core_public_link"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "key_hash"),
        sa.Index(None, "tenant_id", "record_id", sa.text("id DESC")),
        reference("user_id", "core_user"),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary)
    user_id: Mapped[UUID | None]
    """Who gave it away."""
    hidden: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict)
    """The limits on fields of whoever gave it away: nobody shows others what they may not know themselves."""
    sent_to: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    opened_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """When it was looked at first."""
    acted_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    action: Mapped[str] = mapped_column(sa.String(40), default="")
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    signature: Mapped[list[Any] | None] = mapped_column(JSONB)
    """The strokes of it."""
