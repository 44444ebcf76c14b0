"""Statements handed to the driver as text fail as any other does."""

import psycopg
import pytest
import sqlalchemy as sa

from core.context import CompanyInfo, Context
from core.db.session import Database


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
