"""People of a company, what their roles allow, and the keys they come in with."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference
from core.entity.entity import Entity
from core.entity.fields import field, link, links
from core.entity.kinds import Email, Image, LongText, Phone
from core.i18n import translator

_ = translator("core")


class Role(Entity):
    """A named set of permissions; those of several roles add up."""

    __tablename__ = "core_role"

    name: Mapped[str] = field(_("Role"), search=True, unique=True, length=80)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    admin: Mapped[bool] = field(_("Administrator"), help=_("May do everything in the company."))
    delegate: Mapped[bool] = field(
        _("Looks after people"),
        help=_("May add people, give them roles and make roles, as far as the own rights go."),
    )
    grants: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Entity, ``module.*`` or ``*`` to verbs, each with its scope: ``{"core.customer": {"see": "all", "edit": "own"}}``."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Entity to fields that are hidden or read-only: ``{"core.customer": {"revenue": "hidden"}}``."""


class User(Entity):
    """A person who signs in to a company."""

    __tablename__ = "core_user"

    name: Mapped[str] = field(_("Name"), search=True, sort=True, length=120)
    email: Mapped[Email] = field(_("E-mail"), search=True, unique=True)
    phone: Mapped[Phone | None] = field(_("Mobile"))
    avatar: Mapped[Image | None] = field(_("Picture"))
    department: Mapped[Any | None] = link(_("Main department"), to="core_department")
    roles: Mapped[list[Role]] = links(_("Roles"))
    active: Mapped[bool] = field(
        _("May sign in"), default=True, readonly=True, help=_("Changed by deactivating and reactivating.")
    )
    signature: Mapped[LongText | None] = field(_("Signature"), listed=False, help=_("Stands below e-mails."))
    locale: Mapped[str | None] = mapped_column(sa.String(8))
    timezone: Mapped[str | None] = mapped_column(sa.String(40))
    """The zone of their clock; None is the company's."""
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto", server_default="auto")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))


class UserSession(TenantRow):
    """A browser that is signed in. Only the hash of its key is kept; deleting the row ends it."""

    __tablename__ = "core_session"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "key_hash"),
        sa.Index(None, "tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    seen_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(45), default="")


class ApiToken(TenantRow):
    """A key for programs, acting as the user who made it and never with more than the user's rights."""

    __tablename__ = "core_token"
    __table_args__ = (reference("user_id", "core_user", ondelete="CASCADE"), sa.Index(None, "tenant_id", "user_id"))

    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    secret_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(sa.String(40)), default=list)
    """Verbs, ``read`` or ``no-delete``, and ``module:<name>``; empty is all that the user may do."""
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    used_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
