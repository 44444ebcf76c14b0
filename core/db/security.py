"""Lock 2 of three: roles, row-level security and the search function, kept by code and not by memory.

Applied in the transaction of every migration, to every table of the unit, so that there is no moment and no
table without them. Each statement may run again.
"""

import sqlalchemy as sa
from psycopg import sql

from core.db.base import VENDOR_SCHEMA
from core.db.database import APP_ROLE, VENDOR_ROLE, role_password

SEARCH_ROLE = "ghep_search"
ERASER_ROLE = "ghep_eraser"
SEARCH_COLUMNS = ("tenant_id", "id", "search_norm", "deleted_at")
_POLICY = "tenant_id = nullif(current_setting('ghep.tenant', true), '')::bigint"

# LIKE is not leakproof: under row-level security the planner may not use a trigram index for it. This function
# runs as a role that sees the four search columns alone, names the company itself and fails without one.
_SEARCH_FUNCTION = f"""
CREATE OR REPLACE FUNCTION ghep_search(entity regclass, words text[], capped integer) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $body$
DECLARE word text; condition text := '';
BEGIN
  FOREACH word IN ARRAY words LOOP
    condition := condition || format(' AND search_norm LIKE %L', '%' || replace(replace(replace(
      word, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%');
  END LOOP;
  RETURN QUERY EXECUTE format('SELECT id FROM %s WHERE tenant_id = $1 AND deleted_at IS NULL%s LIMIT $2',
    entity, condition) USING current_setting('ghep.tenant')::bigint, capped;
END $body$;
ALTER FUNCTION ghep_search(regclass, text[], integer) OWNER TO {SEARCH_ROLE};
REVOKE ALL ON FUNCTION ghep_search(regclass, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ghep_search(regclass, text[], integer) TO {APP_ROLE};
"""

