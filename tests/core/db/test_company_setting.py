"""The company is announced for one transaction and gone with it, however the transaction ends."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.customers.models import Customer
from core.db.database import Database
from core.db.session import TenantSession
from core.testing import SECRET
from tests.core.db.conftest import Pair

SETTING = sa.text("SELECT nullif(current_setting('ghep.tenant', true), '')")


@pytest.fixture
def narrow(database_url: str) -> Iterator[Database]:
    """A pool of one connection, which everybody is given in turn."""
    database = Database(database_url, SECRET, pool_size=1)
    yield database
    database.close()


def left_behind(database: Database) -> object:
    with database.reader() as connection:
        return connection.scalar(SETTING)


def test_a_commit_takes_the_company_away(narrow: Database, pair: Pair) -> None:
    with narrow.session(pair.ours) as session:
        assert session.scalar(SETTING) == str(pair.ours)
        session.commit()
    assert left_behind(narrow) is None


def test_a_rollback_takes_the_company_away(narrow: Database, pair: Pair) -> None:
    with narrow.session(pair.ours) as session:
        with pytest.raises(sa.exc.ProgrammingError):
            session.execute(sa.text("SELECT * FROM no_such_table"))
        session.rollback()
    assert left_behind(narrow) is None


def test_a_session_given_back_half_way_leaves_nothing(narrow: Database, pair: Pair) -> None:
    session = narrow.session(pair.ours)
    session.scalars(sa.select(Customer)).all()
    session.close()
    assert left_behind(narrow) is None


def test_the_next_company_on_the_connection_sees_its_own(narrow: Database, pair: Pair) -> None:
    for tenant, customer in ((pair.ours, pair.our_customer), (pair.theirs, pair.their_customer)) * 2:
        with narrow.session(tenant) as session:
            assert list(session.scalars(sa.select(Customer.id))) == [customer]


def test_a_savepoint_keeps_the_company_and_the_next_transaction_has_it_again(narrow: Database, pair: Pair) -> None:
    with narrow.session(pair.ours) as session:
        with session.begin_nested():
            assert session.scalar(SETTING) == str(pair.ours)
        assert session.scalar(SETTING) == str(pair.ours)
        session.commit()
        assert list(session.scalars(sa.select(Customer.id))) == [pair.our_customer]


def test_a_company_is_a_number(narrow: Database) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        TenantSession(narrow.engine, "1'; DROP TABLE core_customer; --")  # type: ignore[arg-type] # that is the point
