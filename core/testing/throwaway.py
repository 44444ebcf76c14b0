"""Making what tests live in and being rid of it: a database on the run's server, companies, people."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from core.access.models import User
from core.context import CompanyInfo, Context, Grants, UserInfo
from core.db.database import Database
from core.db.migrate import LOCK, prepare, units
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.testing import services
from core.vendor.models import Company

SECRET = "the secret of a test installation"  # noqa: S105 # opens nothing but a throw-away database
ADMINISTRATOR = "Nguyễn Thị Hạnh"
_numbers = itertools.count()


def _server() -> sa.URL:
    return sa.make_url(os.environ["GHEP_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")


def _admin() -> sa.Engine:
    return sa.create_engine(_server(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a new database on the server of this run; it is dropped at the end."""
    with _database("template1") as url:
        yield url


@contextmanager
def _database(original: str) -> Iterator[str]:
    name = f"ghep_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{next(_numbers)}"
    admin = _admin()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {original}")
    try:
        yield _server().set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def migrated_database(registry: Registry) -> Iterator[str]:
    """The address of a new database with the tables of these plugins, dropped at the end.

    It is a copy: the first who asks in a run has the original migrated, which takes many times as long.
    """
    with _database(_original(registry)) as url:
        migrate(url, registry)  # what belongs to a database and not to its tables is not copied
        yield url


def _original(registry: Registry) -> str:
    """The name of the database to copy, migrated by whoever comes first."""
    scripts = sha256()
    for one in units(registry):
        for path in sorted(one.versions.glob("*.py")):
            scripts.update(path.read_bytes())
    name = f"{_originals()}{scripts.hexdigest()[:16]}"
    with _admin().connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext(%s))", (name,))
        there = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
        if not connection.scalar(there, {"name": name}):
            connection.exec_driver_sql(f"CREATE DATABASE {name}_new")
            migrate(_server().set(database=f"{name}_new").render_as_string(hide_password=False), registry)
            connection.exec_driver_sql(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def _originals() -> str:
    """How the originals of this run are called."""
    return f"ghep_original_{os.environ[services.RUN]}_"


def drop_originals() -> None:
    """At the end of a run, on a server that stays."""
    with _admin().connect() as connection:
        names = sa.text("SELECT datname FROM pg_database WHERE starts_with(datname, :begin)")
        for name in connection.scalars(names, {"begin": _originals()}).all():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def migrate(url: str, registry: Registry) -> None:
    """Prepare a database as a real one is. One process at a time: roles belong to the whole server."""
    with _admin().connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        prepare(url, SECRET, registry)


def found_company(database: Database, **values: Any) -> CompanyInfo:
    """A new company: ``name=…, currency=…``."""
    slug = values.pop("slug", f"c{os.getpid()}-{next(_numbers)}-{uuid4().hex[:6]}")
    with database.vendor_session() as session, session.begin():
        company = Company(slug=slug, **{"name": "Công ty Thử Nghiệm", **values})
        session.add(company)
        session.flush()
        return CompanyInfo(
            company.id, slug, company.name, company.state, company.locale, company.timezone, company.currency
        )


def join(
    database: Database, hooks: Hooks, company: CompanyInfo, *, grants: Grants | None = None, name: str = ADMINISTRATOR
) -> Context:
    """A new person of a company, its administrator where no grants are given; every module counts as on."""
    session = database.session(company.id)
    context = Context(session, company, hooks, frozenset(hooks.registry.plugins))
    user = User(name=name, email=f"{uuid4().hex}@example.com")
    session.add(user)
    session.commit()
    context.user = UserInfo(user.id, user.name, user.email)
    context.grants = grants or context.grants
    return context
