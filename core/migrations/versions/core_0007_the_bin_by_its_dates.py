"""The bin by its dates"""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

TABLES = ('core_user', 'core_role', 'core_source', 'core_tag', 'core_customer', 'core_contact')


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f'ix_{table}_deleted', table, ['tenant_id', sa.literal_column('deleted_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_where=sa.text('deleted_at IS NOT NULL'))


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f'ix_{table}_deleted', table_name=table, postgresql_where=sa.text('deleted_at IS NOT NULL'))
