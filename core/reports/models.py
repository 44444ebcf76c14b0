"""Reports that somebody kept, the dashboards they stand on, and to whom they are sent by themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference


class Shared(TenantRow):
    """What reports and dashboards have in common: whose they are and who sees them."""

    name: Mapped[str] = mapped_column(sa.String(80))
    user_id: Mapped[UUID]
    everybody: Mapped[bool] = mapped_column(default=False)
    """Whether the whole company sees it."""
    audience: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list, server_default="{}")
    """People and departments who see it. Each sees figures of their own: of the records that they may see."""
    updated_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, onupdate=now)


class Report(Shared):
    """A report as it was put together."""

    __tablename__ = "core_report"
    __table_args__ = (reference("user_id", "core_user", ondelete="CASCADE"), sa.Index(None, "tenant_id", "user_id"))

    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """See :mod:`core.reports.definition`."""


class Dashboard(Shared):
    """A page of reports, in the order somebody arranged them in."""

    __tablename__ = "core_dashboard"
    __table_args__ = (reference("user_id", "core_user", ondelete="CASCADE"), sa.Index(None, "tenant_id", "user_id"))

    position: Mapped[int] = mapped_column(default=0)
    cards: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """See :class:`core.reports.dashboards.Card`."""


class ReportSchedule(TenantRow):
    """A report that goes out by e-mail by the clock; everybody gets the figures they may see."""

    __tablename__ = "core_report_schedule"
    __table_args__ = (
        reference("report_id", "core_report", ondelete="CASCADE"),
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "report_id", "user_id"),
        sa.Index(None, "tenant_id", "next_at"),
    )

    report_id: Mapped[UUID]
    user_id: Mapped[UUID]
    """Who set it up; it is theirs to change."""
    people: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    """Who gets it."""
    every: Mapped[str] = mapped_column(sa.String(10))
    """day, week or month."""
    on_day: Mapped[int] = mapped_column(default=1)
    """Of a week the day, Monday is 1; of a month the day, at most 28."""
    hour: Mapped[int] = mapped_column(default=8)
    next_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
