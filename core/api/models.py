"""What the API keeps beside the records: answers to requests that carry a key."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class KeptAnswer(TenantRow):
    """What was answered to a request with an ``Idempotency-Key``, written in the transaction of its effect."""

    __tablename__ = "core_idempotency"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "key"),
        sa.Index(None, "tenant_id", "created_at"),
    )

    user_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(sa.String(200))
    request_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    status: Mapped[int] = mapped_column(sa.SmallInteger)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
