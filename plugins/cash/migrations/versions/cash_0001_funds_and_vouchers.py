"""Funds, categories, vouchers, what they pay, credit limits, bank lines and closed days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cash_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cash_closing',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_closing')),
    sa.UniqueConstraint('tenant_id', name=op.f('uq_cash_closing_tenant_id')),
    info={'package': 'plugins.cash'}
    )
    op.create_table('cash_feed',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('secret', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_feed')),
    sa.UniqueConstraint('tenant_id', 'secret', name=op.f('uq_cash_feed_tenant_id_secret')),
    info={'package': 'plugins.cash'}
    )
    op.create_table('cash_category',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('direction', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_category_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_category_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_category_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_category')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_category_deleted', 'cash_category', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_category_newest', 'cash_category', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_category_owner', 'cash_category', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_category_search', 'cash_category', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_cash_category_name', 'cash_category', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_fund',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('bank', sa.String(length=40), nullable=True),
    sa.Column('account', sa.String(length=19), nullable=True),
    sa.Column('holder', sa.String(length=80), nullable=True),
    sa.Column('opening', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_fund_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_fund_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_fund_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_fund')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_fund_deleted', 'cash_fund', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_fund_newest', 'cash_fund', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_fund_owner', 'cash_fund', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_fund_search', 'cash_fund', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_cash_fund_name', 'cash_fund', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_advance',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('invoice', sa.String(length=60), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('party', sa.String(length=120), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
    sa.Column('counter', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'category_id'], ['cash_category.tenant_id', 'cash_category.id'], name=op.f('fk_cash_advance_tenant_id_category_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_advance_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_cash_advance_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'fund_id'], ['cash_fund.tenant_id', 'cash_fund.id'], name=op.f('fk_cash_advance_tenant_id_fund_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_advance_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_advance_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_advance')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_advance_amount', 'cash_advance', ['tenant_id', 'amount', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_advance_category', 'cash_advance', ['tenant_id', 'category_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_advance_customer', 'cash_advance', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_advance_deleted', 'cash_advance', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_advance_document', 'cash_advance', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_advance_fund', 'cash_advance', ['tenant_id', 'fund_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_advance_newest', 'cash_advance', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_advance_on', 'cash_advance', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_advance_owner', 'cash_advance', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_advance_search', 'cash_advance', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_cash_advance_number', 'cash_advance', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_payment',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('invoice', sa.String(length=60), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('party', sa.String(length=120), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
    sa.Column('counter', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'category_id'], ['cash_category.tenant_id', 'cash_category.id'], name=op.f('fk_cash_payment_tenant_id_category_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_payment_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_cash_payment_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'fund_id'], ['cash_fund.tenant_id', 'cash_fund.id'], name=op.f('fk_cash_payment_tenant_id_fund_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_payment_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_payment_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_payment')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_payment_amount', 'cash_payment', ['tenant_id', 'amount', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_payment_category', 'cash_payment', ['tenant_id', 'category_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_payment_customer', 'cash_payment', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_payment_deleted', 'cash_payment', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_payment_document', 'cash_payment', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_payment_fund', 'cash_payment', ['tenant_id', 'fund_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_payment_newest', 'cash_payment', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_payment_on', 'cash_payment', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_payment_owner', 'cash_payment', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_payment_search', 'cash_payment', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_cash_payment_number', 'cash_payment', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_receipt',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('invoice', sa.String(length=60), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('party', sa.String(length=120), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
    sa.Column('counter', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'category_id'], ['cash_category.tenant_id', 'cash_category.id'], name=op.f('fk_cash_receipt_tenant_id_category_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_receipt_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_cash_receipt_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'fund_id'], ['cash_fund.tenant_id', 'cash_fund.id'], name=op.f('fk_cash_receipt_tenant_id_fund_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_receipt_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_receipt_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_receipt')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_receipt_amount', 'cash_receipt', ['tenant_id', 'amount', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_receipt_category', 'cash_receipt', ['tenant_id', 'category_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_receipt_customer', 'cash_receipt', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_receipt_deleted', 'cash_receipt', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_receipt_document', 'cash_receipt', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_receipt_fund', 'cash_receipt', ['tenant_id', 'fund_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_receipt_newest', 'cash_receipt', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_receipt_on', 'cash_receipt', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_receipt_owner', 'cash_receipt', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_receipt_search', 'cash_receipt', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_cash_receipt_number', 'cash_receipt', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('cash_terms',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('limit', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_terms_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_cash_terms_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_terms_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_terms_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_terms')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_terms_customer', 'cash_terms', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_terms_deleted', 'cash_terms', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_terms_newest', 'cash_terms', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_terms_owner', 'cash_terms', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_terms_search', 'cash_terms', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_table('cash_allocation',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=True),
    sa.Column('payment_id', sa.Uuid(), nullable=True),
    sa.Column('advance_id', sa.Uuid(), nullable=True),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.CheckConstraint('num_nonnulls(receipt_id, payment_id, advance_id) = 1', name=op.f('ck_cash_allocation_one_voucher')),
    sa.ForeignKeyConstraint(['tenant_id', 'advance_id'], ['cash_advance.tenant_id', 'cash_advance.id'], name=op.f('fk_cash_allocation_tenant_id_advance_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'payment_id'], ['cash_payment.tenant_id', 'cash_payment.id'], name=op.f('fk_cash_allocation_tenant_id_payment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'receipt_id'], ['cash_receipt.tenant_id', 'cash_receipt.id'], name=op.f('fk_cash_allocation_tenant_id_receipt_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_allocation')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_allocation_document', 'cash_allocation', ['tenant_id', 'entity', 'record_id'], unique=False)
    op.create_index(op.f('ix_cash_allocation_tenant_id_advance_id'), 'cash_allocation', ['tenant_id', 'advance_id'], unique=False)
    op.create_index(op.f('ix_cash_allocation_tenant_id_payment_id'), 'cash_allocation', ['tenant_id', 'payment_id'], unique=False)
    op.create_index(op.f('ix_cash_allocation_tenant_id_receipt_id'), 'cash_allocation', ['tenant_id', 'receipt_id'], unique=False)
    op.create_table('cash_bank_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_bank_line_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'fund_id'], ['cash_fund.tenant_id', 'cash_fund.id'], name=op.f('fk_cash_bank_line_tenant_id_fund_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_bank_line_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'receipt_id'], ['cash_receipt.tenant_id', 'cash_receipt.id'], name=op.f('fk_cash_bank_line_tenant_id_receipt_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_cash_bank_line_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_cash_bank_line')),
    info={'package': 'plugins.cash'}
    )
    op.create_index('ix_cash_bank_line_at', 'cash_bank_line', ['tenant_id', 'at', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_bank_line_deleted', 'cash_bank_line', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_cash_bank_line_fund', 'cash_bank_line', ['tenant_id', 'fund_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_bank_line_newest', 'cash_bank_line', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_bank_line_owner', 'cash_bank_line', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_cash_bank_line_receipt', 'cash_bank_line', ['tenant_id', 'receipt_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_cash_bank_line_search', 'cash_bank_line', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})


def downgrade() -> None:
    op.drop_index('ix_cash_bank_line_search', table_name='cash_bank_line', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_bank_line_receipt', table_name='cash_bank_line')
    op.drop_index('ix_cash_bank_line_owner', table_name='cash_bank_line', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_bank_line_newest', table_name='cash_bank_line', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_bank_line_fund', table_name='cash_bank_line')
    op.drop_index('ix_cash_bank_line_deleted', table_name='cash_bank_line', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_cash_bank_line_at', table_name='cash_bank_line', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('cash_bank_line')
    op.drop_index(op.f('ix_cash_allocation_tenant_id_receipt_id'), table_name='cash_allocation')
    op.drop_index(op.f('ix_cash_allocation_tenant_id_payment_id'), table_name='cash_allocation')
    op.drop_index(op.f('ix_cash_allocation_tenant_id_advance_id'), table_name='cash_allocation')
    op.drop_index('ix_cash_allocation_document', table_name='cash_allocation')
    op.drop_table('cash_allocation')
    op.drop_index('ix_cash_terms_search', table_name='cash_terms', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_terms_owner', table_name='cash_terms', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_terms_newest', table_name='cash_terms', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_terms_deleted', table_name='cash_terms', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_cash_terms_customer', table_name='cash_terms')
    op.drop_table('cash_terms')
    op.drop_index('uq_cash_receipt_number', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_receipt_search', table_name='cash_receipt', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_receipt_owner', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_receipt_on', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_receipt_newest', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_receipt_fund', table_name='cash_receipt')
    op.drop_index('ix_cash_receipt_document', table_name='cash_receipt')
    op.drop_index('ix_cash_receipt_deleted', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_cash_receipt_customer', table_name='cash_receipt')
    op.drop_index('ix_cash_receipt_category', table_name='cash_receipt')
    op.drop_index('ix_cash_receipt_amount', table_name='cash_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('cash_receipt')
    op.drop_index('uq_cash_payment_number', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_payment_search', table_name='cash_payment', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_payment_owner', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_payment_on', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_payment_newest', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_payment_fund', table_name='cash_payment')
    op.drop_index('ix_cash_payment_document', table_name='cash_payment')
    op.drop_index('ix_cash_payment_deleted', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_cash_payment_customer', table_name='cash_payment')
    op.drop_index('ix_cash_payment_category', table_name='cash_payment')
    op.drop_index('ix_cash_payment_amount', table_name='cash_payment', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('cash_payment')
    op.drop_index('uq_cash_advance_number', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_advance_search', table_name='cash_advance', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_advance_owner', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_advance_on', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_advance_newest', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_advance_fund', table_name='cash_advance')
    op.drop_index('ix_cash_advance_document', table_name='cash_advance')
    op.drop_index('ix_cash_advance_deleted', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_cash_advance_customer', table_name='cash_advance')
    op.drop_index('ix_cash_advance_category', table_name='cash_advance')
    op.drop_index('ix_cash_advance_amount', table_name='cash_advance', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('cash_advance')
    op.drop_index('uq_cash_fund_name', table_name='cash_fund', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_fund_search', table_name='cash_fund', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_fund_owner', table_name='cash_fund', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_fund_newest', table_name='cash_fund', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_fund_deleted', table_name='cash_fund', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('cash_fund')
    op.drop_index('uq_cash_category_name', table_name='cash_category', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_category_search', table_name='cash_category', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_cash_category_owner', table_name='cash_category', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_category_newest', table_name='cash_category', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_cash_category_deleted', table_name='cash_category', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('cash_category')
    op.drop_table('cash_feed')
    op.drop_table('cash_closing')
