"""One environment for every unit: run with the unit's connection, version table and tables in ``attributes``."""

from alembic import context
from alembic.operations.ops import MigrationScript

from core.db.base import VENDOR_SCHEMA, metadata
from core.db.migrate import Unit, unit_of_table

unit: Unit = context.config.attributes["unit"]
units: list[Unit] = context.config.attributes["units"]


def _ours(name, kind, parents):  # type: ignore[no-untyped-def] # Alembic calls it with whatever it has
    if kind == "schema":
        return name is None or (name == VENDOR_SCHEMA and unit.name == "core")
    if kind == "table":
        return unit_of_table(name, parents.get("schema_name"), units) == unit.name
    return True


def _drop_empty(_context, _revision, directives: list[MigrationScript]) -> None:  # type: ignore[no-untyped-def] # as above
    if directives[0].upgrade_ops is not None and directives[0].upgrade_ops.is_empty():
        directives[:] = []


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=unit.version_table,
    include_name=_ours,
    include_object=lambda item, name, kind, reflected, _other: (
        kind != "table" or unit_of_table(name, getattr(item, "schema", None), units) == unit.name
    ),
    include_schemas=True,
    compare_server_default=True,
    process_revision_directives=_drop_empty,
)
context.run_migrations()
