"""Tables of what a sign-in needs besides the password: tickets, second factors, known devices, and what a company demands."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.access.codes import CodeColumns
from core.db.base import TenantRow, now, reference


class Ticket(TenantRow):
    """Something a person may do once and soon, by a link or with a code. Only the hash of its key is kept."""

    __tablename__ = "core_ticket"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "key_hash"),
        sa.Index(None, "tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(sa.String(20))
    """``password`` sets a new one, ``code`` finishes signing in."""
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class SecondFactor(CodeColumns, TenantRow):
    """What a person's sign-in asks for besides the password; the row is there while it is switched on."""

    __tablename__ = "core_second_factor"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]


class KnownDevice(TenantRow):
    """A browser that a person has signed in with before; it keeps the key, and only its hash is here."""

    __tablename__ = "core_known_device"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "key_hash"),
    )

    user_id: Mapped[UUID]
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    seen_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class SignInPolicy(TenantRow):
    """What a company demands of everybody who signs in; no row is nothing."""

    __tablename__ = "core_sign_in_policy"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    second_factor: Mapped[bool] = mapped_column(default=False)
