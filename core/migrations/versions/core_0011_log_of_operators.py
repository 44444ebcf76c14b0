"""Log of operators"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0011"
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deed',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('operator', sa.String(length=200), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('company', sa.String(length=40), nullable=False),
    sa.Column('plugin', sa.String(length=60), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deed')),
    schema='vendor',
    info={'secret': True, 'append_only': True, 'package': 'core'}
    )
    op.create_index(op.f('ix_deed_company_id'), 'deed', ['company', 'id'], unique=False, schema='vendor')
    op.add_column('quarantine', sa.Column('cause', sa.String(length=10), server_default='operator', nullable=False), schema='vendor')
    op.add_column('quarantine', sa.Column('operator', sa.String(length=200), server_default='', nullable=False), schema='vendor')


def downgrade() -> None:
    op.drop_column('quarantine', 'operator', schema='vendor')
    op.drop_column('quarantine', 'cause', schema='vendor')
    op.drop_index(op.f('ix_deed_company_id'), table_name='deed', schema='vendor')
    op.drop_table('deed', schema='vendor')
