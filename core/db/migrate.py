"""Migrations: every plugin is a unit with its own folder and version table, so that none can block another."""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.db.base import VENDOR_SCHEMA, metadata
from core.db.security import ensure_functions, ensure_roles, secure
from core.db.triggers import ensure_triggers
from core.plugin.boot import Plugin, Registry

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 0x67686570
"""The advisory lock that keeps two upgrades apart."""
ROLE_ATTEMPTS = 20
logger = logging.getLogger(__name__)


class NewerDatabaseError(RuntimeError):
    """A unit's tables were made by a newer version of it than the one installed."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Core or one plugin, as far as its tables go."""

    name: str
    package: str

    @property
    def version_table(self) -> str:
        """Where the unit's revision is kept."""
        return f"alembic_version_{self.name}"

    @property
    def versions(self) -> Path:
        """The folder of its migrations."""
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise LookupError(self.package)
        return Path(next(iter(spec.submodule_search_locations))) / "migrations" / "versions"

    def tables(self) -> list[sa.Table]:
        """The unit's tables, those pointed at first."""
        return [table for table in metadata.sorted_tables if table.info.get("package") == self.package]


def units(registry: Registry) -> list[Unit]:
    """Core and every plugin that runs, in the order they are migrated."""
    return [unit(plugin) for plugin in registry.plugins.values()]


def unit(plugin: Plugin) -> Unit:
    """The unit of one plugin."""
    return Unit(plugin.name, plugin.package)


def unit_of_table(table: str | None, schema: str | None, known: Iterable[Unit]) -> str | None:
    """Whose table this is, by the longest plugin name it begins with."""
    if schema == VENDOR_SCHEMA:
        return "core"
    owners = [one.name for one in known if (table or "").startswith(f"{one.name}_")]
    return max(owners, key=len, default=None)


def _config(connection: sa.Connection, one: Unit, known: list[Unit]) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(one.versions))
    config.attributes.update(connection=connection, unit=one, units=known)
    return config


def stored_head(connection: sa.Connection, one: Unit) -> str | None:
    """The revision the unit's tables are at; None where it was never migrated."""
    return MigrationContext.configure(connection, opts={"version_table": one.version_table}).get_current_revision()


def upgrade(connection: sa.Connection, one: Unit, known: list[Unit]) -> None:
    """Bring one unit to its newest revision and lock its tables, in the caller's transaction.

    Raises :class:`NewerDatabaseError` where the tables come from a newer version; never goes back by itself.
    """
    config = _config(connection, one, known)
    scripts = ScriptDirectory.from_config(config)
    head = stored_head(connection, one)
    if head is not None and head not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabaseError(f"{one.name}: the tables are at revision {head}, which this version does not know.")
    if head != scripts.get_current_head():
        command.upgrade(config, "head")
        # While a migration is being written the models are ahead of it.
        there = {(table.schema, table.name) for table in _existing(connection)}
        tables = [table for table in one.tables() if (table.schema, table.name) in there]
        secure(connection, tables)
        ensure_triggers(connection, one.name, tables)
        if one.name == "core":
            ensure_functions(connection)


def _existing(connection: sa.Connection) -> list[sa.Table]:
    inspector = sa.inspect(connection)
    return [table for table in metadata.tables.values() if inspector.has_table(table.name, schema=table.schema)]


def downgrade(connection: sa.Connection, one: Unit, known: list[Unit]) -> None:
    """Take one unit's tables away again; for the conformance kit and for purging."""
    command.downgrade(_config(connection, one, known), "base")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {one.version_table}")


def revise(connection: sa.Connection, one: Unit, known: list[Unit], message: str) -> Path | None:
    """Write the migration that brings the tables to the models; None where they are there already."""
    one.versions.mkdir(parents=True, exist_ok=True)
    count = len(list(one.versions.glob("*.py"))) + 1
    made = command.revision(
        _config(connection, one, known), message=message, autogenerate=True, rev_id=f"{one.name}_{count:04d}",
        version_path=str(one.versions), head="head", splice=False,
    )  # fmt: skip
    script = next(iter(made if isinstance(made, list) else [made]), None)
    return Path(script.path) if script else None


def differences(connection: sa.Connection, one: Unit, known: list[Unit]) -> list[Any]:
    """What the models say and the tables do not; empty when the migrations are complete."""
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": one.version_table,
            "include_schemas": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, parents: (
                (name is None or name == VENDOR_SCHEMA)
                if kind == "schema"
                else kind != "table" or unit_of_table(name, parents.get("schema_name"), known) == one.name
            ),
            "include_object": lambda item, name, kind, _reflected, _other: (
                kind != "table" or unit_of_table(name, item.schema, known) == one.name
            ),
        },
    )
    return list(compare_metadata(context, metadata))


def prepare(url: str, secret: str, registry: Registry) -> None:
    """Make roles, migrate every unit, lock every table. Two processes that start together wait for one another."""
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    known = units(registry)
    _make_roles(engine, secret)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        for one in known:
            upgrade(connection, one, known)
            logger.info("%s: tables are up to date", one.name)
    engine.dispose()


def _make_roles(engine: sa.Engine, secret: str) -> None:
    """Make the roles in a transaction of its own.

    They belong to the server and not to the database: the upgrade of another database may be at them just now, and
    PostgreSQL fails the later one instead of letting it wait.
    """
    for left in reversed(range(ROLE_ATTEMPTS)):
        try:
            with engine.begin() as connection:
                ensure_roles(connection, secret)
        except (sa.exc.InternalError, sa.exc.IntegrityError, sa.exc.ProgrammingError):
            if not left:
                raise
        else:
            return
