"""What the tests of the locks share: the owner's way round them, and two companies with a row each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service


@pytest.fixture(scope="session")
def owner(database: Database) -> Iterator[sa.Engine]:
    """The role that made the tables; on the test server it is a superuser, whom no policy holds."""
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Pair:
    """A customer of this test's company, and one of another's."""

    ours: int
    theirs: int
    our_customer: UUID
    their_customer: UUID


@pytest.fixture
def pair(context: Context, stranger: Context) -> Pair:
    ours = service.create(context, Customer, {"name": "Khách của ta"})
    theirs = service.create(stranger, Customer, {"name": "Khách của người"})
    context.session.commit()
    stranger.session.commit()
    return Pair(context.tenant, stranger.tenant, ours.id, theirs.id)


@pytest.fixture
def as_app(database: Database) -> Iterator[Callable[[int | None], sa.Connection]]:
    """Raw connections of the application's role, with a company or without."""
    opened: list[sa.Connection] = []

    def connect(tenant: int | None) -> sa.Connection:
        connection = database.engine.connect()
        opened.append(connection)
        if tenant is not None:
            connection.exec_driver_sql(f"SET LOCAL ghep.tenant TO '{tenant}'")
        return connection

    yield connect
    for connection in opened:
        connection.rollback()
        connection.close()
