"""The test kit, for our own plugins and for partners': a database, a company per test, and tests every entity inherits.

Each test lives in a company of its own. That is the isolation: commits are real, threads, browsers and workers see
them, and no test can meet another's rows, which is also the property the product must have.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.context import CompanyInfo, Context, Grants, UserInfo
from core.db.migrate import prepare
from core.db.session import Database
from core.plugin.boot import Registry, boot
from core.plugin.facade import Hooks
from core.vendor.models import Company

pytest_plugins = ("core.testing.web", "core.testing.entities")
SECRET = "the secret of a test installation"  # noqa: S105 # opens nothing but a throw-away database
_slugs = itertools.count()


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The plugins that are installed; a broken one is an error here."""
    found = boot()
    found.refuse_problems()
    return found


@pytest.fixture(scope="session")
def database_url(registry: Registry) -> Iterator[str]:
    """A database of this test process, migrated as a real one is, on the server the run was given."""
    server = sa.make_url(os.environ["GHEP_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"ghep_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = server.set(database=name).render_as_string(hide_password=False)
    prepare(url, SECRET, registry)
    yield url
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[Database]:
    """The engines of the test database."""
    found = Database(database_url, SECRET)
    yield found
    found.close()


@pytest.fixture
def hooks(registry: Registry) -> Hooks:
    """The hooks of every installed plugin."""
    return Hooks(registry)


@pytest.fixture
def make_company(database: Database) -> Callable[..., CompanyInfo]:
    """Make companies: ``make_company(name=…, currency=…)``."""

    def make(**values: Any) -> CompanyInfo:
        slug = values.pop("slug", f"c{os.getpid()}-{next(_slugs)}-{uuid4().hex[:6]}")
        with database.vendor_session() as session, session.begin():
            company = Company(slug=slug, **{"name": "Công ty Thử Nghiệm", **values})
            session.add(company)
            session.flush()
            return CompanyInfo(
                company.id, slug, company.name, company.state, company.locale, company.timezone, company.currency
            )

    return make


@pytest.fixture
def company(make_company: Callable[..., CompanyInfo]) -> CompanyInfo:
    """The company this test lives in."""
    return make_company()


@pytest.fixture
def make_context(database: Database, hooks: Hooks) -> Iterator[Callable[..., Context]]:
    """Act in a company: ``make_context(company, grants=…)``; everything is on and the person is its administrator."""
    opened: list[Context] = []

    def make(company: CompanyInfo, *, grants: Grants | None = None, name: str = "Nguyễn Thị Hạnh") -> Context:
        session = database.session(company.id)
        context = Context(session, company, hooks, frozenset(hooks.registry.plugins))
        opened.append(context)
        user = User(name=name, email=f"{uuid4().hex}@example.com")
        session.add(user)
        session.commit()
        context.user = UserInfo(user.id, user.name, user.email)
        context.grants = grants or context.grants
        return context

    yield make
    for context in opened:
        context.session.close()


@pytest.fixture
def context(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """The administrator of this test's company, in a session of their own."""
    return make_context(company)


@pytest.fixture
def stranger(make_context: Callable[..., Context], make_company: Callable[..., CompanyInfo]) -> Context:
    """The administrator of another company, who must never see anything of this test's."""
    return make_context(make_company(name="Công ty Khác"))


def limited(**verbs: list[str]) -> Grants:
    """Grants of somebody who may do just this: ``limited(core_customer=["see"])``."""
    found = {name.replace("_", ".", 1): frozenset(allowed) for name, allowed in verbs.items()}
    return replace(Grants(), verbs=found)
