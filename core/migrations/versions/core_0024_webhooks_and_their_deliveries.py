"""Webhooks and their deliveries"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0024"
down_revision = "core_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_webhook',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('paused', sa.String(length=10), nullable=False),
    sa.Column('subscriptions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('former_secret', sa.LargeBinary(), nullable=True),
    sa.Column('former_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_webhook_tenant_id_owner_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_webhook')),
    info={'package': 'core'}
    )
    op.create_table('core_webhook_delivery',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('webhook_id', sa.Uuid(), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('record_ids', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'job_id'], ['core_job.tenant_id', 'core_job.id'], name=op.f('fk_core_webhook_delivery_tenant_id_job_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'webhook_id'], ['core_webhook.tenant_id', 'core_webhook.id'], name=op.f('fk_core_webhook_delivery_tenant_id_webhook_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_webhook_delivery')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_webhook_delivery_job', 'core_webhook_delivery', ['tenant_id', 'job_id'], unique=False)
    op.create_index('ix_core_webhook_delivery_listed', 'core_webhook_delivery', ['tenant_id', 'webhook_id', sa.literal_column('id DESC')], unique=False)


def downgrade() -> None:
    op.drop_index('ix_core_webhook_delivery_listed', table_name='core_webhook_delivery')
    op.drop_index('ix_core_webhook_delivery_job', table_name='core_webhook_delivery')
    op.drop_table('core_webhook_delivery')
    op.drop_table('core_webhook')
