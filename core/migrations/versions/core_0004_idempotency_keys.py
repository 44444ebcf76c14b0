"""Idempotency keys"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_idempotency',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_idempotency_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_idempotency')),
    sa.UniqueConstraint('tenant_id', 'user_id', 'key', name=op.f('uq_core_idempotency_tenant_id_user_id_key')),
    info={'package': 'core'}
    )
    op.create_index(op.f('ix_core_idempotency_tenant_id_created_at'), 'core_idempotency', ['tenant_id', 'created_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_core_idempotency_tenant_id_created_at'), table_name='core_idempotency')
    op.drop_table('core_idempotency')
