"""Making what tests live in and being rid of it: a database on the run's server, companies, people."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from core.access.models import User
from core.context import CompanyInfo, Context, Grants, UserInfo
from core.db.migrate import LOCK, prepare
from core.db.session import Database
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
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
    name = f"ghep_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{next(_numbers)}"
    admin = _admin()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield _server().set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
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
