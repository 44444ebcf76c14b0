"""Addresses of feed services belong to an account; a bank reference is known once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cash_0002"
down_revision = "cash_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('cash_feed')
    op.create_index('uq_cash_bank_line_reference', 'cash_bank_line', ['tenant_id', 'reference'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.add_column('cash_fund', sa.Column('feed_id', sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column('cash_fund', 'feed_id')
    op.drop_index('uq_cash_bank_line_reference', table_name='cash_bank_line', postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_feed',
    sa.Column('tenant_id', sa.BIGINT(), autoincrement=False, nullable=False),
    sa.Column('id', sa.UUID(), autoincrement=False, nullable=False),
    sa.Column('secret', postgresql.BYTEA(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_feed')),
    sa.UniqueConstraint('tenant_id', 'secret', name=op.f('uq_cash_feed_tenant_id_secret'), postgresql_include=[], postgresql_nulls_not_distinct=False)
    )
