"""Rows of an import by their record"""

from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_core_import_row_record', 'core_import_row', ['tenant_id', 'import_id', 'record_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_core_import_row_record', table_name='core_import_row')
