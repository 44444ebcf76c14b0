"""Tiers and what they take, who reached them, and points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "loyalty_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('loyalty_policy',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('points', sa.Boolean(), nullable=False),
    sa.Column('per', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('worth', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_policy_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_policy_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_policy_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_loyalty_policy')),
    sa.UniqueConstraint('tenant_id', name=op.f('uq_loyalty_policy_tenant_id')),
    info={'package': 'plugins.loyalty'}
    )
    op.create_index('ix_loyalty_policy_deleted', 'loyalty_policy', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_loyalty_policy_newest', 'loyalty_policy', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_policy_owner', 'loyalty_policy', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_policy_search', 'loyalty_policy', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_table('loyalty_tier_rule',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=True),
    sa.Column('tier_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('contracts', sa.BigInteger(), nullable=True),
    sa.Column('discount', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('goods', sa.String(length=40), nullable=False),
    sa.Column('applied', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_tier_rule_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_tier_rule_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'tier_id'], ['core_tier.tenant_id', 'core_tier.id'], name=op.f('fk_loyalty_tier_rule_tenant_id_tier_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_tier_rule_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_loyalty_tier_rule')),
    info={'package': 'plugins.loyalty'}
    )
    op.create_index('ix_loyalty_tier_rule_deleted', 'loyalty_tier_rule', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_loyalty_tier_rule_newest', 'loyalty_tier_rule', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_tier_rule_owner', 'loyalty_tier_rule', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_tier_rule_search', 'loyalty_tier_rule', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_loyalty_tier_rule_tier', 'loyalty_tier_rule', ['tenant_id', 'tier_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_loyalty_tier_rule_tier', 'loyalty_tier_rule', ['tenant_id', 'tier_id'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('loyalty_point_entry',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_point_entry_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_loyalty_point_entry_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_point_entry_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_loyalty_point_entry_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_loyalty_point_entry')),
    info={'package': 'plugins.loyalty'}
    )
    op.create_index('ix_loyalty_point_entry_customer', 'loyalty_point_entry', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_loyalty_point_entry_deleted', 'loyalty_point_entry', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_loyalty_point_entry_document', 'loyalty_point_entry', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_loyalty_point_entry_newest', 'loyalty_point_entry', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_point_entry_owner', 'loyalty_point_entry', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_point_entry_points', 'loyalty_point_entry', ['tenant_id', 'points', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_loyalty_point_entry_search', 'loyalty_point_entry', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_table('loyalty_reached',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('tier_id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('contracts', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_loyalty_reached_tenant_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'tier_id'], ['core_tier.tenant_id', 'core_tier.id'], name=op.f('fk_loyalty_reached_tenant_id_tier_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_loyalty_reached')),
    info={'package': 'plugins.loyalty'}
    )
    op.create_index(op.f('ix_loyalty_reached_tenant_id_customer_id'), 'loyalty_reached', ['tenant_id', 'customer_id'], unique=False)
    op.create_index(op.f('ix_loyalty_reached_tenant_id_tier_id'), 'loyalty_reached', ['tenant_id', 'tier_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_loyalty_reached_tenant_id_tier_id'), table_name='loyalty_reached')
    op.drop_index(op.f('ix_loyalty_reached_tenant_id_customer_id'), table_name='loyalty_reached')
    op.drop_table('loyalty_reached')
    op.drop_index('ix_loyalty_point_entry_search', table_name='loyalty_point_entry', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_loyalty_point_entry_points', table_name='loyalty_point_entry', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_point_entry_owner', table_name='loyalty_point_entry', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_point_entry_newest', table_name='loyalty_point_entry', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_point_entry_document', table_name='loyalty_point_entry')
    op.drop_index('ix_loyalty_point_entry_deleted', table_name='loyalty_point_entry', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_loyalty_point_entry_customer', table_name='loyalty_point_entry')
    op.drop_table('loyalty_point_entry')
    op.drop_index('uq_loyalty_tier_rule_tier', table_name='loyalty_tier_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_tier_rule_tier', table_name='loyalty_tier_rule')
    op.drop_index('ix_loyalty_tier_rule_search', table_name='loyalty_tier_rule', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_loyalty_tier_rule_owner', table_name='loyalty_tier_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_tier_rule_newest', table_name='loyalty_tier_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_tier_rule_deleted', table_name='loyalty_tier_rule', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('loyalty_tier_rule')
    op.drop_index('ix_loyalty_policy_search', table_name='loyalty_policy', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_loyalty_policy_owner', table_name='loyalty_policy', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_policy_newest', table_name='loyalty_policy', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_loyalty_policy_deleted', table_name='loyalty_policy', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('loyalty_policy')
