"""Leases and sendings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_sending',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('answer', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'job_id'], ['core_job.tenant_id', 'core_job.id'], name=op.f('fk_core_sending_tenant_id_job_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_sending')),
    sa.UniqueConstraint('tenant_id', 'job_id', 'key', name=op.f('uq_core_sending_tenant_id_job_id_key')),
    info={'package': 'core'}
    )
    op.drop_index('ix_core_job_leased', table_name='core_job')
    op.drop_index('ix_core_job_due', table_name='core_job')
    op.create_index('ix_core_job_due', 'core_job', ['tenant_id', 'available_at', 'id'], unique=False, postgresql_where=sa.text("state IN ('new', 'running')"))
    op.alter_column('core_job', 'dedupe_key', type_=sa.String(length=180), existing_type=sa.String(length=120))
    op.drop_column('core_job', 'lease_until')


def downgrade() -> None:
    op.add_column('core_job', sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True))
    op.alter_column('core_job', 'dedupe_key', type_=sa.String(length=120), existing_type=sa.String(length=180))
    op.drop_index('ix_core_job_due', table_name='core_job')
    op.create_index('ix_core_job_due', 'core_job', ['available_at', 'tenant_id', 'id'], unique=False, postgresql_where=sa.text("state = 'new'"))
    op.create_index('ix_core_job_leased', 'core_job', ['lease_until'], unique=False, postgresql_where=sa.text("state = 'running'"))
    op.drop_table('core_sending')
