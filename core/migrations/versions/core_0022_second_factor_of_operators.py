"""Second factor of operators"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0022"
down_revision = "core_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('operator_second_factor',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.Column('recovery', postgresql.ARRAY(sa.LargeBinary(length=32)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['vendor.operator.id'], name=op.f('fk_operator_second_factor_operator_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operator_second_factor')),
    sa.UniqueConstraint('operator_id', name=op.f('uq_operator_second_factor_operator_id')),
    schema='vendor',
    info={'secret': True, 'package': 'core'}
    )
    op.add_column('operator_session', sa.Column('halfway', sa.Boolean(), server_default=sa.false(), nullable=False), schema='vendor')
    op.alter_column('operator_session', 'halfway', server_default=None, schema='vendor')


def downgrade() -> None:
    op.drop_column('operator_session', 'halfway', schema='vendor')
    op.drop_table('operator_second_factor', schema='vendor')
