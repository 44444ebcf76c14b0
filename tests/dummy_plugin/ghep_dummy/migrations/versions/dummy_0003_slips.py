"""Slips and their lines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "dummy_0003"
down_revision = "dummy_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dummy_slip",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("discount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("updated_by_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("custom", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("search_norm", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by_id"],
            ["core_user.tenant_id", "core_user.id"],
            name=op.f("fk_dummy_slip_tenant_id_created_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["core_customer.tenant_id", "core_customer.id"],
            name=op.f("fk_dummy_slip_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["core_user.tenant_id", "core_user.id"],
            name=op.f("fk_dummy_slip_tenant_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "updated_by_id"],
            ["core_user.tenant_id", "core_user.id"],
            name=op.f("fk_dummy_slip_tenant_id_updated_by_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dummy_slip")),
        info={"package": "ghep_dummy"},
    )
    op.create_index(
        "ix_dummy_slip_customer",
        "dummy_slip",
        ["tenant_id", "customer_id", sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_dummy_slip_deleted",
        "dummy_slip",
        ["tenant_id", sa.literal_column("deleted_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dummy_slip_newest",
        "dummy_slip",
        ["tenant_id", sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_dummy_slip_owner",
        "dummy_slip",
        ["tenant_id", "owner_id", sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_dummy_slip_search",
        "dummy_slip",
        ["search_norm"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_norm": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_dummy_slip_code",
        "dummy_slip",
        ["tenant_id", "code"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "dummy_slip_line",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("price", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("cut", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column(
            "gross", sa.Numeric(precision=18, scale=4), sa.Computed("quantity * price", persisted=True), nullable=True
        ),
        sa.Column("given", sa.Date(), nullable=True),
        sa.Column("fragile", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("colours", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "document_id"],
            ["dummy_slip.tenant_id", "dummy_slip.id"],
            name=op.f("fk_dummy_slip_line_tenant_id_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "part_id"],
            ["dummy_part.tenant_id", "dummy_part.id"],
            name=op.f("fk_dummy_slip_line_tenant_id_part_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dummy_slip_line")),
        info={"package": "ghep_dummy"},
    )
    op.create_index(
        "ix_dummy_slip_line_document", "dummy_slip_line", ["tenant_id", "document_id", "position"], unique=False
    )
    op.create_index("ix_dummy_slip_line_part", "dummy_slip_line", ["tenant_id", "part_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dummy_slip_line_part", table_name="dummy_slip_line")
    op.drop_index("ix_dummy_slip_line_document", table_name="dummy_slip_line")
    op.drop_table("dummy_slip_line")
    op.drop_index("uq_dummy_slip_code", table_name="dummy_slip", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_dummy_slip_search",
        table_name="dummy_slip",
        postgresql_using="gin",
        postgresql_ops={"search_norm": "gin_trgm_ops"},
    )
    op.drop_index("ix_dummy_slip_owner", table_name="dummy_slip", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_dummy_slip_newest", table_name="dummy_slip", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_dummy_slip_deleted", table_name="dummy_slip", postgresql_where=sa.text("deleted_at IS NOT NULL"))
    op.drop_index("ix_dummy_slip_customer", table_name="dummy_slip")
    op.drop_table("dummy_slip")
