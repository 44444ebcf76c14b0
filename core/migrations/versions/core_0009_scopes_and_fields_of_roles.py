"""What roles reach, verb by verb and field by field; main departments and groups"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None

# Each verb of a list reached as far as its role did.
_SPREAD = """
UPDATE core_role SET grants = (
  SELECT coalesce(jsonb_object_agg(g.key, (
    SELECT coalesce(jsonb_object_agg(v.verb, core_role.reach), '{}') FROM jsonb_array_elements_text(g.value) AS v (verb))), '{}')
  FROM jsonb_each(grants) AS g)
"""
_GATHER = """
UPDATE core_role SET grants = (
  SELECT coalesce(jsonb_object_agg(g.key, (
    SELECT coalesce(jsonb_agg(v.key), '[]') FROM jsonb_each_text(g.value) AS v WHERE v.value <> '')), '{}')
  FROM jsonb_each(grants) AS g)
"""


def upgrade() -> None:
    # The tables' owner is held to the policies too, and no company is named here.
    op.execute("ALTER TABLE core_role NO FORCE ROW LEVEL SECURITY")
    op.execute(_SPREAD)
    op.execute("ALTER TABLE core_role FORCE ROW LEVEL SECURITY")
    op.drop_column("core_role", "reach")
    op.add_column("core_role", sa.Column("delegate", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("core_role", "delegate", server_default=None)
    op.add_column(
        "core_role",
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column(
        "core_department", sa.Column("kind", sa.String(length=40), server_default="department", nullable=False)
    )
    op.alter_column("core_department", "kind", server_default=None)
    op.add_column("core_user", sa.Column("department_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_core_user_tenant_id_department_id"),
        "core_user",
        "core_department",
        ["tenant_id", "department_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_core_user_department",
        "core_user",
        ["tenant_id", "department_id", sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")],
    )


def downgrade() -> None:
    op.drop_index("ix_core_user_department", table_name="core_user")
    op.drop_constraint(op.f("fk_core_user_tenant_id_department_id"), "core_user", type_="foreignkey")
    op.drop_column("core_user", "department_id")
    op.drop_column("core_department", "kind")
    op.drop_column("core_role", "fields")
    op.drop_column("core_role", "delegate")
    op.add_column("core_role", sa.Column("reach", sa.String(length=40), server_default="all", nullable=False))
    op.alter_column("core_role", "reach", server_default=None)
    op.execute("ALTER TABLE core_role NO FORCE ROW LEVEL SECURITY")
    op.execute(_GATHER)
    op.execute("ALTER TABLE core_role FORCE ROW LEVEL SECURITY")
