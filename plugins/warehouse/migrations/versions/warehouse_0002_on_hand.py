"""What takes back what, and what is on hand beside products."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "warehouse_0002"
down_revision = "warehouse_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('warehouse_on_hand',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('on_hand', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('available', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_on_hand_tenant_id_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_on_hand')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_on_hand_available', 'warehouse_on_hand', ['tenant_id', 'available', 'id'], unique=False)
    op.create_index('ix_warehouse_on_hand_on_hand', 'warehouse_on_hand', ['tenant_id', 'on_hand', 'id'], unique=False)
    op.add_column('warehouse_entry', sa.Column('takes_back_id', sa.Uuid(), nullable=True))
    op.create_index('ix_warehouse_entry_takes_back', 'warehouse_entry', ['tenant_id', 'takes_back_id'], unique=False, postgresql_where=sa.text('takes_back_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_warehouse_entry_takes_back', table_name='warehouse_entry', postgresql_where=sa.text('takes_back_id IS NOT NULL'))
    op.drop_column('warehouse_entry', 'takes_back_id')
    op.drop_index('ix_warehouse_on_hand_on_hand', table_name='warehouse_on_hand')
    op.drop_index('ix_warehouse_on_hand_available', table_name='warehouse_on_hand')
    op.drop_table('warehouse_on_hand')
