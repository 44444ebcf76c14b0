"""Tables outside all companies."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.access.codes import CodeColumns
from core.db.base import VendorRow, now


class Company(VendorRow):
    """One customer of the vendor; its number is the ``tenant_id`` of all its rows."""

    __tablename__ = "company"
    __table_args__ = (sa.UniqueConstraint("slug"),)

    slug: Mapped[str] = mapped_column(sa.String(40))
    """The company code: first label of its address, and what people type on the bare host."""
    name: Mapped[str] = mapped_column(sa.String(160))
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    """open or suspended."""
    locale: Mapped[str] = mapped_column(sa.String(8), default="vi")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Ho_Chi_Minh")
    currency: Mapped[str] = mapped_column(sa.String(3), default="VND")
    bundle: Mapped[str] = mapped_column(sa.String(60), default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class Operator(VendorRow):
    """A person of the vendor, outside all companies."""

    __tablename__ = "operator"
    __table_args__ = (sa.UniqueConstraint("email"), {"schema": "vendor", "info": {"secret": True}})

    email: Mapped[str] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    active: Mapped[bool] = mapped_column(default=True)


class OperatorSession(VendorRow):
    """A browser an operator is signed in with."""

    __tablename__ = "operator_session"
    __table_args__ = (sa.UniqueConstraint("key_hash"), {"schema": "vendor", "info": {"secret": True}})

    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("vendor.operator.id", ondelete="CASCADE"))
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    halfway: Mapped[bool] = mapped_column(default=False)
    """The password was right, and the code is still to come: it opens nothing yet."""


class OperatorSecondFactor(CodeColumns, VendorRow):
    """What an operator's sign-in asks for besides the password; the row is there while it is switched on."""

    __tablename__ = "operator_second_factor"
    __table_args__ = (sa.UniqueConstraint("operator_id"), {"schema": "vendor", "info": {"secret": True}})

    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("vendor.operator.id", ondelete="CASCADE"))


class Deed(VendorRow):
    """What an operator did, or a command on the server; written in the transaction of the act, and never changed."""

    __tablename__ = "deed"
    __table_args__ = (
        sa.Index(None, "company", "id"),
        {"schema": "vendor", "info": {"secret": True, "append_only": True}},
    )

    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    operator: Mapped[str] = mapped_column(sa.String(200))
    """The operator's address, which stays when they have left; empty for a command on the server."""
    action: Mapped[str] = mapped_column(sa.String(40))
    """A key of :data:`core.vendor.deeds.ACTIONS`."""
    company: Mapped[str] = mapped_column(sa.String(40), default="")
    """The code of the company it was done to."""
    plugin: Mapped[str] = mapped_column(sa.String(60), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What else the sentence about it says."""
