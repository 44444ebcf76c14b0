"""Automations, what they were before, and every time one of them ran, step by step."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

DUE = sa.text("state = 'waiting'")
"""Runs that somebody has to go on with. Written out, so that the planner finds the partial index."""
OPEN = ("waiting", "sending")
"""States of runs that are not over."""


class Automation(TenantRow):
    """One rule: what starts it, for which records, and what is done then."""

    __tablename__ = "core_automation"
    __table_args__ = (sa.Index("ix_core_automation_entity", "tenant_id", "entity", "position"),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    """Whose records it is about."""
    name: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=False)
    trigger: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What starts it; see :mod:`core.automation.triggers`."""
    conditions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """For which records; see :mod:`core.automation.conditions`."""
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """What is done; see :mod:`core.automation.program`."""
    at_once: Mapped[bool] = mapped_column(default=False)
    """Begun in the transaction of whoever saves, and not after it."""
    once: Mapped[bool] = mapped_column(default=False)
    """Once for a record, and not every time."""
    modules: Mapped[list[str]] = mapped_column(ARRAY(sa.String(60)), default=list)
    """Whose entities, events, actions and channels it uses: it sleeps while one of them is off."""
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """Of one that goes by the clock: when it is looked at next."""
    secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    """Of one that a web address starts: the digest of what the address ends with."""
    former_secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    former_until: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """Until when the address before it starts the rule too."""


class AutomationVersion(TenantRow):
    """A rule as it was from a moment on; a run goes by the version it began with."""

    __tablename__ = "core_automation_version"
    __table_args__ = (
        reference("automation_id", "core_automation", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "automation_id", "version"),
    )

    automation_id: Mapped[UUID]
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Trigger, conditions, steps and how it runs."""
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class AutomationRun(TenantRow):
    """A rule at work on one record. There is one for each occurrence, whoever notices it how often."""

    __tablename__ = "core_automation_run"
    __table_args__ = (
        reference("automation_id", "core_automation", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "automation_id", "record_id", "occurrence"),
        sa.Index("ix_core_automation_run_due", "tenant_id", "due_at", "id", postgresql_where=DUE),
        sa.Index("ix_core_automation_run_listed", "tenant_id", "automation_id", sa.text("id DESC")),
        sa.Index("ix_core_automation_run_record", "tenant_id", "record_id"),
    )

    automation_id: Mapped[UUID]
    version: Mapped[int]
    """Of the rule."""
    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    record_title: Mapped[str] = mapped_column(sa.String(200), default="")
    occurrence: Mapped[str] = mapped_column(sa.String(120))
    """Which of the times it could run for this record: the record's version, a day, the key of a request, or ``once``."""
    event: Mapped[str] = mapped_column(sa.String(80))
    """What started it: created, changed, deleted, the name of an event, date, schedule, webhook, all."""
    input: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Old and new values of a change, or what a request brought."""
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    """waiting (until ``due_at``), sending (a step is on its way out), done, stopped (by a step or a person), failed,
    unknown (sent perhaps), loop."""
    path: Mapped[str] = mapped_column(sa.String(120), default="")
    """The step it is at; empty before the first and after the last."""
    memory: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """When each repetition began."""
    chain: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    """The rules that led to it, the first one first."""
    due_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    done_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class AutomationStep(TenantRow):
    """What came of one step of a run, written in the transaction of its effect."""

    __tablename__ = "core_automation_step"
    __table_args__ = (
        reference("run_id", "core_automation_run", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "run_id", "path"),
    )

    run_id: Mapped[UUID]
    path: Mapped[str] = mapped_column(sa.String(120))
    action: Mapped[str] = mapped_column(sa.String(80))
    state: Mapped[str] = mapped_column(sa.String(10))
    """done, skipped (there was a reason not to), sending, failed, unknown."""
    attempts: Mapped[int] = mapped_column(default=1)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    job_id: Mapped[UUID | None]
    """Of a step whose effect is outside: the job that sends it."""
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
