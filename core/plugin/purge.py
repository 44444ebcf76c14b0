"""Removing a plugin's data for good: typed confirmation, an export first, then tables, rows and marks.

From the moment it begins the plugin is off for everybody, and it is on again should anything fail before the tables
are gone. What follows after that may run again and again until nothing is left.
"""

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.db.base import now
from core.db.database import Database
from core.db.session import TenantSession
from core.entity.tables import StoredFile
from core.files.storage import Storage, add_to
from core.plugin import health
from core.plugin.boot import Registry
from core.plugin.lifecycle import VERSION_TABLE, Plan, Rows, belongings_of, owner, plan
from core.plugin.models import Entitlement, PluginError, Quarantine
from core.vendor import deeds
from core.vendor.models import Company

BATCH = 1000
LOCK_TIMEOUT = "10s"


class PurgeRefusedError(RuntimeError):
    """The plugin was not purged, and nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed, and where it can be read."""

    plan: Plan
    export: Path


def purge(
    database: Database, registry: Registry, plugin: str, *, confirm: str, folder: Path, storage: Storage
) -> Purged:
    """Export a plugin's data into ``folder`` and remove everything of it but the log.

    ``confirm`` is the plugin's name, typed again; ``storage`` holds its files. Raises :class:`PurgeRefusedError`.
    """
    found = plan(database, registry, plugin, "purge")
    if confirm != plugin:
        raise PurgeRefusedError(f"To purge {plugin}, type its name to confirm: {plugin}")
    if found.blockers:
        raise PurgeRefusedError(f"{plugin} cannot be purged: {'; '.join(map(str, found.blockers))}.")
    with database.vendor_session() as session, session.begin():
        ours = health.take_away(session, plugin, cause="purge")
    try:
        path = _export_and_drop(database, found, folder, storage)
    except BaseException as error:
        if ours:
            with database.vendor_session() as session, session.begin():
                health.release(session, plugin)
        if isinstance(error, OperationalError):
            raise PurgeRefusedError(f"{plugin} cannot be purged: {error.orig}") from error
        raise
    _remove_belongings(database, plugin, storage)
    with database.vendor_session() as session, session.begin():
        _remove_marks(session, plugin)
        deeds.record(session, deeds.COMMAND, "plugin.purged", plugin=plugin, rows=found.rows, export=path.name)
    return Purged(found, path)


def _export_and_drop(database: Database, found: Plan, folder: Path, storage: Storage) -> Path:
    """One transaction: nobody writes between what is exported and what is dropped."""
    names = list(found.tables)
    with owner(database) as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        for name in names:
            # Locks the table, and lets its owner, whom the policy holds as well, read what is exported.
            connection.exec_driver_sql(f"ALTER TABLE {_quoted(name)} NO FORCE ROW LEVEL SECURITY")
        path = _export(database, connection, found, folder, storage)
        if names:
            connection.exec_driver_sql(f"DROP TABLE {', '.join(map(_quoted, names))}")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_quoted(VERSION_TABLE + found.plugin)}")
    return path


def _export(database: Database, connection: sa.Connection, found: Plan, folder: Path, storage: Storage) -> Path:
    """Write a zip with one file of JSON lines per table and company, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = now()
    path = folder / f"{found.plugin}-{moment:%Y%m%d-%H%M%S-%f}.zip"
    half = path.with_suffix(".part")
    companies = _companies(database)
    try:
        with half.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                written = _write_tables(archive, connection, found, companies)
                written |= _write_belongings(archive, database, found, companies, storage)
                archive.writestr("manifest.json", _manifest(connection, found, companies, written, moment.isoformat()))
            file.flush()
            os.fsync(file.fileno())
        half.chmod(0o600)
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return path


def _write_tables(
    archive: zipfile.ZipFile, connection: sa.Connection, found: Plan, companies: dict[int, str]
) -> dict[str, int]:
    written: dict[str, int] = {}
    for name in found.tables:
        table = sa.table(name, sa.column("tenant_id", sa.BigInteger))
        for company, slug in companies.items():
            rows = _json_rows(connection, Rows(table, sa.true()), company)
            _write(archive, f"{name}/{slug}.jsonl", rows, written)
    return written


def _write_belongings(
    archive: zipfile.ZipFile, database: Database, found: Plan, companies: dict[int, str], storage: Storage
) -> dict[str, int]:
    written: dict[str, int] = {}
    for company, slug in companies.items():
        with database.session(company) as session:
            for rows in belongings_of(found.plugin):
                lines = _json_rows(session.connection(), rows, company)
                _write(archive, f"{rows.table.name}/{slug}.jsonl", lines, written)
            for file in _files(session, found.plugin):
                add_to(archive, f"files/{slug}/{file}", storage, company, file)
    return written


def _files(session: TenantSession, plugin: str) -> list[UUID]:
    """The files that records of a plugin hold; their rows go with the belongings."""
    statement = sa.select(StoredFile.id).where(
        StoredFile.tenant_id == session.tenant, sa.func.split_part(StoredFile.entity, ".", 1) == plugin
    )
    return list(session.scalars(statement))


def _json_rows(connection: sa.Connection, rows: Rows, company: int) -> Iterator[str]:
    """Rows as the database itself writes them: amounts keep their digits, moments their zone."""
    line = sa.func.row_to_json(rows.table.table_valued()).cast(sa.Text)
    statement = sa.select(line).select_from(rows.table).where(rows.of_company, rows.condition)
    yield from connection.execute(statement, {"tenant": company}, execution_options={"yield_per": BATCH}).scalars()


def _write(archive: zipfile.ZipFile, name: str, lines: Iterator[str], written: dict[str, int]) -> None:
    """Write the lines into a file of the archive; without a line there is no file."""
    file: IO[bytes] | None = None
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 # read after the loop
        file = file or archive.open(name, "w", force_zip64=True)
        file.write(line.encode() + b"\n")
    if file is not None:
        file.close()
        written[name] = count


def _manifest(
    connection: sa.Connection, found: Plan, companies: dict[int, str], written: dict[str, int], moment: str
) -> str:
    columns: dict[str, dict[str, str]] = {}
    statement = sa.text(
        "SELECT relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE relname = ANY(:names) AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped"
        " ORDER BY relname, attnum"
    )
    for table, column, kind in connection.execute(statement, {"names": list(found.tables)}):
        columns.setdefault(table, {})[column] = kind
    content: dict[str, Any] = {
        "about": "Everything a plugin kept, written before it was purged: one file of JSON lines per table and company.",
        "exported_at": moment,
        "plan": asdict(found),
        "companies": {slug: company for company, slug in companies.items()},
        "columns": columns,
        "files": written,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _remove_belongings(database: Database, plugin: str, storage: Storage) -> None:
    for company in _companies(database):
        with database.session(company) as session, session.begin():
            files = _files(session, plugin)
            for rows in belongings_of(plugin):
                statement = sa.delete(rows.table).where(rows.of_company, rows.condition)
                session.execute(statement, {"tenant": company})
        for file in files:
            storage.remove(company, file)


def _remove_marks(session: Session, plugin: str) -> None:
    for model in (Entitlement, PluginError, Quarantine):
        session.execute(sa.delete(model).where(model.plugin == plugin))


def _companies(database: Database) -> dict[int, str]:
    with database.vendor_session() as session:
        return dict(session.execute(sa.select(Company.id, Company.slug).order_by(Company.slug)).all())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
