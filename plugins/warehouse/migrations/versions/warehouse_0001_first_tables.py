"""Warehouses, slips, stocktakes, the ledger and what is on hand by it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "warehouse_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('warehouse_policy',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('overdraws', sa.Boolean(), nullable=False),
    sa.Column('closed_until', sa.Date(), nullable=True),
    sa.Column('law', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_policy')),
    sa.UniqueConstraint('tenant_id', name=op.f('uq_warehouse_policy_tenant_id')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_table('warehouse_warehouse',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('keeper_id', sa.Uuid(), nullable=True),
    sa.Column('address', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_warehouse_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'keeper_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_warehouse_tenant_id_keeper_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_warehouse_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_warehouse_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_warehouse')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_warehouse_deleted', 'warehouse_warehouse', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_warehouse_keeper', 'warehouse_warehouse', ['tenant_id', 'keeper_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_warehouse_name', 'warehouse_warehouse', ['tenant_id', 'name', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_warehouse_newest', 'warehouse_warehouse', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_warehouse_owner', 'warehouse_warehouse', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_warehouse_search', 'warehouse_warehouse', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_warehouse_warehouse_name', 'warehouse_warehouse', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_location',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_location_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_location_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_location_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_location_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_location')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_location_deleted', 'warehouse_location', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_location_name', 'warehouse_location', ['tenant_id', 'name', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_location_newest', 'warehouse_location', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_location_owner', 'warehouse_location', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_location_search', 'warehouse_location', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_location_warehouse', 'warehouse_location', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_table('warehouse_stocktake',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('committee', sa.Text(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stocktake_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stocktake_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stocktake_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_stocktake_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_stocktake')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_stocktake_deleted', 'warehouse_stocktake', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_stocktake_newest', 'warehouse_stocktake', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stocktake_on', 'warehouse_stocktake', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stocktake_owner', 'warehouse_stocktake', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stocktake_search', 'warehouse_stocktake', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_stocktake_warehouse', 'warehouse_stocktake', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_warehouse_stocktake_number', 'warehouse_stocktake', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_transfer',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('target_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('carrier', sa.String(length=120), nullable=True),
    sa.Column('cost', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('debit', sa.String(length=20), nullable=True),
    sa.Column('credit', sa.String(length=20), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_transfer_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_transfer_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'source_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_transfer_tenant_id_source_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'target_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_transfer_tenant_id_target_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_transfer_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_transfer')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_transfer_cost', 'warehouse_transfer', ['tenant_id', 'cost', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_transfer_deleted', 'warehouse_transfer', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_transfer_document', 'warehouse_transfer', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_transfer_newest', 'warehouse_transfer', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_transfer_on', 'warehouse_transfer', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_transfer_owner', 'warehouse_transfer', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_transfer_search', 'warehouse_transfer', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_transfer_source', 'warehouse_transfer', ['tenant_id', 'source_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_transfer_target', 'warehouse_transfer', ['tenant_id', 'target_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_warehouse_transfer_number', 'warehouse_transfer', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_goods_issue',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('receiver', sa.String(length=120), nullable=True),
    sa.Column('cost', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('debit', sa.String(length=20), nullable=True),
    sa.Column('credit', sa.String(length=20), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_issue_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_warehouse_goods_issue_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_issue_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_issue_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_goods_issue_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_goods_issue')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_goods_issue_cost', 'warehouse_goods_issue', ['tenant_id', 'cost', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_issue_customer', 'warehouse_goods_issue', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_goods_issue_deleted', 'warehouse_goods_issue', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_goods_issue_document', 'warehouse_goods_issue', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_goods_issue_newest', 'warehouse_goods_issue', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_issue_on', 'warehouse_goods_issue', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_issue_owner', 'warehouse_goods_issue', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_issue_search', 'warehouse_goods_issue', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_goods_issue_warehouse', 'warehouse_goods_issue', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_warehouse_goods_issue_number', 'warehouse_goods_issue', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_goods_receipt',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('deliverer', sa.String(length=120), nullable=True),
    sa.Column('invoice', sa.String(length=60), nullable=True),
    sa.Column('invoiced_on', sa.Date(), nullable=True),
    sa.Column('subtotal', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('costs', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('debit', sa.String(length=20), nullable=True),
    sa.Column('credit', sa.String(length=20), nullable=True),
    sa.Column('enclosed', sa.String(length=120), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_receipt_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_warehouse_goods_receipt_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_receipt_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_goods_receipt_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_goods_receipt_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_goods_receipt')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_goods_receipt_customer', 'warehouse_goods_receipt', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_goods_receipt_deleted', 'warehouse_goods_receipt', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_goods_receipt_document', 'warehouse_goods_receipt', ['tenant_id', 'document', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_goods_receipt_newest', 'warehouse_goods_receipt', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_receipt_on', 'warehouse_goods_receipt', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_receipt_owner', 'warehouse_goods_receipt', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_receipt_search', 'warehouse_goods_receipt', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_goods_receipt_total', 'warehouse_goods_receipt', ['tenant_id', 'total', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_goods_receipt_warehouse', 'warehouse_goods_receipt', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_warehouse_goods_receipt_number', 'warehouse_goods_receipt', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_lot',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_lot_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_lot_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_lot_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_lot_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_lot')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_lot_code', 'warehouse_lot', ['tenant_id', 'code', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_lot_deleted', 'warehouse_lot', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_lot_expires_on', 'warehouse_lot', ['tenant_id', 'expires_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_lot_newest', 'warehouse_lot', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_lot_owner', 'warehouse_lot', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_lot_product', 'warehouse_lot', ['tenant_id', 'product_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_lot_search', 'warehouse_lot', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_warehouse_lot_code', 'warehouse_lot', ['tenant_id', 'product_id', 'code'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_rule',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('tracked', sa.String(length=40), nullable=False),
    sa.Column('minimum', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('maximum', sa.Numeric(precision=18, scale=4), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_rule_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_rule_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_rule_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_rule_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_rule')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_rule_deleted', 'warehouse_rule', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_rule_newest', 'warehouse_rule', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_rule_owner', 'warehouse_rule', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_rule_product', 'warehouse_rule', ['tenant_id', 'product_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_rule_search', 'warehouse_rule', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_warehouse_rule_product', 'warehouse_rule', ['tenant_id', 'product_id'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_stock',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('on_hand', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('reserved', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('available', sa.Numeric(precision=18, scale=4), sa.Computed('on_hand - reserved', persisted=True), nullable=True),
    sa.Column('value', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('entries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stock_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stock_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_stock_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_stock_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_warehouse_stock_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_stock')),
    sa.UniqueConstraint('tenant_id', 'product_id', 'warehouse_id', name=op.f('uq_warehouse_stock_tenant_id_product_id_warehouse_id')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_stock_deleted', 'warehouse_stock', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_stock_newest', 'warehouse_stock', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stock_on_hand', 'warehouse_stock', ['tenant_id', 'on_hand', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stock_owner', 'warehouse_stock', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stock_product', 'warehouse_stock', ['tenant_id', 'product_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_stock_search', 'warehouse_stock', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_stock_value', 'warehouse_stock', ['tenant_id', 'value', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_stock_warehouse', 'warehouse_stock', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_table('warehouse_transfer_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('cost', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('base', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('lot', sa.String(length=2000), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['warehouse_transfer.tenant_id', 'warehouse_transfer.id'], name=op.f('fk_warehouse_transfer_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_transfer_line_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'unit_id'], ['catalog_unit.tenant_id', 'catalog_unit.id'], name=op.f('fk_warehouse_transfer_line_tenant_id_unit_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_transfer_line')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_transfer_line_document', 'warehouse_transfer_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_warehouse_transfer_line_product', 'warehouse_transfer_line', ['tenant_id', 'product_id'], unique=False)
    op.create_index('ix_warehouse_transfer_line_unit', 'warehouse_transfer_line', ['tenant_id', 'unit_id'], unique=False)
    op.create_table('warehouse_count',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=True),
    sa.Column('stocktake_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('book', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('counted', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('difference', sa.Numeric(precision=18, scale=4), sa.Computed('counted - book', persisted=True), nullable=True),
    sa.Column('value', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_count_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['warehouse_location.tenant_id', 'warehouse_location.id'], name=op.f('fk_warehouse_count_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'lot_id'], ['warehouse_lot.tenant_id', 'warehouse_lot.id'], name=op.f('fk_warehouse_count_tenant_id_lot_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_count_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_count_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'stocktake_id'], ['warehouse_stocktake.tenant_id', 'warehouse_stocktake.id'], name=op.f('fk_warehouse_count_tenant_id_stocktake_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_warehouse_count_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_count')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_count_deleted', 'warehouse_count', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_warehouse_count_location', 'warehouse_count', ['tenant_id', 'location_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_count_lot', 'warehouse_count', ['tenant_id', 'lot_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_count_newest', 'warehouse_count', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_count_owner', 'warehouse_count', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_warehouse_count_product', 'warehouse_count', ['tenant_id', 'product_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_warehouse_count_search', 'warehouse_count', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_warehouse_count_stocktake', 'warehouse_count', ['tenant_id', 'stocktake_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_warehouse_count_product', 'warehouse_count', ['tenant_id', 'stocktake_id', 'product_id', 'lot_id', 'location_id'], unique=True, postgresql_nulls_not_distinct=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('warehouse_entry',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stock_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('given', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('value', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('follows_id', sa.Uuid(), nullable=True),
    sa.Column('reverses', sa.Boolean(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['warehouse_location.tenant_id', 'warehouse_location.id'], name=op.f('fk_warehouse_entry_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'lot_id'], ['warehouse_lot.tenant_id', 'warehouse_lot.id'], name=op.f('fk_warehouse_entry_tenant_id_lot_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'stock_id'], ['warehouse_stock.tenant_id', 'warehouse_stock.id'], name=op.f('fk_warehouse_entry_tenant_id_stock_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_entry')),
    sa.UniqueConstraint('tenant_id', 'stock_id', 'position', name=op.f('uq_warehouse_entry_tenant_id_stock_id_position')),
    info={'append_only': True, 'corrected': ('value',), 'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_entry_card', 'warehouse_entry', ['tenant_id', 'stock_id', 'on', 'position'], unique=False)
    op.create_index('ix_warehouse_entry_follows', 'warehouse_entry', ['tenant_id', 'follows_id'], unique=False, postgresql_where=sa.text('follows_id IS NOT NULL'))
    op.create_index('ix_warehouse_entry_record', 'warehouse_entry', ['tenant_id', 'entity', 'record_id'], unique=False)
    op.create_table('warehouse_issue_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('requested', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('cost', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('base', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('lot', sa.String(length=2000), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['warehouse_goods_issue.tenant_id', 'warehouse_goods_issue.id'], name=op.f('fk_warehouse_issue_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['warehouse_location.tenant_id', 'warehouse_location.id'], name=op.f('fk_warehouse_issue_line_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_issue_line_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'unit_id'], ['catalog_unit.tenant_id', 'catalog_unit.id'], name=op.f('fk_warehouse_issue_line_tenant_id_unit_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_issue_line')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_issue_line_document', 'warehouse_issue_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_warehouse_issue_line_location', 'warehouse_issue_line', ['tenant_id', 'location_id'], unique=False)
    op.create_index('ix_warehouse_issue_line_product', 'warehouse_issue_line', ['tenant_id', 'product_id'], unique=False)
    op.create_index('ix_warehouse_issue_line_unit', 'warehouse_issue_line', ['tenant_id', 'unit_id'], unique=False)
    op.create_table('warehouse_receipt_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('expected', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('cost', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('base', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('lot', sa.String(length=2000), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['warehouse_goods_receipt.tenant_id', 'warehouse_goods_receipt.id'], name=op.f('fk_warehouse_receipt_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['warehouse_location.tenant_id', 'warehouse_location.id'], name=op.f('fk_warehouse_receipt_line_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_warehouse_receipt_line_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'unit_id'], ['catalog_unit.tenant_id', 'catalog_unit.id'], name=op.f('fk_warehouse_receipt_line_tenant_id_unit_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_receipt_line')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_receipt_line_document', 'warehouse_receipt_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_warehouse_receipt_line_location', 'warehouse_receipt_line', ['tenant_id', 'location_id'], unique=False)
    op.create_index('ix_warehouse_receipt_line_product', 'warehouse_receipt_line', ['tenant_id', 'product_id'], unique=False)
    op.create_index('ix_warehouse_receipt_line_unit', 'warehouse_receipt_line', ['tenant_id', 'unit_id'], unique=False)
    op.create_table('warehouse_reservation',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stock_id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'stock_id'], ['warehouse_stock.tenant_id', 'warehouse_stock.id'], name=op.f('fk_warehouse_reservation_tenant_id_stock_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_reservation')),
    sa.UniqueConstraint('tenant_id', 'entity', 'record_id', 'stock_id', name=op.f('uq_warehouse_reservation_tenant_id_entity_record_id_stock_id')),
    info={'package': 'plugins.warehouse'}
    )
    op.create_index('ix_warehouse_reservation_stock', 'warehouse_reservation', ['tenant_id', 'stock_id'], unique=False)
    op.create_table('warehouse_stock_part',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stock_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['warehouse_location.tenant_id', 'warehouse_location.id'], name=op.f('fk_warehouse_stock_part_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'lot_id'], ['warehouse_lot.tenant_id', 'warehouse_lot.id'], name=op.f('fk_warehouse_stock_part_tenant_id_lot_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'stock_id'], ['warehouse_stock.tenant_id', 'warehouse_stock.id'], name=op.f('fk_warehouse_stock_part_tenant_id_stock_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_warehouse_stock_part')),
    sa.UniqueConstraint('tenant_id', 'stock_id', 'lot_id', 'location_id', name='uq_warehouse_stock_part_place', postgresql_nulls_not_distinct=True),
    info={'package': 'plugins.warehouse'}
    )


def downgrade() -> None:
    op.drop_table('warehouse_stock_part')
    op.drop_index('ix_warehouse_reservation_stock', table_name='warehouse_reservation')
    op.drop_table('warehouse_reservation')
    op.drop_index('ix_warehouse_receipt_line_unit', table_name='warehouse_receipt_line')
    op.drop_index('ix_warehouse_receipt_line_product', table_name='warehouse_receipt_line')
    op.drop_index('ix_warehouse_receipt_line_location', table_name='warehouse_receipt_line')
    op.drop_index('ix_warehouse_receipt_line_document', table_name='warehouse_receipt_line')
    op.drop_table('warehouse_receipt_line')
    op.drop_index('ix_warehouse_issue_line_unit', table_name='warehouse_issue_line')
    op.drop_index('ix_warehouse_issue_line_product', table_name='warehouse_issue_line')
    op.drop_index('ix_warehouse_issue_line_location', table_name='warehouse_issue_line')
    op.drop_index('ix_warehouse_issue_line_document', table_name='warehouse_issue_line')
    op.drop_table('warehouse_issue_line')
    op.drop_index('ix_warehouse_entry_record', table_name='warehouse_entry')
    op.drop_index('ix_warehouse_entry_follows', table_name='warehouse_entry', postgresql_where=sa.text('follows_id IS NOT NULL'))
    op.drop_index('ix_warehouse_entry_card', table_name='warehouse_entry')
    op.drop_table('warehouse_entry')
    op.drop_index('uq_warehouse_count_product', table_name='warehouse_count', postgresql_nulls_not_distinct=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_count_stocktake', table_name='warehouse_count')
    op.drop_index('ix_warehouse_count_search', table_name='warehouse_count', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_count_product', table_name='warehouse_count')
    op.drop_index('ix_warehouse_count_owner', table_name='warehouse_count', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_count_newest', table_name='warehouse_count', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_count_lot', table_name='warehouse_count')
    op.drop_index('ix_warehouse_count_location', table_name='warehouse_count')
    op.drop_index('ix_warehouse_count_deleted', table_name='warehouse_count', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_count')
    op.drop_index('ix_warehouse_transfer_line_unit', table_name='warehouse_transfer_line')
    op.drop_index('ix_warehouse_transfer_line_product', table_name='warehouse_transfer_line')
    op.drop_index('ix_warehouse_transfer_line_document', table_name='warehouse_transfer_line')
    op.drop_table('warehouse_transfer_line')
    op.drop_index('ix_warehouse_stock_warehouse', table_name='warehouse_stock')
    op.drop_index('ix_warehouse_stock_value', table_name='warehouse_stock', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stock_search', table_name='warehouse_stock', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_stock_product', table_name='warehouse_stock')
    op.drop_index('ix_warehouse_stock_owner', table_name='warehouse_stock', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stock_on_hand', table_name='warehouse_stock', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stock_newest', table_name='warehouse_stock', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stock_deleted', table_name='warehouse_stock', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_stock')
    op.drop_index('uq_warehouse_rule_product', table_name='warehouse_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_rule_search', table_name='warehouse_rule', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_rule_product', table_name='warehouse_rule')
    op.drop_index('ix_warehouse_rule_owner', table_name='warehouse_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_rule_newest', table_name='warehouse_rule', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_rule_deleted', table_name='warehouse_rule', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_rule')
    op.drop_index('uq_warehouse_lot_code', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_lot_search', table_name='warehouse_lot', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_lot_product', table_name='warehouse_lot')
    op.drop_index('ix_warehouse_lot_owner', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_lot_newest', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_lot_expires_on', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_lot_deleted', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_warehouse_lot_code', table_name='warehouse_lot', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('warehouse_lot')
    op.drop_index('uq_warehouse_goods_receipt_number', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_receipt_warehouse', table_name='warehouse_goods_receipt')
    op.drop_index('ix_warehouse_goods_receipt_total', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_receipt_search', table_name='warehouse_goods_receipt', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_goods_receipt_owner', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_receipt_on', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_receipt_newest', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_receipt_document', table_name='warehouse_goods_receipt')
    op.drop_index('ix_warehouse_goods_receipt_deleted', table_name='warehouse_goods_receipt', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_warehouse_goods_receipt_customer', table_name='warehouse_goods_receipt')
    op.drop_table('warehouse_goods_receipt')
    op.drop_index('uq_warehouse_goods_issue_number', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_issue_warehouse', table_name='warehouse_goods_issue')
    op.drop_index('ix_warehouse_goods_issue_search', table_name='warehouse_goods_issue', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_goods_issue_owner', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_issue_on', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_issue_newest', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_goods_issue_document', table_name='warehouse_goods_issue')
    op.drop_index('ix_warehouse_goods_issue_deleted', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_warehouse_goods_issue_customer', table_name='warehouse_goods_issue')
    op.drop_index('ix_warehouse_goods_issue_cost', table_name='warehouse_goods_issue', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('warehouse_goods_issue')
    op.drop_index('uq_warehouse_transfer_number', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_transfer_target', table_name='warehouse_transfer')
    op.drop_index('ix_warehouse_transfer_source', table_name='warehouse_transfer')
    op.drop_index('ix_warehouse_transfer_search', table_name='warehouse_transfer', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_transfer_owner', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_transfer_on', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_transfer_newest', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_transfer_document', table_name='warehouse_transfer')
    op.drop_index('ix_warehouse_transfer_deleted', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_warehouse_transfer_cost', table_name='warehouse_transfer', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('warehouse_transfer')
    op.drop_index('uq_warehouse_stocktake_number', table_name='warehouse_stocktake', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stocktake_warehouse', table_name='warehouse_stocktake')
    op.drop_index('ix_warehouse_stocktake_search', table_name='warehouse_stocktake', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_stocktake_owner', table_name='warehouse_stocktake', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stocktake_on', table_name='warehouse_stocktake', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stocktake_newest', table_name='warehouse_stocktake', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_stocktake_deleted', table_name='warehouse_stocktake', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_stocktake')
    op.drop_index('ix_warehouse_location_warehouse', table_name='warehouse_location')
    op.drop_index('ix_warehouse_location_search', table_name='warehouse_location', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_location_owner', table_name='warehouse_location', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_location_newest', table_name='warehouse_location', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_location_name', table_name='warehouse_location', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_location_deleted', table_name='warehouse_location', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_location')
    op.drop_index('uq_warehouse_warehouse_name', table_name='warehouse_warehouse', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_warehouse_search', table_name='warehouse_warehouse', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_warehouse_warehouse_owner', table_name='warehouse_warehouse', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_warehouse_newest', table_name='warehouse_warehouse', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_warehouse_name', table_name='warehouse_warehouse', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_warehouse_warehouse_keeper', table_name='warehouse_warehouse')
    op.drop_index('ix_warehouse_warehouse_deleted', table_name='warehouse_warehouse', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('warehouse_warehouse')
    op.drop_table('warehouse_policy')
