"""What the database keeps by itself: the copy of a record's last change that its shares carry.

A trigger and not code of ours, so that nothing which writes a record, a plugin's own statement least of all, can
leave a copy behind. It runs once for each statement, however many rows that changes.
"""

import sqlalchemy as sa
from psycopg import sql

NAME = "share_follows"
_FUNCTION = """
CREATE OR REPLACE FUNCTION ghep_share_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $body$
BEGIN
  UPDATE core_share s SET sort_at = c.updated_at FROM changed c
  WHERE s.tenant_id = c.tenant_id AND s.entity = TG_ARGV[0] AND s.record_id = c.id AND s.sort_at <> c.updated_at;
  RETURN NULL;
END $body$
"""


def ensure_triggers(connection: sa.Connection, unit: str, tables: list[sa.Table]) -> None:
    """Let the shares of each entity of a unit follow its records; may run again."""
    connection.exec_driver_sql(_FUNCTION, execution_options={"no_parameters": True})
    for table in tables:
        if "owner_id" in table.c and "updated_at" in table.c:
            entity = sql.Literal(f"{unit}.{table.name.removeprefix(f'{unit}_')}").as_string(None)
            connection.exec_driver_sql(
                f"CREATE OR REPLACE TRIGGER {NAME} AFTER UPDATE ON {table.name} REFERENCING NEW TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION ghep_share_follows({entity})"
            )
