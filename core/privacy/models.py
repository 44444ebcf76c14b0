"""Consent, legal holds, numbers that are contacted no more, and rules of retention.

Consents and holds hang on a record of any entity that stands for a person: on its entity's name and its id.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference
from core.entity.entity import Entity
from core.entity.fields import field
from core.entity.kinds import LongText
from core.i18n import Label, translator

_ = translator("core")

IN_FORCE = sa.text("withdrawn_at IS NULL")
HELD = sa.text("released_at IS NULL")


class ConsentPurpose(Entity):
    """What people are contacted for: each is agreed to by itself, marketing apart from service."""

    __tablename__ = "core_consent_purpose"

    name: Mapped[str] = field(_("Purpose"), search=True, sort=True, unique=True, length=80)
    code: Mapped[str] = field(
        _("Code"), unique=True, length=40, help=_("What modules and programs call it: marketing, care, service.")
    )
    wording: Mapped[LongText | None] = field(
        _("What people agree to"), help=_("The text as it is read to them; kept with each consent as it was that day.")
    )
    without_consent: Mapped[bool] = field(
        _("Needs no consent"),
        help=_(
            "What a contract with the person asks for anyway, such as reminding of an appointment. Never advertising."
        ),
    )

    def check(self) -> Iterable[tuple[str, Label]]:
        """Codes are for programs."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.code):
            yield "code", _("A code has small letters, digits and underscores, and begins with a letter.")


class Consent(TenantRow):
    """What one person agreed to: one purpose, one channel. A withdrawal is written beside it and never removes it."""

    __tablename__ = "core_consent"
    __table_args__ = (
        reference("purpose_id", "core_consent_purpose"),
        reference("file_id", "core_file"),
        sa.Index("ix_core_consent_record", "tenant_id", "record_id"),
        sa.Index(
            "uq_core_consent_in_force",
            "tenant_id",
            "record_id",
            "purpose_id",
            "channel",
            unique=True,
            postgresql_where=IN_FORCE,
        ),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    purpose_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(sa.String(10))
    """As :data:`core.privacy.channels.CHANNELS`."""
    given_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    how: Mapped[str] = mapped_column(sa.String(20))
    """How it was obtained, as :data:`core.privacy.consent.WAYS`."""
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[UUID | None]
    wording: Mapped[str] = mapped_column(sa.Text, default="")
    """What the person agreed to, as it was said that day."""
    recorded_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    recorded_by: Mapped[str] = mapped_column(sa.String(120), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_by: Mapped[str] = mapped_column(sa.String(120), default="")
    """Who wrote the withdrawal down."""
    withdrawal: Mapped[str] = mapped_column(sa.String(300), default="")
    """How it was withdrawn, in words."""


class LegalHold(TenantRow):
    """A record that may not be erased or removed for as long as a law or a dispute needs it."""

    __tablename__ = "core_legal_hold"
    __table_args__ = (
        sa.Index("uq_core_legal_hold_record", "tenant_id", "record_id", unique=True, postgresql_where=HELD),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(sa.String(300))
    until: Mapped[date | None]
    """The last day; without one it lasts until somebody ends it."""
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    released_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class Suppression(TenantRow):
    """A telephone number or an address that is contacted no more, though nobody here is known by it: its digest alone."""

    __tablename__ = "core_suppression"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "digest"),)

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class RetentionRule(TenantRow):
    """What becomes of records of an entity that nothing has happened to for a long time; off until it is switched on."""

    __tablename__ = "core_retention_rule"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "entity"),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    months: Mapped[int]
    deed: Mapped[str] = mapped_column(sa.String(8), default="recycle")
    """recycle or erase."""
    active: Mapped[bool] = mapped_column(default=False)
    ran_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    done: Mapped[int] = mapped_column(default=0)
    """Records of the last run."""
