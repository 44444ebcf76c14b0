"""Devices that people have signed in on"""

import sqlalchemy as sa
from alembic import op

revision = "core_0019"
down_revision = "core_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_known_device',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_known_device_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_known_device')),
    sa.UniqueConstraint('tenant_id', 'user_id', 'key_hash', name=op.f('uq_core_known_device_tenant_id_user_id_key_hash'))
    )


def downgrade() -> None:
    op.drop_table('core_known_device')
