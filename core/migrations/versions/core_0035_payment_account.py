"""The account that the letterhead names"""

import sqlalchemy as sa
from alembic import op

revision = "core_0035"
down_revision = "core_0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("bank", 200), ("account", 40), ("holder", 200)):
        op.add_column("core_letterhead", sa.Column(name, sa.String(length=length), nullable=True))


def downgrade() -> None:
    for name in ("holder", "account", "bank"):
        op.drop_column("core_letterhead", name)
