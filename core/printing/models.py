"""Texts of documents that companies wrote themselves."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now


class PrintText(TenantRow):
    """One text of a print, as it was kept at a moment; the last one holds. None are changed, so each can be read again."""

    __tablename__ = "core_print_text"
    __table_args__ = (sa.Index(None, "tenant_id", "entity", "print", sa.text("id DESC")),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    print: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[str | None] = mapped_column(sa.Text)
    """None: the plugin's own again."""
    user_id: Mapped[UUID | None]
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
