"""What a database holds, read from its catalogue: for comparing before and after, and for the rules of the keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from core.db.database import APP_ROLE
from core.db.security import ERASER_ROLE, SEARCH_ROLE

_OURS = "'public'::regnamespace, 'vendor'::regnamespace"
_OBJECTS = f"""
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' ELSE 'relation' END, c.relname,
  coalesce((SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indrelid WHERE x.indexrelid = c.oid), c.relname),
  coalesce(pg_get_indexdef(CASE WHEN relkind = 'i' THEN c.oid END), relrowsecurity::text || relforcerowsecurity::text)
    || coalesce(array_to_string(relacl, ','), '')
  FROM pg_class c WHERE relnamespace IN ({_OURS}) AND relkind <> 'c'
UNION ALL SELECT 'column', format('%s.%s', c.relname, attname), c.relname,
  format_type(atttypid, atttypmod) || attnotnull::text || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = attnum
  WHERE c.relnamespace IN ({_OURS}) AND c.relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'constraint', conname, c.relname, pg_get_constraintdef(o.oid)
  FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid WHERE c.relnamespace IN ({_OURS})
UNION ALL SELECT 'trigger', tgname, c.relname, pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE c.relnamespace IN ({_OURS}) AND NOT tgisinternal
UNION ALL SELECT 'policy', polname, c.relname,
  polcmd::text || polroles::text || coalesce(pg_get_expr(polqual, polrelid), '')
  FROM pg_policy p JOIN pg_class c ON c.oid = polrelid WHERE c.relnamespace IN ({_OURS})
UNION ALL SELECT 'rule', rulename, c.relname, pg_get_ruledef(r.oid)
  FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE c.relnamespace IN ({_OURS})
UNION ALL SELECT 'function', p.oid::regprocedure::text, '', prosecdef::text || prosrc
  FROM pg_proc p WHERE pronamespace IN ({_OURS}) AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
UNION ALL SELECT 'type', typname, '', typtype::text FROM pg_type WHERE typnamespace IN ({_OURS})
  AND typtype IN ('e', 'd', 'r') OR (typnamespace IN ({_OURS}) AND typtype = 'c' AND typrelid IN (
    SELECT oid FROM pg_class WHERE relkind = 'c'))
UNION ALL SELECT 'schema', nspname, '', '' FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'
UNION ALL SELECT 'extension', extname, '', '' FROM pg_extension
UNION ALL SELECT 'event trigger', evtname, '', '' FROM pg_event_trigger
"""  # noqa: S608 # only this module's own text is put together


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of the database."""

    kind: str
    name: str
    table: str
    """The table it is part of, or its own name; empty where it stands alone."""

    def __str__(self) -> str:
        owner = f" of {self.table}" if self.table not in {"", self.name} else ""
        return f"{self.kind} {self.name}{owner}"


def objects(connection: sa.Connection) -> dict[Thing, str]:
    """Everything there is, with its definition."""
    rows = connection.exec_driver_sql(_OBJECTS, execution_options={"no_parameters": True})
    return {Thing(kind, name, table): definition for kind, name, table, definition in rows}


def added(before: dict[Thing, str], after: dict[Thing, str]) -> list[Thing]:
    """What is there now and was not; parts of a table that is itself new are left out."""
    new = {thing for thing in after if thing not in before}
    tables = {thing.name for thing in new if thing.kind in {"table", "view", "materialized view"}}
    return sorted(
        (one for one in new if one.table not in tables or one.name == one.table), key=lambda one: (one.kind, one.name)
    )


def altered(before: dict[Thing, str], after: dict[Thing, str]) -> list[Thing]:
    """What is gone or different."""
    return sorted((one for one in before if after.get(one) != before[one]), key=str)


def lock_problems(connection: sa.Connection, tables: Iterable[str]) -> Iterator[str]:
    """Which tables break the rules that keep companies apart: keys that lead with the company, forced row security."""
    parameters = {"tables": list(tables), "app": APP_ROLE, "search": SEARCH_ROLE, "eraser": ERASER_ROLE}
    for rule, statement in _RULES:
        for name, what in connection.execute(sa.text(statement), parameters):
            yield f"{name}: {rule}{f' ({what})' if what else ''}"


_RULES = (
    (
        "row security is not forced",
        """SELECT relname, '' FROM pg_class WHERE relname = ANY(:tables) AND NOT (relrowsecurity AND relforcerowsecurity)
          AND relnamespace = 'public'::regnamespace""",
    ),
    (
        "the policy that holds it to its company is missing, or another than core's",
        """SELECT t.tablename, '' FROM pg_tables t WHERE tablename = ANY(:tables) AND schemaname = 'public' AND NOT EXISTS (
          SELECT FROM pg_policies p JOIN pg_policies core ON core.tablename = 'core_customer' AND core.policyname = 'tenant'
          WHERE p.tablename = t.tablename AND p.policyname = 'tenant'
            AND (p.cmd, p.roles, p.qual, p.with_check) = (core.cmd, core.roles, core.qual, core.with_check))""",
    ),
    (
        "a policy opens it",
        """SELECT tablename, policyname FROM pg_policies WHERE tablename = ANY(:tables) AND schemaname = 'public'
          AND policyname <> 'tenant' AND (policyname, roles) <> ('search', ARRAY[:search]::name[])
          AND (tablename, policyname, roles) <> ('core_change', 'forget', ARRAY[:eraser]::name[])""",
    ),
    (
        "somebody besides the application may use it",
        """SELECT relname, coalesce(nullif(a.grantee, 0)::regrole::text, 'everybody') FROM pg_class c, aclexplode(relacl) a
          WHERE relname = ANY(:tables) AND relnamespace = 'public'::regnamespace
            AND a.grantee NOT IN (relowner, (:app)::regrole)
            AND (relname, a.grantee) <> ('core_change', (:eraser)::regrole)""",
    ),
    (
        "there is no primary key",
        """SELECT relname, '' FROM pg_class c WHERE relname = ANY(:tables) AND relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')""",
    ),
    (
        "a key does not begin with tenant_id",
        """SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = indrelid
          JOIN pg_class i ON i.oid = indexrelid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND attnum = indkey[0]
          WHERE c.relname = ANY(:tables) AND c.relnamespace = 'public'::regnamespace AND (indisunique OR indisexclusion)
            AND attname IS DISTINCT FROM 'tenant_id'""",
    ),
    (
        "a reference does not begin with tenant_id on both sides",
        """SELECT c.relname, conname FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid
          JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
          JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1]
          WHERE c.relname = ANY(:tables) AND c.relnamespace = 'public'::regnamespace AND contype = 'f'
            AND (a.attname, b.attname) <> ('tenant_id', 'tenant_id')""",
    ),
)
