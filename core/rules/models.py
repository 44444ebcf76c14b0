"""Rules, whose turn it is by them, and notices of what they are about to take away."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class Rule(TenantRow):
    """One rule of one entity; those of a kind are looked at in their order."""

    __tablename__ = "core_rule"
    __table_args__ = (sa.Index("ix_core_rule_order", "tenant_id", "entity", "kind", "position"),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(8))
    """owner, share or recall."""
    name: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    events: Mapped[list[str]] = mapped_column(ARRAY(sa.String(8)), default=list)
    """created, changed; none of a recall, which goes by the clock."""
    conditions: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    """Pairs of parameter and text, as a list's address has them: ``["source__eq", "019…"]``. All of them must hold."""
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What is done; see :class:`core.rules.reading.Terms`."""
    version: Mapped[int] = mapped_column(default=1)


class Turn(TenantRow):
    """Whose turn it was last, of one rule or of one department; locked until the records that were dealt are saved."""

    __tablename__ = "core_turn"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "subject_id"),)

    subject_id: Mapped[UUID]
    """The rule or department."""
    last_id: Mapped[UUID | None]
    """Who received last."""
    position: Mapped[int] = mapped_column(default=-1)
    """Where they stood: whoever stands there now is next, should they have left."""


class RecallNotice(TenantRow):
    """An owner was told that a record goes back to the department unless somebody touches it."""

    __tablename__ = "core_recall_notice"
    __table_args__ = (
        reference("owner_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "record_id"),
        sa.Index("ix_core_recall_notice_owner", "tenant_id", "owner_id", "due"),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    due: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    """It is not taken before."""
