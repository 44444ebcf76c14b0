"""What scoring keeps: the score beside a customer, the ledger it is the sum of, rules, signals, and the company's settings."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import mapped_column

from core import sdk
from core.sdk import Choice, Customer, Extension, Mapped, TenantRow, choice, field, reference

_ = sdk.translator("plugins.scoring")

STARS = tuple(Choice(str(number), "★" * number + "☆" * (5 - number), "yellow") for number in range(1, 6))
LEVELS = (20, 40, 60, 80, 100)
"""The points that one star, two, … take, until the company says otherwise."""


class Score(Extension):
    """What a customer's points come to, and the stars for that: the one place lists sort and filter by."""

    __tablename__ = "scoring_score"
    extends = Customer
    narrow = "stars"
    icon = "star"

    stars: Mapped[str | None] = choice(_("Potential"), *STARS, sort=True)
    score: Mapped[int] = field(_("Potential score"), default=0, sort=True, listed=False)
    moved_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), sort_order=90)
    """When the last entry was made: a score that nothing moves may decay."""


class Entry(TenantRow):
    """A line of the ledger: points that a rule gave a customer for a record, or took back. Lines are only added.

    Of one rule and one record the lines are counted by ``turn``, so that no two workers can write the same one.
    """

    __tablename__ = "scoring_entry"
    __table_args__: Any = (
        reference("customer_id", "core_customer", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "subject", "kind", "key", "turn"),
        sa.Index("ix_scoring_entry_customer", "tenant_id", "customer_id", sa.text("at DESC"), sa.text("id DESC")),
    )

    customer_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(200))
    """Which of the rules of its kind."""
    subject: Mapped[str] = mapped_column(sa.String(120))
    """What the points are for, as ``sales.quote/0190…``."""
    turn: Mapped[int]
    points: Mapped[int]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Rule(TenantRow):
    """So many points for something of a kind."""

    __tablename__ = "scoring_rule"
    __table_args__: Any = (sa.UniqueConstraint("tenant_id", "kind", "key", "at_least"),)

    kind: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(200), default="")
    """What exactly: a stage, a type, a status, an action, an address; empty where a kind has one rule, or limits."""
    at_least: Mapped[Decimal] = mapped_column(sa.Numeric(18, 2), default=0)
    """The limit from which it holds, of kinds that have limits."""
    points: Mapped[int]


class Signal(TenantRow):
    """Something another module saw a customer do. Of one kind and occasion the latest counts."""

    __tablename__ = "scoring_signal"
    __table_args__: Any = (
        reference("customer_id", "core_customer", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "kind", "occasion"),
        sa.Index("ix_scoring_signal_customer", "tenant_id", "customer_id"),
    )

    customer_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(30))
    occasion: Mapped[str] = mapped_column(sa.String(200))
    value: Mapped[str] = mapped_column(sa.String(200), default="")
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(18, 2), default=0)
    about: Mapped[str] = mapped_column(sa.String(200), default="")
    """What it was, in words for people: the name of a campaign, the subject of an e-mail."""
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Settings(TenantRow):
    """One row for a company. Whoever writes the ledger holds it locked, so a company's ledger has one writer at a time."""

    __tablename__ = "scoring_settings"
    __table_args__: Any = (sa.UniqueConstraint("tenant_id"),)

    levels: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer), default=lambda: list(LEVELS))
    decay_percent: Mapped[int] = mapped_column(default=0)
    """How much of a score goes each time; 0 is never."""
    decay_days: Mapped[int] = mapped_column(default=30)
    """After how many days without an entry."""
    recompute_id: Mapped[UUID | None]
    """The job that computes all scores anew, the last one."""
