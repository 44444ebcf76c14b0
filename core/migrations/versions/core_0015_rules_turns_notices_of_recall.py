"""Rules, turns, notices of recall"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0015"
down_revision = "core_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_rule',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('events', postgresql.ARRAY(sa.String(length=8)), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_rule')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_rule_order', 'core_rule', ['tenant_id', 'entity', 'kind', 'position'], unique=False)
    op.create_table('core_turn',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('last_id', sa.Uuid(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_turn')),
    sa.UniqueConstraint('tenant_id', 'subject_id', name=op.f('uq_core_turn_tenant_id_subject_id')),
    info={'package': 'core'}
    )
    op.create_table('core_recall_notice',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_recall_notice_tenant_id_owner_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_recall_notice')),
    sa.UniqueConstraint('tenant_id', 'record_id', name=op.f('uq_core_recall_notice_tenant_id_record_id')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_recall_notice_owner', 'core_recall_notice', ['tenant_id', 'owner_id', 'due'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_core_recall_notice_owner', table_name='core_recall_notice')
    op.drop_table('core_recall_notice')
    op.drop_table('core_turn')
    op.drop_index('ix_core_rule_order', table_name='core_rule')
    op.drop_table('core_rule')
