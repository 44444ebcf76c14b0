"""Standards of work and material beside the products they are for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "garage_0003"
down_revision = "garage_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('garage_standard',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('hours', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('warranty_months', sa.BigInteger(), nullable=True),
    sa.Column('warranty_km', sa.BigInteger(), nullable=True),
    sa.Column('every_months', sa.BigInteger(), nullable=True),
    sa.Column('every_km', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'id'], ['catalog_product.tenant_id', 'catalog_product.id'], name=op.f('fk_garage_standard_tenant_id_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_garage_standard')),
    info={'package': 'plugins.garage'}
    )


def downgrade() -> None:
    op.drop_table('garage_standard')
