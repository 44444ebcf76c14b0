"""Statements handed to the driver as text fail as any other does."""

import psycopg
import pytest
import sqlalchemy as sa

from core.context import CompanyInfo, Context
from core.db.database import Database
from core.db.prepared import Prepared, Question, ask

NUMBERS = Prepared("SELECT n, n * %(times)s FROM generate_series(1, %(last)s::int) n", ("n", "product"))
MOMENT = Prepared("SELECT clock_timestamp(), %(of)s::text", ("at", "of"))
WORD = Prepared("SELECT %(times)s::text || ' 100%%'", ("word",))


def test_rows_come_as_they_are(context: Context) -> None:
    assert context.session.rows("SELECT %(tenant)s::bigint, 'Huế'", {"tenant": context.tenant}) == [
        (context.tenant, "Huế")
    ]


def test_an_error_is_the_one_of_any_other_statement(context: Context) -> None:
    with pytest.raises(sa.exc.ProgrammingError) as refused:
        context.session.rows("SELECT nothing FROM nowhere", {})
    assert not refused.value.connection_invalidated


def test_a_lost_connection_is_given_up_and_the_next_turn_has_another(database: Database, company: CompanyInfo) -> None:
    with database.session(company.id) as session:
        [(backend,)] = session.rows("SELECT pg_backend_pid()", {})
        with psycopg.connect(
            database.owner_url.set(drivername="postgresql").render_as_string(hide_password=False)
        ) as owner:
            owner.execute("SELECT pg_terminate_backend(%s)", (backend,))
        with pytest.raises(sa.exc.OperationalError) as lost:
            session.rows("SELECT 1", {})
        assert lost.value.connection_invalidated
    with database.session(company.id) as session:
        assert session.rows("SELECT 1", {}) == [(1,)]


def test_the_same_statement_is_run_again_with_other_values(context: Context) -> None:
    for last in (3, 0, 2):
        assert len(NUMBERS.rows(context.session, {"times": 2, "last": last})) == last


def test_any_number_of_statements_is_run_on_one_connection(context: Context) -> None:
    for _turn in range(2):
        for number in range(60):
            assert context.session.rows(f"SELECT {number}", {}) == [(number,)]


def test_what_is_asked_together_is_answered_to_each(context: Context) -> None:
    numbers, word = Question(NUMBERS, {"times": 3, "last": 2}), Question(WORD, {"times": "drei"})
    none = Question(NUMBERS, {"times": 3, "last": 0})
    ask(context.session, [none, numbers, word])
    assert sorted(numbers.answer(context.session)) == [(1, 3), (2, 6)]
    assert word.answer(context.session) == [("drei 100%",)]
    assert none.answer(context.session) == []


def test_an_answer_is_given_once_and_to_the_same_question_alone(context: Context) -> None:
    """Each says when it was read."""
    asked, other = Question(MOMENT, {"of": "this"}), Question(MOMENT, {"of": "that"})
    ask(context.session, [asked])
    between = other.answer(context.session)
    assert asked.answer(context.session) < between < asked.answer(context.session)
