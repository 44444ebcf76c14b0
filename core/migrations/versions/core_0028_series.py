"""The moment each record of a series was made for."""

import sqlalchemy as sa
from alembic import op

revision = "core_0028"
down_revision = "core_0027"
branch_labels = None
depends_on = None

TABLES = ("core_call", "core_meeting", "core_task", "core_transaction")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("series_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            f"ix_{table}_series",
            table,
            ["tenant_id", "series_id", "series_at"],
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_series", table_name=table)
        op.drop_column(table, "series_at")
