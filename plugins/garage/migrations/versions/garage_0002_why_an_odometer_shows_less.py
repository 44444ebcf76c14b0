"""Why an odometer shows less than before, and the keys from lines to products that the first tables came without."""

import sqlalchemy as sa
from alembic import op

revision = "garage_0002"
down_revision = "garage_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(op.f('fk_garage_part_line_tenant_id_product_id'), 'garage_part_line', 'catalog_product', ['tenant_id', 'product_id'], ['tenant_id', 'id'], use_alter=True)
    op.create_foreign_key(op.f('fk_garage_quote_line_tenant_id_product_id'), 'garage_quote_line', 'catalog_product', ['tenant_id', 'product_id'], ['tenant_id', 'id'], use_alter=True)
    op.add_column('garage_reception', sa.Column('km_reason', sa.String(length=200), nullable=True))
    op.create_foreign_key(op.f('fk_garage_settlement_line_tenant_id_product_id'), 'garage_settlement_line', 'catalog_product', ['tenant_id', 'product_id'], ['tenant_id', 'id'], use_alter=True)
    op.add_column('garage_vehicle', sa.Column('km_reason', sa.String(length=200), nullable=True))
    op.create_foreign_key(op.f('fk_garage_work_line_tenant_id_product_id'), 'garage_work_line', 'catalog_product', ['tenant_id', 'product_id'], ['tenant_id', 'id'], use_alter=True)


def downgrade() -> None:
    op.drop_constraint(op.f('fk_garage_work_line_tenant_id_product_id'), 'garage_work_line', type_='foreignkey')
    op.drop_column('garage_vehicle', 'km_reason')
    op.drop_constraint(op.f('fk_garage_settlement_line_tenant_id_product_id'), 'garage_settlement_line', type_='foreignkey')
    op.drop_column('garage_reception', 'km_reason')
    op.drop_constraint(op.f('fk_garage_quote_line_tenant_id_product_id'), 'garage_quote_line', type_='foreignkey')
    op.drop_constraint(op.f('fk_garage_part_line_tenant_id_product_id'), 'garage_part_line', type_='foreignkey')
