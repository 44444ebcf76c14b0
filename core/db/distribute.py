"""Spreading companies over the machines of a Citus cluster: the keys are made for it from the first migration on."""

import sqlalchemy as sa

from core.db.base import VENDOR_SCHEMA, metadata, tenant_tables


class NoCitusError(RuntimeError):
    """The database is an ordinary PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(
            "The extension citus is not in this database: one machine holds all companies, which needs nothing more."
        )


def distribute(connection: sa.Connection) -> int:
    """Copy the vendor's tables to every machine and spread the companies' by ``tenant_id``; how many were done.

    May run again after a migration: what is spread already is left alone. Raises :class:`NoCitusError`.
    """
    if connection.scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'citus'")) is None:
        raise NoCitusError
    # SET LOCAL ghep.tenant must reach the machines, or their policies show nothing.
    name = connection.scalar(sa.text("SELECT quote_ident(current_database())"))
    connection.exec_driver_sql(f"ALTER DATABASE {name} SET citus.propagate_set_commands TO 'local'")
    statements = _statements(set(connection.scalars(sa.text("SELECT logicalrelid::text FROM pg_dist_partition"))))
    for statement in statements:
        connection.exec_driver_sql(statement)
    return len(statements)


def _statements(done: set[str]) -> list[str]:
    """What is still to do: reference tables first, then companies' tables, those pointed at before the others."""
    vendor = [table.fullname for table in metadata.sorted_tables if table.schema == VENDOR_SCHEMA]
    ours = [table.name for table in tenant_tables()]
    return [
        *(f"SELECT create_reference_table('{name}')" for name in vendor if name not in done),
        *(
            f"SELECT create_distributed_table('{name}', 'tenant_id'{_beside(name, ours[0])})"
            for name in ours
            if name not in done
        ),
    ]


def _beside(name: str, first: str) -> str:
    """All tables lie together, so that a company's rows are on one machine."""
    return "" if name == first else f", colocate_with => '{first}'"
