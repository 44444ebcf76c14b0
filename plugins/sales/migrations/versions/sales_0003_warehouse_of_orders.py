"""Orders say which warehouse their goods leave; documents always have a day."""

import sqlalchemy as sa
from alembic import op

revision = "sales_0003"
down_revision = "sales_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sales_order', sa.Column('warehouse_id', sa.Uuid(), nullable=True))
    op.alter_column('sales_order', 'ordered_on',
               existing_type=sa.DATE(),
               nullable=False)
    op.create_index('ix_sales_order_warehouse', 'sales_order', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_foreign_key(op.f('fk_sales_order_tenant_id_warehouse_id'), 'sales_order', 'warehouse_warehouse', ['tenant_id', 'warehouse_id'], ['tenant_id', 'id'])
    op.alter_column('sales_quote', 'quoted_on',
               existing_type=sa.DATE(),
               nullable=False)


def downgrade() -> None:
    op.alter_column('sales_quote', 'quoted_on',
               existing_type=sa.DATE(),
               nullable=True)
    op.drop_constraint(op.f('fk_sales_order_tenant_id_warehouse_id'), 'sales_order', type_='foreignkey')
    op.drop_index('ix_sales_order_warehouse', table_name='sales_order')
    op.alter_column('sales_order', 'ordered_on',
               existing_type=sa.DATE(),
               nullable=True)
    op.drop_column('sales_order', 'warehouse_id')
