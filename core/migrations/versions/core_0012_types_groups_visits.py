"""Types, groups and tiers of customers, several telephones, bank accounts, visits"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0012"
down_revision = "core_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_customer_type',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_type_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_type_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_type_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_customer_type')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_customer_type_deleted', 'core_customer_type', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_core_customer_type_name', 'core_customer_type', ['tenant_id', 'name', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_type_newest', 'core_customer_type', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_type_owner', 'core_customer_type', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_type_search', 'core_customer_type', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_core_customer_type_name', 'core_customer_type', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('core_tier',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_tier_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_tier_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_tier_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_tier')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_tier_deleted', 'core_tier', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_core_tier_newest', 'core_tier', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_tier_owner', 'core_tier', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_tier_rank', 'core_tier', ['tenant_id', 'rank', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_tier_search', 'core_tier', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_core_tier_name', 'core_tier', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('core_visit',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pinned', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_visit_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_visit')),
    sa.UniqueConstraint('tenant_id', 'user_id', 'record_id', name=op.f('uq_core_visit_tenant_id_user_id_record_id')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_visit_latest', 'core_visit', ['tenant_id', 'user_id', sa.literal_column('at DESC')], unique=False)
    op.create_table('core_customer_group',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('type_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_group_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_group_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'type_id'], ['core_customer_type.tenant_id', 'core_customer_type.id'], name=op.f('fk_core_customer_group_tenant_id_type_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_customer_group_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_customer_group')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_customer_group_deleted', 'core_customer_group', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_core_customer_group_name', 'core_customer_group', ['tenant_id', 'name', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_group_newest', 'core_customer_group', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_group_owner', 'core_customer_group', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_customer_group_search', 'core_customer_group', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_core_customer_group_type', 'core_customer_group', ['tenant_id', 'type_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_core_customer_group_name', 'core_customer_group', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('core_bank_account',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('bank', sa.String(length=120), nullable=False),
    sa.Column('holder', sa.String(length=120), nullable=True),
    sa.Column('branch', sa.String(length=120), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_bank_account_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_core_bank_account_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_bank_account_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_bank_account_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_bank_account')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_bank_account_customer', 'core_bank_account', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_core_bank_account_deleted', 'core_bank_account', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_core_bank_account_newest', 'core_bank_account', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_bank_account_owner', 'core_bank_account', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_bank_account_search', 'core_bank_account', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_table('core_customer_groups',
    sa.Column('tenant_id', sa.BigInteger(), nullable=False),
    sa.Column('left_id', sa.Uuid(), nullable=False),
    sa.Column('right_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'left_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_core_customer_groups_tenant_id_left_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'right_id'], ['core_customer_group.tenant_id', 'core_customer_group.id'], name=op.f('fk_core_customer_groups_tenant_id_right_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'left_id', 'right_id', name=op.f('pk_core_customer_groups')),
    info={'package': 'core'}
    )
    op.create_index(op.f('ix_core_customer_groups_tenant_id_right_id_left_id'), 'core_customer_groups', ['tenant_id', 'right_id', 'left_id'], unique=False)
    op.add_column('core_contact', sa.Column('main', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column('core_contact', 'main', server_default=None)
    op.add_column('core_contact', sa.Column('phones', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.alter_column('core_contact', 'phones', server_default=None)
    op.add_column('core_contact', sa.Column('emails', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.alter_column('core_contact', 'emails', server_default=None)
    op.add_column('core_contact', sa.Column('birthday', sa.Date(), nullable=True))
    op.add_column('core_customer', sa.Column('code', sa.String(length=40), nullable=True))
    op.add_column('core_customer', sa.Column('phones', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.alter_column('core_customer', 'phones', server_default=None)
    op.add_column('core_customer', sa.Column('emails', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.alter_column('core_customer', 'emails', server_default=None)
    op.add_column('core_customer', sa.Column('id_number', sa.String(length=12), nullable=True))
    op.add_column('core_customer', sa.Column('tier_id', sa.Uuid(), nullable=True))
    op.create_index('ix_core_customer_tier', 'core_customer', ['tenant_id', 'tier_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_core_customer_code', 'core_customer', ['tenant_id', 'code'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_foreign_key(op.f('fk_core_customer_tenant_id_tier_id'), 'core_customer', 'core_tier', ['tenant_id', 'tier_id'], ['tenant_id', 'id'])
    op.add_column('core_view', sa.Column('roles', postgresql.ARRAY(sa.Uuid()), server_default='{}', nullable=False))


def downgrade() -> None:
    op.drop_column('core_view', 'roles')
    op.drop_constraint(op.f('fk_core_customer_tenant_id_tier_id'), 'core_customer', type_='foreignkey')
    op.drop_index('uq_core_customer_code', table_name='core_customer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_tier', table_name='core_customer')
    op.drop_column('core_customer', 'tier_id')
    op.drop_column('core_customer', 'id_number')
    op.drop_column('core_customer', 'emails')
    op.drop_column('core_customer', 'phones')
    op.drop_column('core_customer', 'code')
    op.drop_column('core_contact', 'birthday')
    op.drop_column('core_contact', 'emails')
    op.drop_column('core_contact', 'phones')
    op.drop_column('core_contact', 'main')
    op.drop_index(op.f('ix_core_customer_groups_tenant_id_right_id_left_id'), table_name='core_customer_groups')
    op.drop_table('core_customer_groups')
    op.drop_index('ix_core_bank_account_search', table_name='core_bank_account', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_core_bank_account_owner', table_name='core_bank_account', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_bank_account_newest', table_name='core_bank_account', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_bank_account_deleted', table_name='core_bank_account', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_core_bank_account_customer', table_name='core_bank_account')
    op.drop_table('core_bank_account')
    op.drop_index('uq_core_customer_group_name', table_name='core_customer_group', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_group_type', table_name='core_customer_group')
    op.drop_index('ix_core_customer_group_search', table_name='core_customer_group', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_core_customer_group_owner', table_name='core_customer_group', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_group_newest', table_name='core_customer_group', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_group_name', table_name='core_customer_group', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_group_deleted', table_name='core_customer_group', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('core_customer_group')
    op.drop_index('ix_core_visit_latest', table_name='core_visit')
    op.drop_table('core_visit')
    op.drop_index('uq_core_tier_name', table_name='core_tier', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_tier_search', table_name='core_tier', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_core_tier_rank', table_name='core_tier', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_tier_owner', table_name='core_tier', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_tier_newest', table_name='core_tier', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_tier_deleted', table_name='core_tier', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('core_tier')
    op.drop_index('uq_core_customer_type_name', table_name='core_customer_type', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_type_search', table_name='core_customer_type', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_core_customer_type_owner', table_name='core_customer_type', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_type_newest', table_name='core_customer_type', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_type_name', table_name='core_customer_type', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_customer_type_deleted', table_name='core_customer_type', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('core_customer_type')
