"""Which modules a company has switched on, what a vendor lets it have, and how plugins fare."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, VendorRow, now, reference


class ActiveModule(TenantRow):
    """A module that a company has switched on, by whom and since when."""

    __tablename__ = "core_module"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "plugin"), reference("user_id", "core_user"))

    plugin: Mapped[str] = mapped_column(sa.String(60))
    active: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    user_id: Mapped[UUID | None]


class InstalledBundle(TenantRow):
    """A bundle whose automations were made in a company: whatever people did with them since, they are not made again."""

    __tablename__ = "core_installed_bundle"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "bundle"),)

    bundle: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class Entitlement(VendorRow):
    """A module that the vendor lets a company have."""

    __tablename__ = "entitlement"
    __table_args__ = (sa.UniqueConstraint("company_id", "plugin"),)

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("vendor.company.id", ondelete="CASCADE"))
    plugin: Mapped[str] = mapped_column(sa.String(60))
    since: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class PluginError(VendorRow):
    """A call into a plugin that raised; reported by the process it happened in."""

    __tablename__ = "plugin_error"
    __table_args__ = (sa.Index(None, "plugin", "at"), {"schema": "vendor", "info": {"reported": True}})

    plugin: Mapped[str] = mapped_column(sa.String(60))
    place: Mapped[str] = mapped_column(sa.String(120))
    """The hook, job or page that was called."""
    company_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())
    message: Mapped[str] = mapped_column(sa.Text)


class Quarantine(VendorRow):
    """A plugin that kept failing, or that an operator took away: off for everybody until it is released."""

    __tablename__ = "quarantine"
    __table_args__ = (
        sa.Index("uq_quarantine_held", "plugin", unique=True, postgresql_where=sa.text("released_at IS NULL")),
        {"schema": "vendor", "info": {"reported": True}},
    )

    plugin: Mapped[str] = mapped_column(sa.String(60))
    cause: Mapped[str] = mapped_column(sa.String(10), default="operator", server_default="operator")
    """operator, errors (it kept failing), or purge (it is being removed)."""
    operator: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    """The operator's address; empty for a command on the server."""
    reason: Mapped[str] = mapped_column(sa.Text)
    """What the operator gave, or the last error."""
    since: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())
    released_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """The line stays as history; errors from before no longer count."""
