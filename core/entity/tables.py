"""What the entity layer keeps beside the records: their history, a company's own fields, saved views, counters."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantRow, now, reference

AUDITED = sa.text(
    "(action NOT IN ('created', 'changed', 'imported') OR"
    " entity IN ('core.user', 'core.role', 'core.department', 'core.consent_purpose'))"
)
"""Lines that the company's audit shows: everything but the daily work on records. Written out, so that the planner
finds the partial indexes, which are small and cost imports and edits nothing."""


class Change(TenantRow):
    """One line of the change log, written in the transaction of the change and never altered."""

    __tablename__ = "core_change"
    __table_args__ = (
        sa.Index("ix_core_change_record", "tenant_id", "record_id", sa.text("id DESC")),
        sa.Index("ix_core_change_audit", "tenant_id", sa.text("id DESC"), postgresql_where=AUDITED),
        sa.Index("ix_core_change_audit_user", "tenant_id", "user_id", sa.text("id DESC"), postgresql_where=AUDITED),
        sa.Index("ix_core_change_audit_action", "tenant_id", "action", sa.text("id DESC"), postgresql_where=AUDITED),
        {"info": {"append_only": True}},
    )

    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    entity: Mapped[str] = mapped_column(sa.String(80))
    """``plugin.entity``; kept as text so that the line outlives the module."""
    record_id: Mapped[UUID]
    record_title: Mapped[str] = mapped_column(sa.String(200), default="")
    user_id: Mapped[UUID | None]
    user_name: Mapped[str] = mapped_column(sa.String(120), default="")
    action: Mapped[str] = mapped_column(sa.String(40))
    """What was done, as :data:`core.entity.timeline.ACTIONS` names it."""
    source: Mapped[str] = mapped_column(sa.String(20), default="web")
    """The door: web, api, import, job, command."""
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Field to ``[old, new]``."""


class CustomField(TenantRow):
    """A field that a company added to an entity; its values lie in the record's ``custom``."""

    __tablename__ = "core_custom_field"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "entity", "key"),)

    entity: Mapped[str] = mapped_column(sa.String(80))
    key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(20))
    required: Mapped[bool] = mapped_column(default=False)
    listed: Mapped[bool] = mapped_column(default=True)
    help: Mapped[str] = mapped_column(sa.String(200), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """``choices``: list of ``{value, title, color}``; ``target``: the entity a link points at."""
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class SavedView(TenantRow):
    """A list as somebody arranged it: filters, order, columns."""

    __tablename__ = "core_view"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.Index(None, "tenant_id", "entity", "user_id"),
    )

    entity: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(80))
    user_id: Mapped[UUID]
    shared: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list, server_default="{}")
    """Whose people begin the list with it, unless they have chosen another."""
    query: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The list's own parameters, as they stand in its address."""
    position: Mapped[int] = mapped_column(default=0)


class Counter(TenantRow):
    """The last number given in a series; its row is locked until the document that took it is committed."""

    __tablename__ = "core_counter"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "series", "year"),)

    series: Mapped[str] = mapped_column(sa.String(80))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class StoredFile(TenantRow):
    """An uploaded file; the bytes lie on disk under the company's folder, by this row's id."""

    __tablename__ = "core_file"
    __table_args__ = (reference("user_id", "core_user", mutual=True),)  # whose picture is a file

    name: Mapped[str] = mapped_column(sa.String(200))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    """As found in the content, never as the sender claimed."""
    sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    user_id: Mapped[UUID | None]
    entity: Mapped[str] = mapped_column(sa.String(80), default="")
    record_id: Mapped[UUID | None]
    """The record it belongs to: whoever may see that may see this."""
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
