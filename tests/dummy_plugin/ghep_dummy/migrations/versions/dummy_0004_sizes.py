"""What is kept beside customers."""

import sqlalchemy as sa
from alembic import op

revision = "dummy_0004"
down_revision = "dummy_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dummy_size",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.String(length=40), nullable=True),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["core_customer.tenant_id", "core_customer.id"],
            name=op.f("fk_dummy_size_tenant_id_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dummy_size")),
        info={"package": "ghep_dummy"},
    )
    op.create_index("ix_dummy_size_weight", "dummy_size", ["tenant_id", "weight", "id"])


def downgrade() -> None:
    op.drop_table("dummy_size")
