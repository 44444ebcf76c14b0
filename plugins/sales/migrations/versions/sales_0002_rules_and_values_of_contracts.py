"""rules and values of contracts, and who is in charge of an order"""

import sqlalchemy as sa
from alembic import op

revision = "sales_0002"
down_revision = "sales_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_rules",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_goods", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sales_rules")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_sales_rules_tenant_id")),
        info={"package": "plugins.sales"},
    )
    op.add_column("sales_contract", sa.Column("value", sa.Numeric(precision=18, scale=2), nullable=True))
    op.add_column("sales_order", sa.Column("in_charge_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sales_order_tenant_id_in_charge_id"),
        "sales_order",
        "core_user",
        ["tenant_id", "in_charge_id"],
        ["tenant_id", "id"],
    )
    newest: list[sa.ColumnElement[str]] = [sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")]
    op.create_index("ix_sales_order_in_charge", "sales_order", ["tenant_id", "in_charge_id", *newest], unique=False)


def downgrade() -> None:
    op.drop_index("ix_sales_order_in_charge", table_name="sales_order")
    op.drop_constraint(op.f("fk_sales_order_tenant_id_in_charge_id"), "sales_order", type_="foreignkey")
    op.drop_column("sales_order", "in_charge_id")
    op.drop_column("sales_contract", "value")
    op.drop_table("sales_rules")
