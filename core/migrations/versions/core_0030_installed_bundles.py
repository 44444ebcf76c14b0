"""Which bundles' automations a company was given."""

import sqlalchemy as sa
from alembic import op

revision = "core_0030"
down_revision = "core_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_installed_bundle',
    sa.Column('bundle', sa.String(length=60), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_installed_bundle')),
    sa.UniqueConstraint('tenant_id', 'bundle', name=op.f('uq_core_installed_bundle_tenant_id_bundle')),
    info={'package': 'core'}
    )


def downgrade() -> None:
    op.drop_table('core_installed_bundle')
