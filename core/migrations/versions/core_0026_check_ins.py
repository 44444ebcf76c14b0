"""Check-ins: pictures taken at calls and meetings, with place and moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0026"
down_revision = "core_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_check_in',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=True),
    sa.Column('meeting_id', sa.Uuid(), nullable=True),
    sa.Column('photo_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('latitude', sa.Numeric(precision=9, scale=6), nullable=False),
    sa.Column('longitude', sa.Numeric(precision=9, scale=6), nullable=False),
    sa.Column('accuracy', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('num_nonnulls(call_id, meeting_id) = 1', name=op.f('ck_core_check_in_one_occasion')),
    sa.ForeignKeyConstraint(['tenant_id', 'call_id'], ['core_call.tenant_id', 'core_call.id'], name=op.f('fk_core_check_in_tenant_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'meeting_id'], ['core_meeting.tenant_id', 'core_meeting.id'], name=op.f('fk_core_check_in_tenant_id_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'photo_id'], ['core_file.tenant_id', 'core_file.id'], name=op.f('fk_core_check_in_tenant_id_photo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_check_in_tenant_id_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_check_in')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_check_in_call', 'core_check_in', ['tenant_id', 'call_id'], unique=False)
    op.create_index('ix_core_check_in_meeting', 'core_check_in', ['tenant_id', 'meeting_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_core_check_in_meeting', table_name='core_check_in')
    op.drop_index('ix_core_check_in_call', table_name='core_check_in')
    op.drop_table('core_check_in')
