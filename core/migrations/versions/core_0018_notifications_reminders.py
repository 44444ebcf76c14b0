"""Notifications, how people want to be told, reminders, and the zone of a person's clock"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0018"
down_revision = "core_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_notification',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('title', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=True),
    sa.Column('record_id', sa.Uuid(), nullable=True),
    sa.Column('url', sa.String(length=400), nullable=False),
    sa.Column('bell', sa.Boolean(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=180), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_notification_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_notification')),
    sa.UniqueConstraint('tenant_id', 'user_id', 'dedupe_key', name=op.f('uq_core_notification_tenant_id_user_id_dedupe_key')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_notification_newest', 'core_notification', ['tenant_id', 'user_id', sa.literal_column('id DESC')], unique=False, postgresql_where='bell')
    op.create_index('ix_core_notification_record', 'core_notification', ['tenant_id', 'record_id'], unique=False)
    op.create_index('ix_core_notification_unread', 'core_notification', ['tenant_id', 'user_id', sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('bell AND read_at IS NULL'))
    op.create_table('core_notification_preference',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('kinds', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('quiet_from', sa.Time(), nullable=True),
    sa.Column('quiet_to', sa.Time(), nullable=True),
    sa.Column('quiet_days', postgresql.ARRAY(sa.SmallInteger()), nullable=False),
    sa.Column('free_days', postgresql.ARRAY(sa.SmallInteger()), nullable=False),
    sa.Column('digest_hour', sa.SmallInteger(), nullable=True),
    sa.Column('digested_on', sa.Date(), nullable=True),
    sa.Column('sound', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_notification_preference_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_notification_preference')),
    sa.UniqueConstraint('tenant_id', 'user_id', name=op.f('uq_core_notification_preference_tenant_id_user_id')),
    info={'package': 'core'}
    )
    op.create_table('core_reminder',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=True),
    sa.Column('record_id', sa.Uuid(), nullable=True),
    sa.Column('plan', sa.String(length=40), nullable=True),
    sa.Column('title', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('url', sa.String(length=400), nullable=False),
    sa.Column('bell', sa.Boolean(), nullable=False),
    sa.Column('mail', sa.Boolean(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_reminder_tenant_id_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_reminder')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_reminder_clock', 'core_reminder', ['due_at', 'tenant_id'], unique=False)
    op.create_index('ix_core_reminder_due', 'core_reminder', ['tenant_id', 'due_at', 'id'], unique=False)
    op.create_index('ix_core_reminder_record', 'core_reminder', ['tenant_id', 'record_id'], unique=False)
    op.create_index('ix_core_reminder_user', 'core_reminder', ['tenant_id', 'user_id', 'due_at'], unique=False)
    op.add_column('core_user', sa.Column('timezone', sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column('core_user', 'timezone')
    op.drop_index('ix_core_reminder_user', table_name='core_reminder')
    op.drop_index('ix_core_reminder_record', table_name='core_reminder')
    op.drop_index('ix_core_reminder_due', table_name='core_reminder')
    op.drop_index('ix_core_reminder_clock', table_name='core_reminder')
    op.drop_table('core_reminder')
    op.drop_table('core_notification_preference')
    op.drop_index('ix_core_notification_unread', table_name='core_notification', postgresql_where=sa.text('bell AND read_at IS NULL'))
    op.drop_index('ix_core_notification_record', table_name='core_notification')
    op.drop_index('ix_core_notification_newest', table_name='core_notification', postgresql_where='bell')
    op.drop_table('core_notification')
