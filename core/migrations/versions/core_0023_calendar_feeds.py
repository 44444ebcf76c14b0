"""Calendar feeds"""

import sqlalchemy as sa
from alembic import op

revision = "core_0023"
down_revision = "core_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_calendar_feed',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tenant_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_calendar_feed_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_calendar_feed')),
    sa.UniqueConstraint('tenant_id', 'user_id', name=op.f('uq_core_calendar_feed_tenant_id_user_id')),
    info={'package': 'core'}
    )


def downgrade() -> None:
    op.drop_table('core_calendar_feed')
