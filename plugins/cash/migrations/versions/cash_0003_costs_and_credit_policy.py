"""Payments may be costs of a document; what happens when a customer would owe too much."""

import sqlalchemy as sa
from alembic import op

revision = "cash_0003"
down_revision = "cash_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cash_credit_policy',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('forbids', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_credit_policy')),
    sa.UniqueConstraint('tenant_id', name=op.f('uq_cash_credit_policy_tenant_id')),
    info={'package': 'plugins.cash'}
    )
    op.add_column('cash_payment', sa.Column('cost_of', sa.String(length=200), nullable=True))
    op.create_index('ix_cash_payment_cost_of', 'cash_payment', ['tenant_id', 'cost_of', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)


def downgrade() -> None:
    op.drop_index('ix_cash_payment_cost_of', table_name='cash_payment')
    op.drop_column('cash_payment', 'cost_of')
    op.drop_table('cash_credit_policy')
