"""What taking a plugin away would touch, told before it is done, and from the database alone where its code is gone.

Three verbs: *disable* hides a plugin and keeps everything; *removing the code* keeps its tables, and reinstalling
resumes; *purge* (:mod:`core.plugin.purge`) exports its data and removes it for good.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.db.base import metadata
from core.db.database import Database
from core.db.migrate import Unit, unit_of_table
from core.i18n import Label, translator
from core.plugin.boot import Registry
from core.plugin.models import ActiveModule, Entitlement
from core.vendor.models import Company

_ = translator("core")

VERSION_TABLE = "alembic_version_"
ACTIONS = ("disable", "purge")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class UnknownPluginError(LookupError):
    """Nothing of such a plugin is here: neither code nor tables nor rows."""

    def __init__(self, plugin: str) -> None:
        super().__init__(f"There is nothing of a plugin {plugin!r} here, and core cannot be taken away.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action would touch. Rows are counted per table and company; nothing is changed by asking."""

    plugin: str
    action: str
    version: str
    """Of the code; empty where it is gone or broken."""
    revision: str | None
    """The migration its tables are at."""
    tables: dict[str, dict[str, int]]
    """Table to company code to rows; companies without a row are left out."""
    belongings: dict[str, dict[str, int]]
    """The same for rows of core's tables that belong to it: jobs, schedules, saved views, custom fields …"""
    active_in: tuple[str, ...]
    entitled: tuple[str, ...]
    dependants: tuple[str, ...]
    """Running plugins that require it: they would stop as well."""
    blockers: tuple[Label, ...] = field(default=())
    """Why it cannot be purged now; empty where it can."""

    @property
    def rows(self) -> int:
        """All rows of its own tables."""
        return sum(count for companies in self.tables.values() for count in companies.values())


def plan(database: Database, registry: Registry, plugin: str, action: str) -> Plan:
    """Say what ``disable`` or ``purge`` would touch. Raises :class:`UnknownPluginError`."""
    if action not in ACTIONS:
        raise ValueError(f"There is no action {action!r}; there are {', '.join(ACTIONS)}.")
    if plugin == "core" or not _NAME.fullmatch(plugin):
        raise UnknownPluginError(plugin)
    with owner(database) as connection:
        names = tables_of(connection, registry, plugin)
        revision = _revision(connection, plugin)
        foreign = _foreign_references(connection, names)
    companies = _companies(database)
    own = _count(database, companies, [_tenant_rows(name) for name in names])
    belongings = _count(database, companies, belongings_of(plugin))
    entitled, active = _entitled(database, plugin), _active(database, companies, plugin)
    running = registry.plugins.get(plugin)
    if not (running or names or revision or entitled or belongings or _is_broken(registry, plugin)):
        raise UnknownPluginError(plugin)
    dependants = tuple(registry.dependants(plugin)) if running else ()
    return Plan(
        plugin=plugin,
        action=action,
        version=running.manifest.version if running else "",
        revision=revision,
        tables={name: own.get(name, {}) for name in names},
        belongings=belongings,
        active_in=active,
        entitled=entitled,
        dependants=dependants,
        blockers=_blockers(dependants, foreign) if action == "purge" else (),
    )


@contextmanager
def owner(database: Database) -> Iterator[sa.Connection]:
    """A connection of the role that owns the tables, in a transaction."""
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


