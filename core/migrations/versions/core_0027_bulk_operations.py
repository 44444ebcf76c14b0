"""Bulk operations by the name everybody knows them by"""

from alembic import op

revision = "core_0027"
down_revision = "core_0026"
branch_labels = None
depends_on = None

OLD, NEW = ("core_act", "core_act_item", "act_id"), ("core_bulk_operation", "core_bulk_item", "operation_id")


def upgrade() -> None:
    _rename(OLD, NEW)
    _rename_work("core.acts.", "core.bulk.", "act", "operation", "clear_acts", "clear_bulk_operations")


def downgrade() -> None:
    _rename(NEW, OLD)
    _rename_work("core.bulk.", "core.acts.", "operation", "act", "clear_bulk_operations", "clear_acts")


def _rename(old: tuple[str, str, str], new: tuple[str, str, str]) -> None:
    """Tables and the column that points at them, with the names that are made of theirs."""
    (whole, item, key), (new_whole, new_item, new_key) = old, new
    for table, renamed in ((item, new_item), (whole, new_whole)):
        op.execute(f"ALTER TABLE {table} RENAME TO {renamed}")
        op.execute(f"ALTER TABLE {renamed} RENAME CONSTRAINT pk_{table} TO pk_{renamed}")
    op.execute(f"ALTER INDEX ix_{whole}_mine RENAME TO ix_{new_whole}_mine")
    op.execute(f"ALTER INDEX ix_{item}_turn RENAME TO ix_{new_item}_turn")
    for table, before in ((new_item, item), ("core_merged", "core_merged")):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {key} TO {new_key}")
        op.execute(
            f"ALTER TABLE {table} RENAME CONSTRAINT fk_{before}_tenant_id_{key} TO fk_{table}_tenant_id_{new_key}"
        )


def _rename_work(topic: str, new_topic: str, key: str, new_key: str, schedule: str, new_schedule: str) -> None:
    """Jobs that wait, and what is planned. The owner of the tables is held by their policies too, until the end."""
    for table in ("core_job", "core_schedule"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        f"UPDATE core_job SET topic = replace(topic, '{topic}', '{new_topic}'),"  # noqa: S608 # this module's own text
        f" payload = CASE WHEN payload ? '{key}'"
        f" THEN payload - '{key}' || jsonb_build_object('{new_key}', payload -> '{key}') ELSE payload END"
        f" WHERE topic LIKE '{topic}%'"
    )
    op.execute(f"UPDATE core_schedule SET name = '{new_schedule}' WHERE plugin = 'core' AND name = '{schedule}'")  # noqa: S608 # likewise
    for table in ("core_job", "core_schedule"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
