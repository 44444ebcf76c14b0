"""Endpoints of other programs, and what was sent to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class Webhook(TenantRow):
    """An address of another program, and what it is told of."""

    __tablename__ = "core_webhook"
    __table_args__ = (reference("owner_id", "core_user"),)

    name: Mapped[str] = mapped_column(sa.String(80))
    url: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[UUID | None]
    """Whose rights decide which records and fields it is told of."""
    active: Mapped[bool] = mapped_column(default=True)
    paused: Mapped[str] = mapped_column(sa.String(10), default="")
    """Why it is not active, where nobody switched it off: failing, gone, person."""
    subscriptions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """Of each entity: its events and conditions; see :class:`core.webhooks.service.Subscription`."""
    secret: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Sealed."""
    former_secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(default=0)
    """Attempts since the last one that was taken."""
    failing_since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    rests: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was let rest since it took something; each time for longer."""
    resting_until: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """Until then nothing is sent, and what there is to tell waits."""
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    version: Mapped[int] = mapped_column(default=1)


class WebhookDelivery(TenantRow):
    """One message to an endpoint: its id is what the other side knows it by, however often it is sent.

    Whether it is waiting, taken or given up is the state of its job.
    """

    __tablename__ = "core_webhook_delivery"
    __table_args__ = (
        reference("webhook_id", "core_webhook", ondelete="CASCADE"),
        reference("job_id", "core_job", ondelete="CASCADE"),
        sa.Index("ix_core_webhook_delivery_listed", "tenant_id", "webhook_id", sa.text("id DESC")),
        sa.Index("ix_core_webhook_delivery_job", "tenant_id", "job_id"),
    )

    webhook_id: Mapped[UUID]
    job_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    record_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    body: Mapped[str] = mapped_column(sa.Text)
    """What is sent; its beginning once it was taken, nothing where a person in it was erased."""
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    """What the other side answered last."""
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    error: Mapped[str] = mapped_column(sa.Text, default="")
    seconds: Mapped[float | None]
    sent_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
