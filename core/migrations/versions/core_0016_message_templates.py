"""Message templates"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0016"
down_revision = "core_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_message_template',
    sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('entity', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('updated_by_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('search_norm', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'created_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_message_template_tenant_id_created_by_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_message_template_tenant_id_owner_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'updated_by_id'], ['core_user.tenant_id', 'core_user.id'], name=op.f('fk_core_message_template_tenant_id_updated_by_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_core_message_template')),
    info={'package': 'core'}
    )
    op.create_index('ix_core_message_template_deleted', 'core_message_template', ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.create_index('ix_core_message_template_name', 'core_message_template', ['tenant_id', 'name', 'id'], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_message_template_newest', 'core_message_template', ['tenant_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_message_template_owner', 'core_message_template', ['tenant_id', 'owner_id', sa.literal_column('updated_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_core_message_template_search', 'core_message_template', ['search_norm'], unique=False, postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.create_index('uq_core_message_template_name', 'core_message_template', ['tenant_id', 'name'], unique=True, postgresql_where=sa.text('deleted_at IS NULL'))


def downgrade() -> None:
    op.drop_index('uq_core_message_template_name', table_name='core_message_template', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_message_template_search', table_name='core_message_template', postgresql_using='gin', postgresql_ops={'search_norm': 'gin_trgm_ops'})
    op.drop_index('ix_core_message_template_owner', table_name='core_message_template', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_message_template_newest', table_name='core_message_template', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_message_template_name', table_name='core_message_template', postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_core_message_template_deleted', table_name='core_message_template', postgresql_where=sa.text('deleted_at IS NOT NULL'))
    op.drop_table('core_message_template')