def tables_of(connection: sa.Connection, registry: Registry, plugin: str) -> list[str]:
    """A plugin's tables as the catalogue has them: those that begin with its name and with no longer plugin's.

    Whose names there are is known from the code that runs and from the version tables of what once ran.
    """
    tables = connection.scalars(
        sa.text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    ).all()
    versioned = [name.removeprefix(VERSION_TABLE) for name in tables if name.startswith(VERSION_TABLE)]
    known = [Unit(name, "") for name in {"core", *registry.plugins, *versioned}]
    return sorted(
        name for name in tables if not name.startswith(VERSION_TABLE) and unit_of_table(name, None, known) == plugin
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one table: all of a company's, or those that belong to a plugin."""

    table: sa.TableClause
    condition: sa.ColumnElement[bool]

    def count(self) -> sa.Label[int]:
        """How many there are of company ``:tenant``."""
        some = sa.select(sa.func.count()).select_from(self.table).where(self.of_company, self.condition)
        return some.scalar_subquery().label(self.table.name)

    @property
    def of_company(self) -> sa.ColumnElement[bool]:
        """The condition that names the company."""
        return self.table.c.tenant_id == sa.bindparam("tenant", type_=sa.BigInteger)


def _tenant_rows(name: str) -> Rows:
    return Rows(sa.table(name, sa.column("tenant_id", sa.BigInteger)), sa.true())


def belongings_of(plugin: str) -> list[Rows]:
    """The rows of core's tables that belong to a plugin, those that point at others first.

    A table says whose a row is by ``plugin``, ``entity`` or ``series``. The change log stays, as text.
    """
    found = []
    for table in reversed(metadata.sorted_tables):
        if table.schema is None and table.info.get("package") == "core" and not table.info.get("append_only"):
            conditions = [table.c.plugin == plugin] if "plugin" in table.c else []
            conditions += [
                sa.func.split_part(table.c[name], ".", 1) == plugin for name in ("entity", "series") if name in table.c
            ]
            if table.name == "core_custom_field":
                conditions.append(sa.func.split_part(table.c.options["target"].astext, ".", 1) == plugin)
            if conditions:
                found.append(Rows(table, sa.or_(*conditions)))
    return found


def _companies(database: Database) -> dict[int, str]:
    with database.vendor_session() as session:
        return dict(session.execute(sa.select(Company.id, Company.slug).order_by(Company.slug)).all())


def _count(database: Database, companies: dict[int, str], rows: list[Rows]) -> dict[str, dict[str, int]]:
    """Rows per table and company: one statement in each company."""
    found: dict[str, dict[str, int]] = {}
    if not rows:
        return found
    statement = sa.select(*(one.count() for one in rows))
    for company, slug in companies.items():
        with database.session(company) as session:
            counts: dict[str, Any] = dict(session.execute(statement, {"tenant": company}).mappings().one())
        for name, count in counts.items():
            if count:
                found.setdefault(name, {})[slug] = count
    return found


def _active(database: Database, companies: dict[int, str], plugin: str) -> tuple[str, ...]:
    found = []
    for company, slug in companies.items():
        statement = sa.select(ActiveModule.id).where(
            ActiveModule.tenant_id == company, ActiveModule.plugin == plugin, ActiveModule.active
        )
        with database.session(company) as session:
            if session.execute(statement).first():
                found.append(slug)
    return tuple(found)


def _entitled(database: Database, plugin: str) -> tuple[str, ...]:
    statement = (
        sa.select(Company.slug)
        .join(Entitlement, Entitlement.company_id == Company.id)
        .where(Entitlement.plugin == plugin)
        .order_by(Company.slug)
    )
    with database.vendor_session() as session:
        return tuple(session.scalars(statement))


def _revision(connection: sa.Connection, plugin: str) -> str | None:
    name = f"{VERSION_TABLE}{plugin}"
    if connection.scalar(sa.select(sa.func.to_regclass(name))) is None:
        return None
    return connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(name)))


def _foreign_references(connection: sa.Connection, names: list[str]) -> list[str]:
    """Tables of others that point at these."""
    statement = sa.text(
        "SELECT DISTINCT a.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid"
        " JOIN pg_class b ON b.oid = c.confrelid"
        " WHERE c.contype = 'f' AND b.relname = ANY(:names) AND NOT a.relname = ANY(:names) ORDER BY a.relname"
    )
    return list(connection.scalars(statement, {"names": names}))


def _is_broken(registry: Registry, plugin: str) -> bool:
    return any(problem.plugin == plugin for problem in registry.problems)


def _blockers(dependants: tuple[str, ...], foreign: list[str]) -> tuple[Label, ...]:
    found: list[Label] = []
    if dependants:
        found.append(_("%(plugins)s cannot run without it", plugins=", ".join(dependants)))
    if foreign:
        found.append(_("%(tables)s points at its tables", tables=", ".join(foreign)))
    return tuple(found)
