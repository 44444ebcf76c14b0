"""Cars, receptions, quotes, repair orders and settlements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "garage_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('garage_bay',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_bay_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_bay_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_bay_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_bay')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_bay_deleted', 'garage_bay', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_bay_newest', 'garage_bay', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_bay_owner', 'garage_bay', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_bay_position', 'garage_bay', ['tenant_id', 'position', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_bay_search', 'garage_bay', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_garage_bay_name', 'garage_bay', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_norm',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('hours', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('pay', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('warranty_months', sa.BigInteger(), nullable=True),
    sa.Column('warranty_km', sa.BigInteger(), nullable=True),
    sa.Column('every_months', sa.BigInteger(), nullable=True),
    sa.Column('every_km', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_norm_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_norm_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_norm_tenant_id_product_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_norm_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_norm')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_norm_deleted', 'garage_norm', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_norm_newest', 'garage_norm', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_norm_owner', 'garage_norm', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_norm_product', 'garage_norm', ['tenant_id', 'product_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_norm_search', 'garage_norm', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_garage_norm_product', 'garage_norm', ['tenant_id', 'product_id'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_vehicle',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plate', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('brand', sa.String(length=60), nullable=True),
    sa.Column('model', sa.String(length=60), nullable=True),
    sa.Column('year', sa.BigInteger(), nullable=True),
    sa.Column('color', sa.String(length=40), nullable=True),
    sa.Column('vin', sa.String(length=17), nullable=True),
    sa.Column('engine', sa.String(length=40), nullable=True),
    sa.Column('transmission', sa.String(length=40), nullable=True),
    sa.Column('fuel', sa.String(length=40), nullable=True),
    sa.Column('seats', sa.BigInteger(), nullable=True),
    sa.Column('commercial', sa.Boolean(), nullable=False),
    sa.Column('km', sa.BigInteger(), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('inspection_on', sa.Date(), nullable=True),
    sa.Column('insurance_on', sa.Date(), nullable=True),
    sa.Column('road_fee_on', sa.Date(), nullable=True),
    sa.Column('maintenance_on', sa.Date(), nullable=True),
    sa.Column('maintenance_km', sa.BigInteger(), nullable=True),
    sa.Column('pace', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('picture_id', sa.Uuid(), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_vehicle_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_vehicle_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_vehicle_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'picture_id'], ['core_file.tenant_id', 'core_file.id'], name=op.f('fk_garage_vehicle_tenant_id_picture_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_vehicle_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_vehicle')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_vehicle_customer', 'garage_vehicle', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_vehicle_deleted', 'garage_vehicle', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_vehicle_due_on', 'garage_vehicle', ['tenant_id', 'due_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_inspection_on', 'garage_vehicle', ['tenant_id', 'inspection_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_insurance_on', 'garage_vehicle', ['tenant_id', 'insurance_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_km', 'garage_vehicle', ['tenant_id', 'km', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_newest', 'garage_vehicle', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_owner', 'garage_vehicle', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_plate', 'garage_vehicle', ['tenant_id', 'plate', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_vehicle_search', 'garage_vehicle', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_garage_vehicle_plate', 'garage_vehicle', ['tenant_id', 'plate'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('uq_garage_vehicle_vin', 'garage_vehicle', ['tenant_id', 'vin'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_holding',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plate', sa.String(length=20), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_holding_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_holding_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_holding_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_holding_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'vehicle_id'], ['garage_vehicle.tenant_id', 'garage_vehicle.id'], name=op.f('fk_garage_holding_tenant_id_vehicle_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_holding')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_holding_customer', 'garage_holding', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_holding_deleted', 'garage_holding', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_holding_newest', 'garage_holding', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_holding_owner', 'garage_holding', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_holding_search', 'garage_holding', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_holding_since', 'garage_holding', ['tenant_id', 'since', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_holding_vehicle', 'garage_holding', ['tenant_id', 'vehicle_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_table('garage_reception',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('promised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('km', sa.BigInteger(), nullable=True),
    sa.Column('fuel', sa.String(length=40), nullable=True),
    sa.Column('advisor_id', sa.Uuid(), nullable=True),
    sa.Column('brought_by', sa.String(length=120), nullable=True),
    sa.Column('phone', sa.String(length=200), nullable=True),
    sa.Column('wishes', sa.Text(), nullable=True),
    sa.Column('belongings', sa.Text(), nullable=True),
    sa.Column('damage_id', sa.Uuid(), nullable=True),
    sa.Column('damages', sa.Text(), nullable=True),
    sa.Column('towed', sa.Boolean(), nullable=False),
    sa.Column('claim', sa.String(length=60), nullable=True),
    sa.Column('signature_id', sa.Uuid(), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'advisor_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_reception_tenant_id_advisor_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_reception_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_reception_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'damage_id'], ['core_file.tenant_id', 'core_file.id'], name=op.f('fk_garage_reception_tenant_id_damage_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_reception_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'signature_id'], ['core_file.tenant_id', 'core_file.id'], name=op.f('fk_garage_reception_tenant_id_signature_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_reception_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'vehicle_id'], ['garage_vehicle.tenant_id', 'garage_vehicle.id'], name=op.f('fk_garage_reception_tenant_id_vehicle_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_reception')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_reception_advisor', 'garage_reception', ['tenant_id', 'advisor_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_reception_customer', 'garage_reception', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_reception_deleted', 'garage_reception', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_reception_newest', 'garage_reception', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_reception_owner', 'garage_reception', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_reception_promised_at', 'garage_reception', ['tenant_id', 'promised_at', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_reception_received_at', 'garage_reception', ['tenant_id', 'received_at', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_reception_search', 'garage_reception', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_reception_vehicle', 'garage_reception', ['tenant_id', 'vehicle_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_garage_reception_number', 'garage_reception', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_photo',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('caption', sa.String(length=200), nullable=True),
    sa.Column('reception_id', sa.Uuid(), nullable=False),
    sa.Column('picture_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_photo_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_photo_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'picture_id'], ['core_file.tenant_id', 'core_file.id'], name=op.f('fk_garage_photo_tenant_id_picture_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'reception_id'], ['garage_reception.tenant_id', 'garage_reception.id'], name=op.f('fk_garage_photo_tenant_id_reception_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_photo_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_photo')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_photo_deleted', 'garage_photo', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_photo_newest', 'garage_photo', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_photo_owner', 'garage_photo', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_photo_reception', 'garage_photo', ['tenant_id', 'reception_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_photo_search', 'garage_photo', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_table('garage_quote',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('reception_id', sa.Uuid(), nullable=True),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('quoted_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('refusal', sa.String(length=200), nullable=True),
    sa.Column('subtotal', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('discount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('km', sa.BigInteger(), nullable=True),
    sa.Column('advisor_id', sa.Uuid(), nullable=True),
    sa.Column('insurer_id', sa.Uuid(), nullable=True),
    sa.Column('claim_no', sa.String(length=60), nullable=True),
    sa.Column('deductible', sa.Numeric(precision=18, scale=2), nullable=False),
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
    sa.ForeignKeyConstraint(['tenant_id', 'advisor_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_quote_tenant_id_advisor_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_quote_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_quote_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'insurer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_quote_tenant_id_insurer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_quote_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'reception_id'], ['garage_reception.tenant_id', 'garage_reception.id'], name=op.f('fk_garage_quote_tenant_id_reception_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_quote_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'vehicle_id'], ['garage_vehicle.tenant_id', 'garage_vehicle.id'], name=op.f('fk_garage_quote_tenant_id_vehicle_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_quote')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_quote_advisor', 'garage_quote', ['tenant_id', 'advisor_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_quote_customer', 'garage_quote', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_quote_deleted', 'garage_quote', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_quote_insurer', 'garage_quote', ['tenant_id', 'insurer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_quote_newest', 'garage_quote', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_quote_owner', 'garage_quote', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_quote_quoted_on', 'garage_quote', ['tenant_id', 'quoted_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_quote_reception', 'garage_quote', ['tenant_id', 'reception_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_quote_search', 'garage_quote', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_quote_total', 'garage_quote', ['tenant_id', 'total', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_quote_vehicle', 'garage_quote', ['tenant_id', 'vehicle_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_garage_quote_number', 'garage_quote', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_quote_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('cut', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('rate', sa.String(length=40), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('payer', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['garage_quote.tenant_id', 'garage_quote.id'], name=op.f('fk_garage_quote_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_quote_line_tenant_id_product_id'), use_alter=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_quote_line')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_quote_line_document', 'garage_quote_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_garage_quote_line_product', 'garage_quote_line', ['tenant_id', 'product_id'], unique=False)
    op.create_table('garage_repair_order',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('reception_id', sa.Uuid(), nullable=True),
    sa.Column('quote_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('promised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bay_id', sa.Uuid(), nullable=True),
    sa.Column('warehouse_id', sa.Uuid(), nullable=True),
    sa.Column('subtotal', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('discount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('km', sa.BigInteger(), nullable=True),
    sa.Column('advisor_id', sa.Uuid(), nullable=True),
    sa.Column('insurer_id', sa.Uuid(), nullable=True),
    sa.Column('claim_no', sa.String(length=60), nullable=True),
    sa.Column('deductible', sa.Numeric(precision=18, scale=2), nullable=False),
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
    sa.ForeignKeyConstraint(['tenant_id', 'advisor_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_repair_order_tenant_id_advisor_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'bay_id'], ['garage_bay.tenant_id', 'garage_bay.id'], name=op.f('fk_garage_repair_order_tenant_id_bay_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_repair_order_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_repair_order_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'insurer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_repair_order_tenant_id_insurer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_repair_order_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'quote_id'], ['garage_quote.tenant_id', 'garage_quote.id'], name=op.f('fk_garage_repair_order_tenant_id_quote_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'reception_id'], ['garage_reception.tenant_id', 'garage_reception.id'], name=op.f('fk_garage_repair_order_tenant_id_reception_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_repair_order_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'vehicle_id'], ['garage_vehicle.tenant_id', 'garage_vehicle.id'], name=op.f('fk_garage_repair_order_tenant_id_vehicle_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_garage_repair_order_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_repair_order')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_repair_order_advisor', 'garage_repair_order', ['tenant_id', 'advisor_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_bay', 'garage_repair_order', ['tenant_id', 'bay_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_customer', 'garage_repair_order', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_deleted', 'garage_repair_order', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_repair_order_insurer', 'garage_repair_order', ['tenant_id', 'insurer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_newest', 'garage_repair_order', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_repair_order_opened_on', 'garage_repair_order', ['tenant_id', 'opened_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_repair_order_owner', 'garage_repair_order', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_repair_order_promised_at', 'garage_repair_order', ['tenant_id', 'promised_at', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_repair_order_quote', 'garage_repair_order', ['tenant_id', 'quote_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_reception', 'garage_repair_order', ['tenant_id', 'reception_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_search', 'garage_repair_order', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_repair_order_total', 'garage_repair_order', ['tenant_id', 'total', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_repair_order_vehicle', 'garage_repair_order', ['tenant_id', 'vehicle_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_repair_order_warehouse', 'garage_repair_order', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_garage_repair_order_number', 'garage_repair_order', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_part_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('issued', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('agreed', sa.String(length=40), nullable=False),
    sa.Column('payer', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('cut', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('rate', sa.String(length=40), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['garage_repair_order.tenant_id', 'garage_repair_order.id'], name=op.f('fk_garage_part_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_part_line_tenant_id_product_id'), use_alter=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_part_line')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_part_line_document', 'garage_part_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_garage_part_line_product', 'garage_part_line', ['tenant_id', 'product_id'], unique=False)
    op.create_table('garage_repair_order_technicians',
    sa.Column('tenant_id', sa.BigInteger(), nullable=False),
    sa.Column('left_id', sa.Uuid(), nullable=False),
    sa.Column('right_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'left_id'], ['garage_repair_order.tenant_id', 'garage_repair_order.id'], name=op.f('fk_garage_repair_order_technicians_tenant_id_left_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'right_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_repair_order_technicians_tenant_id_right_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'left_id', 'right_id', name=op.f('pk_garage_repair_order_technicians')),
    info={'package': 'plugins.garage'}
    )
    op.create_index(op.f('ix_garage_repair_order_technicians_tenant_id_right_id_left_id'), 'garage_repair_order_technicians', ['tenant_id', 'right_id', 'left_id'], unique=False)
    op.create_table('garage_settlement',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=False),
    sa.Column('stock', sa.String(length=40), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('payment', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('warehouse_id', sa.Uuid(), nullable=True),
    sa.Column('maintenance_on', sa.Date(), nullable=True),
    sa.Column('maintenance_km', sa.BigInteger(), nullable=True),
    sa.Column('adjuster', sa.String(length=120), nullable=True),
    sa.Column('adjuster_phone', sa.String(length=200), nullable=True),
    sa.Column('inspection_on', sa.Date(), nullable=True),
    sa.Column('insurance_on', sa.Date(), nullable=True),
    sa.Column('insured', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('due', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('paid', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('subtotal', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('discount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('total', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('km', sa.BigInteger(), nullable=True),
    sa.Column('advisor_id', sa.Uuid(), nullable=True),
    sa.Column('insurer_id', sa.Uuid(), nullable=True),
    sa.Column('claim_no', sa.String(length=60), nullable=True),
    sa.Column('deductible', sa.Numeric(precision=18, scale=2), nullable=False),
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
    sa.ForeignKeyConstraint(['tenant_id', 'advisor_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_settlement_tenant_id_advisor_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_settlement_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'customer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_settlement_tenant_id_customer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'insurer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_settlement_tenant_id_insurer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'order_id'], ['garage_repair_order.tenant_id', 'garage_repair_order.id'], name=op.f('fk_garage_settlement_tenant_id_order_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_settlement_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_settlement_tenant_id_updated_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'vehicle_id'], ['garage_vehicle.tenant_id', 'garage_vehicle.id'], name=op.f('fk_garage_settlement_tenant_id_vehicle_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'warehouse_id'], ['warehouse_warehouse.tenant_id', 'warehouse_warehouse.id'], name=op.f('fk_garage_settlement_tenant_id_warehouse_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_settlement')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_settlement_advisor', 'garage_settlement', ['tenant_id', 'advisor_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_settlement_customer', 'garage_settlement', ['tenant_id', 'customer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_settlement_deleted', 'garage_settlement', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_settlement_insurer', 'garage_settlement', ['tenant_id', 'insurer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_settlement_newest', 'garage_settlement', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_settlement_order', 'garage_settlement', ['tenant_id', 'order_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_settlement_owner', 'garage_settlement', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_settlement_search', 'garage_settlement', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_settlement_settled_on', 'garage_settlement', ['tenant_id', 'settled_on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_settlement_total', 'garage_settlement', ['tenant_id', 'total', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_settlement_vehicle', 'garage_settlement', ['tenant_id', 'vehicle_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_settlement_warehouse', 'garage_settlement', ['tenant_id', 'warehouse_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_garage_settlement_number', 'garage_settlement', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_work_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('technician_id', sa.Uuid(), nullable=True),
    sa.Column('hours', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('pay', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('agreed', sa.String(length=40), nullable=False),
    sa.Column('payer', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('cut', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('rate', sa.String(length=40), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['garage_repair_order.tenant_id', 'garage_repair_order.id'], name=op.f('fk_garage_work_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_work_line_tenant_id_product_id'), use_alter=True),
    sa.ForeignKeyConstraint(['tenant_id', 'technician_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_work_line_tenant_id_technician_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_work_line')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_work_line_document', 'garage_work_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_garage_work_line_product', 'garage_work_line', ['tenant_id', 'product_id'], unique=False)
    op.create_index('ix_garage_work_line_technician', 'garage_work_line', ['tenant_id', 'technician_id'], unique=False)
    op.create_table('garage_claim',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('settlement_id', sa.Uuid(), nullable=False),
    sa.Column('insurer_id', sa.Uuid(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('paid', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('claim_no', sa.String(length=60), nullable=True),
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
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_claim_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'insurer_id'], ['core_customer.tenant_id', 'core_customer.id'], name=op.f('fk_garage_claim_tenant_id_insurer_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_claim_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'settlement_id'], ['garage_settlement.tenant_id', 'garage_settlement.id'], name=op.f('fk_garage_claim_tenant_id_settlement_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_garage_claim_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_claim')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_claim_deleted', 'garage_claim', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_garage_claim_insurer', 'garage_claim', ['tenant_id', 'insurer_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_garage_claim_newest', 'garage_claim', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_claim_on', 'garage_claim', ['tenant_id', 'on', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_claim_owner', 'garage_claim', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_garage_claim_search', 'garage_claim', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('ix_garage_claim_settlement', 'garage_claim', ['tenant_id', 'settlement_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_garage_claim_number', 'garage_claim', ['tenant_id', 'number'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('garage_settlement_line',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('warranty_months', sa.BigInteger(), nullable=True),
    sa.Column('warranty_km', sa.BigInteger(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.Column('cut', sa.Numeric(precision=9, scale=4), nullable=True),
    sa.Column('rate', sa.String(length=40), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=18, scale=2), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('payer', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'document_id'], ['garage_settlement.tenant_id', 'garage_settlement.id'], name=op.f('fk_garage_settlement_line_tenant_id_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'product_id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_settlement_line_tenant_id_product_id'), use_alter=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_settlement_line')),
    info={'package': 'plugins.garage'}
    )
    op.create_index('ix_garage_settlement_line_document', 'garage_settlement_line', ['tenant_id', 'document_id', 'position'], unique=False)
    op.create_index('ix_garage_settlement_line_product', 'garage_settlement_line', ['tenant_id', 'product_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_garage_settlement_line_product', table_name='garage_settlement_line')
    op.drop_index('ix_garage_settlement_line_document', table_name='garage_settlement_line')
    op.drop_table('garage_settlement_line')
    op.drop_index('uq_garage_claim_number', table_name='garage_claim', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_claim_settlement', table_name='garage_claim')
    op.drop_index('ix_garage_claim_search', table_name='garage_claim', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_claim_owner', table_name='garage_claim', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_claim_on', table_name='garage_claim', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_claim_newest', table_name='garage_claim', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_claim_insurer', table_name='garage_claim')
    op.drop_index('ix_garage_claim_deleted', table_name='garage_claim', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('garage_claim')
    op.drop_index('ix_garage_work_line_technician', table_name='garage_work_line')
    op.drop_index('ix_garage_work_line_product', table_name='garage_work_line')
    op.drop_index('ix_garage_work_line_document', table_name='garage_work_line')
    op.drop_table('garage_work_line')
    op.drop_index('uq_garage_settlement_number', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_settlement_warehouse', table_name='garage_settlement')
    op.drop_index('ix_garage_settlement_vehicle', table_name='garage_settlement')
    op.drop_index('ix_garage_settlement_total', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_settlement_settled_on', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_settlement_search', table_name='garage_settlement', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_settlement_owner', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_settlement_order', table_name='garage_settlement')
    op.drop_index('ix_garage_settlement_newest', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_settlement_insurer', table_name='garage_settlement')
    op.drop_index('ix_garage_settlement_deleted', table_name='garage_settlement', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_settlement_customer', table_name='garage_settlement')
    op.drop_index('ix_garage_settlement_advisor', table_name='garage_settlement')
    op.drop_table('garage_settlement')
    op.drop_index(op.f('ix_garage_repair_order_technicians_tenant_id_right_id_left_id'), table_name='garage_repair_order_technicians')
    op.drop_table('garage_repair_order_technicians')
    op.drop_index('ix_garage_part_line_product', table_name='garage_part_line')
    op.drop_index('ix_garage_part_line_document', table_name='garage_part_line')
    op.drop_table('garage_part_line')
    op.drop_index('uq_garage_repair_order_number', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_warehouse', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_vehicle', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_total', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_search', table_name='garage_repair_order', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_repair_order_reception', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_quote', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_promised_at', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_owner', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_opened_on', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_newest', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_repair_order_insurer', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_deleted', table_name='garage_repair_order', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_repair_order_customer', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_bay', table_name='garage_repair_order')
    op.drop_index('ix_garage_repair_order_advisor', table_name='garage_repair_order')
    op.drop_table('garage_repair_order')
    op.drop_index('ix_garage_quote_line_product', table_name='garage_quote_line')
    op.drop_index('ix_garage_quote_line_document', table_name='garage_quote_line')
    op.drop_table('garage_quote_line')
    op.drop_index('uq_garage_quote_number', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_quote_vehicle', table_name='garage_quote')
    op.drop_index('ix_garage_quote_total', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_quote_search', table_name='garage_quote', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_quote_reception', table_name='garage_quote')
    op.drop_index('ix_garage_quote_quoted_on', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_quote_owner', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_quote_newest', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_quote_insurer', table_name='garage_quote')
    op.drop_index('ix_garage_quote_deleted', table_name='garage_quote', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_quote_customer', table_name='garage_quote')
    op.drop_index('ix_garage_quote_advisor', table_name='garage_quote')
    op.drop_table('garage_quote')
    op.drop_index('ix_garage_photo_search', table_name='garage_photo', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_photo_reception', table_name='garage_photo')
    op.drop_index('ix_garage_photo_owner', table_name='garage_photo', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_photo_newest', table_name='garage_photo', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_photo_deleted', table_name='garage_photo', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('garage_photo')
    op.drop_index('uq_garage_reception_number', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_reception_vehicle', table_name='garage_reception')
    op.drop_index('ix_garage_reception_search', table_name='garage_reception', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_reception_received_at', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_reception_promised_at', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_reception_owner', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_reception_newest', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_reception_deleted', table_name='garage_reception', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_reception_customer', table_name='garage_reception')
    op.drop_index('ix_garage_reception_advisor', table_name='garage_reception')
    op.drop_table('garage_reception')
    op.drop_index('ix_garage_holding_vehicle', table_name='garage_holding')
    op.drop_index('ix_garage_holding_since', table_name='garage_holding', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_holding_search', table_name='garage_holding', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_holding_owner', table_name='garage_holding', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_holding_newest', table_name='garage_holding', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_holding_deleted', table_name='garage_holding', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_holding_customer', table_name='garage_holding')
    op.drop_table('garage_holding')
    op.drop_index('uq_garage_vehicle_vin', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('uq_garage_vehicle_plate', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_search', table_name='garage_vehicle', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_vehicle_plate', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_owner', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_newest', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_km', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_insurance_on', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_inspection_on', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_due_on', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_vehicle_deleted', table_name='garage_vehicle', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_index('ix_garage_vehicle_customer', table_name='garage_vehicle')
    op.drop_table('garage_vehicle')
    op.drop_index('uq_garage_norm_product', table_name='garage_norm', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_norm_search', table_name='garage_norm', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_norm_product', table_name='garage_norm')
    op.drop_index('ix_garage_norm_owner', table_name='garage_norm', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_norm_newest', table_name='garage_norm', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_norm_deleted', table_name='garage_norm', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('garage_norm')
    op.drop_index('uq_garage_bay_name', table_name='garage_bay', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_bay_search', table_name='garage_bay', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_garage_bay_position', table_name='garage_bay', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_bay_owner', table_name='garage_bay', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_bay_newest', table_name='garage_bay', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_garage_bay_deleted', table_name='garage_bay', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('garage_bay')
