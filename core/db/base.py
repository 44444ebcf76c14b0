"""The base of every table.

A row belongs to a company (:class:`TenantRow`) or to the vendor (:class:`VendorRow`); there is no third kind.
Each package maps its tables in a registry of its own, so that a broken plugin can be taken out whole.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, registry
from uuid_utils.compat import uuid7

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

VENDOR_SCHEMA = "vendor"
_registries: dict[str, registry] = {}


def package_of(module: str) -> str:
    """The package a module's tables belong to: ``plugins.spa`` for ours, the first name for a partner's."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "plugins" else parts[0]


def registry_of(package: str) -> registry:
    """The mapper registry of one package, made at its first table."""
    return _registries.setdefault(package, registry(metadata=metadata))


def forget(package: str) -> None:
    """Take a package's tables and mappers out again, after it turned out to be broken."""
    mapped = _registries.pop(package, None)
    if mapped is None:
        return
    mapped.dispose(cascade=True)
    for table in [table for table in metadata.tables.values() if table.info.get("package") == package]:
        metadata.remove(table)


def now() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)


class Row:
    """A mapped row; keyword arguments set columns."""

    __tablename__: ClassVar[str]
    __table__: ClassVar[sa.Table]
    __table_args__: Any

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            setattr(self, name, value)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__tablename__" in cls.__dict__:
            cls.map()

    @classmethod
    def map(cls) -> None:
        """Map the class to its table, as soon as it is there; for subclasses that wait for something else."""
        cls.prepare()
        package = package_of(cls.__module__)
        registry_of(package).map_declaratively(cls)
        cls.__table__.info["package"] = package

    @classmethod
    def prepare(cls) -> None:
        """Complete the class just before it is mapped; for subclasses that derive columns."""


class TenantRow(Row):
    """A row of one company. The key leads with ``tenant_id`` so that companies can be spread over machines."""

    tenant_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, sort_order=-100)
    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid7, sort_order=-99)


class VendorRow(Row):
    """A row of the installation itself, outside all companies; the application role may only read it."""

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True, sort_order=-100)

    @classmethod
    def prepare(cls) -> None:
        """Put the table into the vendor's schema."""
        arguments = getattr(cls, "__table_args__", ())
        if not (arguments and isinstance(arguments[-1], dict)):
            cls.__table_args__ = (*arguments, {"schema": VENDOR_SCHEMA})


def reference(
    column: str, target: str, *, ondelete: str | None = None, mutual: bool = False
) -> sa.ForeignKeyConstraint:
    """A composite foreign key ``(tenant_id, column) -> target(tenant_id, id)``.

    A plain key would let one company point at another's row: the database checks keys outside row-level security.
    Of two tables that point at each other one says ``mutual``: it is made first.
    """
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"], ondelete=ondelete, name=None, use_alter=mutual
    )


def tenant_tables() -> list[sa.Table]:
    """Every table that holds companies' rows."""
    return [table for table in metadata.sorted_tables if table.schema is None]
