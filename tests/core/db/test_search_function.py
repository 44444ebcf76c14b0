"""The search function sees over the policies' wall: one company, four columns, nothing without a company."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from tests.core.db.conftest import Pair

Connect = Callable[[int | None], sa.Connection]


def find(connection: sa.Connection, *words: str, entity: str = "core_customer", capped: int = 100) -> set[UUID]:
    statement = sa.text("SELECT id FROM ghep_search(CAST(:entity AS regclass), :words, :capped)")
    return set(connection.scalars(statement, {"entity": entity, "words": list(words), "capped": capped}))


def test_it_finds_within_the_company(as_app: Connect, pair: Pair) -> None:
    assert find(as_app(pair.ours), "khach") == {pair.our_customer}
    assert find(as_app(pair.theirs), "khach") == {pair.their_customer}


def test_it_fails_without_a_company(as_app: Connect, pair: Pair) -> None:
    with pytest.raises(DBAPIError, match=r"ghep\.tenant|bigint"):  # never set, or set by an earlier transaction
        find(as_app(None), "khach")


def test_after_another_transaction_of_the_same_connection_it_fails_too(as_app: Connect, pair: Pair) -> None:
    connection = as_app(pair.ours)
    connection.commit()
    with pytest.raises(DBAPIError):
        find(connection, "khach")


def test_every_word_must_be_there(as_app: Connect, pair: Pair) -> None:
    assert find(as_app(pair.ours), "khach", "cua ta") == {pair.our_customer}
    assert find(as_app(pair.ours), "khach", "nguoi") == set()


@pytest.mark.parametrize("word", ["%", "_", "kh_ch", "kh%ch", "\\", "'", "' OR true --", "$1", "{}", "%s", "%I"])
def test_a_word_is_text_and_nothing_else(as_app: Connect, pair: Pair, word: str) -> None:
    assert find(as_app(pair.ours), word) == set()


def test_it_stops_at_the_cap(context: Context, as_app: Connect) -> None:
    service.create_many(context, Customer, [{"name": f"Cửa hàng {number}"} for number in range(5)])
    context.session.commit()
    assert len(find(as_app(context.tenant), "cua hang", capped=3)) == 3


def test_what_is_in_the_recycle_bin_is_not_found(context: Context, as_app: Connect, pair: Pair) -> None:
    service.delete(context, [service.get(context, Customer, pair.our_customer)])
    context.session.commit()
    assert find(as_app(pair.ours), "khach") == set()


@pytest.mark.parametrize("table", ["core_session", "core_change", "vendor.operator", "pg_authid"])
def test_other_tables_are_closed_to_it(as_app: Connect, pair: Pair, table: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|does not exist"):
        find(as_app(pair.ours), entity=table)
