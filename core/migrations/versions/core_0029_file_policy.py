"""How large a company lets files be."""

import sqlalchemy as sa
from alembic import op

revision = "core_0029"
down_revision = "core_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_file_policy',
    sa.Column('largest', sa.Integer(), nullable=False),
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_file_policy')),
    sa.UniqueConstraint('tenant_id', name=op.f('uq_core_file_policy_tenant_id')),
    info={'package': 'core'}
    )


def downgrade() -> None:
    op.drop_table('core_file_policy')
