"""Reports that are kept, dashboards, and what is sent by the clock."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0034"
down_revision = "core_0033"
branch_labels = None
depends_on = None


def _shared(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["core_user.tenant_id", "core_user.id"],
            name=op.f(f"fk_{table}_tenant_id_user_id_core_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_tenant_id_user_id"), table, ["tenant_id", "user_id"])


def upgrade() -> None:
    cards = sa.Column("cards", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    _shared("core_report", sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False))
    _shared("core_dashboard", sa.Column("position", sa.Integer(), nullable=False), cards)
    op.create_table(
        "core_report_schedule",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("every", sa.String(length=10), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["core_report.tenant_id", "core_report.id"],
            name=op.f("fk_core_report_schedule_tenant_id_report_id_core_report"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["core_user.tenant_id", "core_user.id"],
            name=op.f("fk_core_report_schedule_tenant_id_user_id_core_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_core_report_schedule")),
        sa.UniqueConstraint(
            "tenant_id", "report_id", "user_id", name=op.f("uq_core_report_schedule_tenant_id_report_id_user_id")
        ),
    )
    op.create_index(op.f("ix_core_report_schedule_tenant_id_next_at"), "core_report_schedule", ["tenant_id", "next_at"])


def downgrade() -> None:
    for table in ("core_report_schedule", "core_dashboard", "core_report"):
        op.drop_table(table)
