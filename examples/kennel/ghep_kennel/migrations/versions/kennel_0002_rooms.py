"""The room of a stay"""

import sqlalchemy as sa
from alembic import op

revision = 'kennel_0002'
down_revision = 'kennel_0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('kennel_stay', sa.Column('room', sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column('kennel_stay', 'room')