# A worker must know which companies have work before it can enter one; it learns their numbers and nothing else.
# A suspended company's work waits until it is open again.
_DUE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION %(name)s(capped integer) RETURNS TABLE (tenant_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $body$
  SELECT due.tenant_id FROM %(table)s due JOIN {VENDOR_SCHEMA}.company c ON c.id = due.tenant_id
  WHERE c.state = 'open' AND %(condition)s
  GROUP BY due.tenant_id ORDER BY min(due.%(moment)s) LIMIT capped
$body$;
ALTER FUNCTION %(name)s(integer) OWNER TO {SEARCH_ROLE};
REVOKE ALL ON FUNCTION %(name)s(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION %(name)s(integer) TO {APP_ROLE};
"""  # constants of this module alone
_DUE_FUNCTIONS = (
    {
        "name": "ghep_due",
        "table": "core_job",
        "moment": "available_at",
        "condition": "due.state IN ('new', 'running') AND due.available_at <= now()",
    },
    {
        "name": "ghep_schedules_due",
        "table": "core_schedule",
        "moment": "next_at",
        "condition": "due.next_at <= now()",
    },
    {
        "name": "ghep_reminders_due",
        "table": "core_reminder",
        "moment": "due_at",
        "condition": "due.due_at <= now()",
    },
)
_DUE_COLUMNS = {
    "core_job": "tenant_id, state, available_at",
    "core_schedule": "tenant_id, next_at",
    "core_reminder": "tenant_id, due_at",
}

# The log is append-only, yet a person has the right to be forgotten in it too. This function empties named values and
# renames records, of records alone whose erasure the log tells: whatever else, it cannot be used in silence.
_FORGET_FUNCTION = f"""
CREATE OR REPLACE FUNCTION ghep_forget(records uuid[], titles text[], fields text[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $body$
  UPDATE core_change c SET record_title = forgotten.title, "values" = coalesce((
      SELECT jsonb_object_agg(v.key, CASE WHEN v.key = ANY (fields) THEN '[null, null]'::jsonb ELSE v.value END)
      FROM jsonb_each(c."values") v), '{{}}'::jsonb)
  FROM unnest(records, titles) AS forgotten (id, title)
  WHERE c.tenant_id = current_setting('ghep.tenant')::bigint AND c.record_id = forgotten.id
    AND EXISTS (SELECT FROM core_change e
      WHERE e.tenant_id = c.tenant_id AND e.record_id = c.record_id AND e.action = 'erased')
$body$;
ALTER FUNCTION ghep_forget(uuid[], text[], text[]) OWNER TO {ERASER_ROLE};
REVOKE ALL ON FUNCTION ghep_forget(uuid[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ghep_forget(uuid[], text[], text[]) TO {APP_ROLE};
"""


class UnsafeRoleError(RuntimeError):
    """The application's role could see every company: the process must not start."""


def ensure_roles(connection: sa.Connection, secret: str) -> None:
    """Create the roles of an installation and set their passwords; run by the owner."""
    known = set(connection.scalars(sa.text("SELECT rolname FROM pg_roles")))
    for role in (APP_ROLE, VENDOR_ROLE, SEARCH_ROLE, ERASER_ROLE):
        if role not in known:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN NOINHERIT")
    for role in (APP_ROLE, VENDOR_ROLE):
        password = sql.Literal(role_password(secret, role)).as_string(None)
        connection.exec_driver_sql(f"ALTER ROLE {role} LOGIN PASSWORD {password}")
        connection.exec_driver_sql(f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '120s'")
        connection.exec_driver_sql(f"ALTER ROLE {role} SET statement_timeout = '60s'")
        # Until a statement comes whose values decide: see core.db.session.
        connection.exec_driver_sql(f"ALTER ROLE {role} SET plan_cache_mode = force_generic_plan")
    # Giving the functions away needs membership in the role they are given to.
    connection.exec_driver_sql(f"GRANT {SEARCH_ROLE}, {ERASER_ROLE} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH_ROLE}, {ERASER_ROLE}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {VENDOR_ROLE}")
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {VENDOR_SCHEMA}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {VENDOR_SCHEMA} TO {APP_ROLE}, {VENDOR_ROLE}")
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def secure(connection: sa.Connection, tables: list[sa.Table]) -> None:
    """Give each table its policy and its grants."""
    for table in tables:
        if table.schema == VENDOR_SCHEMA:
            _secure_vendor_table(connection, table)
        else:
            _secure_tenant_table(connection, table)


def _secure_tenant_table(connection: sa.Connection, table: sa.Table) -> None:
    name = table.name
    run = connection.exec_driver_sql
    run(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    run(f"DROP POLICY IF EXISTS tenant ON {name}")
    run(f"CREATE POLICY tenant ON {name} TO {APP_ROLE} USING ({_POLICY}) WITH CHECK ({_POLICY})")
    run(f"REVOKE ALL ON {name} FROM PUBLIC")
    append_only = bool(table.info.get("append_only"))
    run(f"GRANT SELECT, INSERT{'' if append_only else ', UPDATE, DELETE'} ON {name} TO {APP_ROLE}")
    if corrected := table.info.get("corrected"):  # of an append-only table: what follows from later rows
        run(f"GRANT UPDATE ({', '.join(corrected)}) ON {name} TO {APP_ROLE}")
    columns = _DUE_COLUMNS.get(name) or (", ".join(SEARCH_COLUMNS) if "search_norm" in table.c else "")
    if columns:
        run(f"DROP POLICY IF EXISTS search ON {name}")
        run(f"CREATE POLICY search ON {name} FOR SELECT TO {SEARCH_ROLE} USING (true)")
        run(f"GRANT SELECT ({columns}) ON {name} TO {SEARCH_ROLE}")
    if name == "core_change":
        run(f"DROP POLICY IF EXISTS forget ON {name}")
        run(f"CREATE POLICY forget ON {name} TO {ERASER_ROLE} USING ({_POLICY}) WITH CHECK ({_POLICY})")
        run(f'GRANT SELECT, UPDATE (record_title, "values") ON {name} TO {ERASER_ROLE}')


def _secure_vendor_table(connection: sa.Connection, table: sa.Table) -> None:
    run = connection.exec_driver_sql
    change = "" if table.info.get("append_only") else ", UPDATE, DELETE"
    run(f"GRANT SELECT, INSERT{change} ON {table.fullname} TO {VENDOR_ROLE}")
    if table.info.get("secret"):
        return
    run(f"GRANT SELECT{', INSERT' if table.info.get('reported') else ''} ON {table.fullname} TO {APP_ROLE}")


def ensure_functions(connection: sa.Connection) -> None:
    """Create the functions that look over the policies' wall, each at no more than it needs."""
    plain = {"no_parameters": True}  # the text holds percent signs of its own
    connection.exec_driver_sql(_SEARCH_FUNCTION, execution_options=plain)
    connection.exec_driver_sql(_FORGET_FUNCTION, execution_options=plain)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {VENDOR_SCHEMA} TO {SEARCH_ROLE}")
    connection.exec_driver_sql(f"GRANT SELECT (id, state) ON {VENDOR_SCHEMA}.company TO {SEARCH_ROLE}")
    for names in _DUE_FUNCTIONS:
        connection.exec_driver_sql(_DUE_FUNCTION % names, execution_options=plain)


def refuse_unsafe_role(connection: sa.Connection, tables: list[sa.Table]) -> None:
    """Raise :class:`UnsafeRoleError` unless this connection is held by row-level security on every table."""
    powerful = connection.scalar(sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
    if powerful:
        raise UnsafeRoleError("The database role of the application must not be a superuser or bypass row security.")
    rows = connection.execute(
        sa.text(
            "SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r' AND NOT"
            " (relrowsecurity AND relforcerowsecurity AND pg_get_userbyid(relowner) <> current_user)"
        ),
        {"names": [table.name for table in tables]},
    ).scalars()
    if open_tables := sorted(rows):
        raise UnsafeRoleError(f"Tables without forced row security: {', '.join(open_tables)}. Run: ghep db upgrade")
