"""Locations that are not in use, stock rules by the name of their product, and no level for what is on its way."""

import sqlalchemy as sa
from alembic import op

revision = "warehouse_0003"
down_revision = "warehouse_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("warehouse_location", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.alter_column("warehouse_location", "active", server_default=None)
    op.add_column("warehouse_rule", sa.Column("name", sa.String(length=400), nullable=True))
    op.alter_column("warehouse_stock", "level", nullable=True)


def downgrade() -> None:
    op.alter_column("warehouse_stock", "level", nullable=False)
    op.drop_column("warehouse_rule", "name")
    op.drop_column("warehouse_location", "active")
