"""Endpoints that rest, and addresses of automations that still work for a day."""

import sqlalchemy as sa
from alembic import op

revision = "core_0033"
down_revision = "core_0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('core_automation', sa.Column('former_secret', sa.LargeBinary(length=32), nullable=True))
    op.add_column('core_automation', sa.Column('former_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('core_webhook', sa.Column('rests', sa.Integer(), server_default='0', nullable=False))
    op.add_column('core_webhook', sa.Column('resting_until', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('core_webhook', 'resting_until')
    op.drop_column('core_webhook', 'rests')
    op.drop_column('core_automation', 'former_until')
    op.drop_column('core_automation', 'former_secret')
