"""Steps of approval, the requests that go through them, and what was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0031"
down_revision = "core_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_approval_step',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('people', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('at_least', sa.Numeric(precision=18, scale=2), nullable=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_approval_step')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_approval_step_order', 'core_approval_step', ['tenant_id', 'entity', 'position'], unique=False)
    op.create_table('core_approval_request',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('record_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('steps', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('people', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('requested_by_id', sa.Uuid(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'requested_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_approval_request_tenant_id_requested_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_approval_request')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_approval_request_open', 'core_approval_request', ['tenant_id', 'requested_at'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_core_approval_request_record', 'core_approval_request', ['tenant_id', 'entity', 'record_id', 'requested_at'], unique=False)
    op.create_index('uq_core_approval_request_open', 'core_approval_request', ['tenant_id', 'entity', 'record_id'], unique=True, postgresql_where=sa.text("state = 'open'"))
    op.create_table('core_approval_answer',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'request_id'], ['core_approval_request.tenant_id', 'core_approval_request.id'], name=op.f('fk_core_approval_answer_tenant_id_request_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_approval_answer_tenant_id_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_approval_answer')),
    sa.UniqueConstraint('tenant_id', 'request_id', 'step', name=op.f('uq_core_approval_answer_tenant_id_request_id_step')),
    info={'package': 'core'}
    )


def downgrade() -> None:
    op.drop_table('core_approval_answer')
    op.drop_index('uq_core_approval_request_open', table_name='core_approval_request', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_core_approval_request_record', table_name='core_approval_request')
    op.drop_index('ix_core_approval_request_open', table_name='core_approval_request', postgresql_where=sa.text("state = 'open'"))
    op.drop_table('core_approval_request')
    op.drop_index('ix_core_approval_step_order', table_name='core_approval_step')
    op.drop_table('core_approval_step')
