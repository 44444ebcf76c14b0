"""The steps a company has set, the requests that go through them, and what was answered."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

OPEN = sa.text("state = 'open'")


class ApprovalStep(TenantRow):
    """One step of the chain of an entity; the steps follow each other by their position."""

    __tablename__ = "core_approval_step"
    __table_args__ = (sa.Index("ix_core_approval_step_order", "tenant_id", "entity", "position"),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(sa.String(80))
    people: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    """Who may answer; one of them is enough."""
    roles: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    """Whoever holds one of these may answer, too."""
    at_least: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 2))
    """Only where the record's amount is this or more; None is always."""


class ApprovalRequest(TenantRow):
    """A record on its way through the steps, as they were when it set out."""

    __tablename__ = "core_approval_request"
    __table_args__ = (
        reference("requested_by_id", "core_user"),
        sa.Index("ix_core_approval_request_record", "tenant_id", "entity", "record_id", "requested_at"),
        sa.Index(
            "uq_core_approval_request_open", "tenant_id", "entity", "record_id", unique=True, postgresql_where=OPEN
        ),
        sa.Index("ix_core_approval_request_open", "tenant_id", "requested_at", postgresql_where=OPEN),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    record_version: Mapped[int]
    """What was agreed to: once approved, this version and no other may take the value."""
    state: Mapped[str] = mapped_column(sa.String(8), default="open")
    """open, approved, rejected, or void after somebody changed the record."""
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Name, people and roles of each."""
    step: Mapped[int] = mapped_column(default=0)
    """The one that waits for an answer."""
    people: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid))
    """Who may answer it."""
    roles: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid))
    requested_by_id: Mapped[UUID | None]
    requested_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class ApprovalAnswer(TenantRow):
    """What somebody answered at one step; there is one answer to each."""

    __tablename__ = "core_approval_answer"
    __table_args__ = (
        reference("request_id", "core_approval_request", ondelete="CASCADE"),
        reference("user_id", "core_user"),
        sa.UniqueConstraint("tenant_id", "request_id", "step"),
    )

    request_id: Mapped[UUID]
    step: Mapped[int]
    verdict: Mapped[str] = mapped_column(sa.String(8))
    """approved, rejected."""
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    user_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
