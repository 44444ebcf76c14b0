"""A turn's transaction: begun by statements known as text, joined by SQLAlchemy when there is something for it to do."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
import sqlalchemy as sa

from core.context import CompanyInfo
from core.customers.models import Source
from core.db.database import Database
from core.db.driver import Row, Statement
from core.db.prepared import adopt
from core.db.session import TenantSession
from core.testing import SECRET

NAMES = "SELECT name FROM core_source WHERE tenant_id = %(tenant)s ORDER BY name"
INSERT = """
INSERT INTO core_source (tenant_id, id, name, search_norm, version, custom, created_at, updated_at)
VALUES (%(tenant)s, gen_random_uuid(), %(name)s, '', 1, '{}', now(), now()) RETURNING name
"""


@pytest.fixture
def narrow(database_url: str) -> Iterator[Database]:
    """A pool of its own, in which every connection is counted."""
    database = Database(database_url, SECRET, pool_size=1)
    yield database
    database.close()


@pytest.fixture
def session(narrow: Database, company: CompanyInfo) -> Iterator[TenantSession]:
    with narrow.session(company.id) as session:
        yield session


def names(session: TenantSession) -> list[str]:
    return [name for (name,) in session.rows(NAMES, {"tenant": session.tenant})]


def add(session: TenantSession, name: str, *, passing: bool = False) -> None:
    session.rows(INSERT, {"tenant": session.tenant, "name": name}, passing=passing)


def taken(database: Database) -> int:
    pool = database.engine.pool
    assert isinstance(pool, sa.QueuePool)
    return pool.checkedout()


def kill(database: Database, session: TenantSession) -> None:
    """Let the server end a session's connection."""
    [(backend,)] = session.rows("SELECT pg_backend_pid()", {})
    url = database.owner_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))


def test_what_was_written_as_text_is_there_after_the_commit(session: TenantSession) -> None:
    add(session, "Hội chợ")
    session.commit()
    assert names(session) == ["Hội chợ"]


def test_what_would_not_be_missed_is_there_all_the_same(session: TenantSession) -> None:
    add(session, "Hội chợ", passing=True)
    session.commit()
    assert names(session) == ["Hội chợ"]


def test_what_would_be_missed_is_there_when_the_commit_returns(
    narrow: Database, session: TenantSession, company: CompanyInfo
) -> None:
    other = narrow.session(company.id)
    for number in range(20):
        add(session, f"Nguồn {number:02}")
        names(session)
        add(session, f"Nguồn {number:02} b", passing=True)
        session.commit()
        assert len(names(other)) == 2 * number + 2
        other.rollback()
    other.close()


def test_a_transaction_ends_with_the_statement_that_was_thought_to_be_the_last(session: TenantSession) -> None:
    moment = "SELECT now()"
    session.finish_with_next()
    first = session.rows(moment, {})
    second = session.rows(moment, {})
    third = session.rows(moment, {})
    assert first < second == third
    add(session, "Hội chợ")
    session.rollback()
    assert names(session) == []


def test_what_was_written_before_it_waits_for_the_commit(session: TenantSession) -> None:
    add(session, "Hội chợ")
    session.finish_with_next()
    assert names(session) == ["Hội chợ"]
    session.rollback()
    assert names(session) == []


def test_a_statement_that_fails_ends_no_transaction(narrow: Database, session: TenantSession) -> None:
    session.finish_with_next()
    with pytest.raises(sa.exc.ProgrammingError):
        session.rows("SELECT nothing FROM nowhere", {})
    session.rollback()
    session.finish_with_next()
    assert names(session) == []
    session.add(Source(name="Website", search_norm=""))
    session.commit()
    assert names(session) == ["Website"]
    assert taken(narrow) == 1


def test_what_was_not_committed_is_gone(session: TenantSession) -> None:
    add(session, "Hội chợ")
    session.rollback()
    assert names(session) == []
    add(session, "Hội chợ")
    session.close()
    assert names(session) == []


def test_records_and_text_share_one_transaction(session: TenantSession) -> None:
    add(session, "Hội chợ")
    session.add(Source(name="Website", search_norm=""))
    session.flush()
    assert names(session) == ["Hội chợ", "Website"]
    assert {one.name for one in session.scalars(sa.select(Source))} == {"Hội chợ", "Website"}
    session.rollback()
    assert names(session) == []


def test_records_added_between_statements_are_written_by_the_commit(session: TenantSession) -> None:
    assert names(session) == []
    session.add(Source(name="Website", search_norm=""))
    session.commit()
    assert names(session) == ["Website"]


def test_a_turn_takes_one_connection_and_gives_it_back(narrow: Database, session: TenantSession) -> None:
    for end in (session.commit, session.rollback, session.close):
        names(session)
        assert taken(narrow) == 1
        end()
        assert taken(narrow) == 0
        names(session)
        session.scalars(sa.select(Source)).all()
        assert taken(narrow) == 1
        end()
        assert taken(narrow) == 0


def test_a_block_that_begins_a_transaction_ends_it(narrow: Database, session: TenantSession) -> None:
    with session.begin():
        add(session, "Hội chợ")
    assert taken(narrow) == 0
    assert names(session) == ["Hội chợ"]


def test_the_next_turn_on_a_connection_is_in_a_transaction_of_its_own(
    narrow: Database, session: TenantSession, company: CompanyInfo
) -> None:
    moment = "SELECT now(), pg_backend_pid()"
    [(first, backend)] = session.rows(moment, {})
    session.commit()
    with narrow.session(company.id) as other:
        [(second, same)] = other.rows(moment, {})
    assert backend == same
    assert first < second


def test_a_connection_that_is_lost_after_the_end_is_given_to_nobody(
    narrow: Database, session: TenantSession, company: CompanyInfo
) -> None:
    kill(narrow, session)
    session.commit()
    with narrow.session(company.id) as other:
        assert names(other) == []


def test_a_transaction_that_was_lost_is_not_taken_up_again_in_silence(narrow: Database, session: TenantSession) -> None:
    add(session, "Hội chợ")
    kill(narrow, session)
    with pytest.raises(sa.exc.OperationalError):
        names(session)
    with pytest.raises(sa.exc.PendingRollbackError):
        names(session)
    with pytest.raises(sa.exc.PendingRollbackError):
        session.commit()
    session.rollback()
    assert names(session) == []


def test_a_server_that_is_not_there_is_said_as_ever(database_url: str, company: CompanyInfo) -> None:
    nowhere = Database(str(sa.make_url(database_url).set(port=1)), SECRET)
    with nowhere.session(company.id) as session, pytest.raises(sa.exc.OperationalError):
        names(session)
    nowhere.close()


class RefusedError(Exception):
    """What a block raises."""


@contextmanager
def refused(session: TenantSession) -> Iterator[None]:
    """A block that raises at its end."""
    with suppress(RefusedError), session.savepoint():
        yield
        raise RefusedError


def test_a_block_in_which_nothing_happens_sets_no_savepoint(session: TenantSession, narrow: Database) -> None:
    names(session)
    asked: list[str] = []
    sa.event.listen(narrow.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with session.savepoint(), session.savepoint():
        pass
    with refused(session):
        pass
    assert asked == []
    assert not session.in_nested_transaction()


def test_a_block_that_raises_takes_back_what_it_wrote_and_no_more(session: TenantSession) -> None:
    add(session, "Trước")
    with refused(session):
        add(session, "Trong")
    session.add(Source(name="Sau", search_norm=""))
    with refused(session):
        session.add(Source(name="Trong", search_norm=""))
    session.commit()
    assert names(session) == ["Sau", "Trước"]


def test_a_statement_that_fails_in_a_block_leaves_the_transaction_as_it_was(session: TenantSession) -> None:
    add(session, "Trước")
    with pytest.raises(sa.exc.ProgrammingError), session.savepoint():
        session.rows("SELECT nothing FROM nowhere", {})
    with pytest.raises(sa.exc.ProgrammingError), session.savepoint():
        session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert names(session) == ["Trước"]


def test_a_record_that_the_block_adds_is_written_within_it(session: TenantSession) -> None:
    add(session, "Trước")
    with pytest.raises(sa.exc.IntegrityError), session.savepoint():
        session.add(Source(search_norm=""))
    session.commit()
    assert names(session) == ["Trước"]


def test_a_value_that_a_failed_block_set_is_forgotten(session: TenantSession) -> None:
    source = Source(name="Hội chợ", search_norm="")
    session.add(source)
    session.flush()
    with refused(session):
        source.name = "Khác"
    assert source.name == "Hội chợ"


def test_blocks_within_blocks_are_undone_one_by_one(session: TenantSession) -> None:
    with session.savepoint():
        with refused(session):
            add(session, "Trong cùng")
        with session.savepoint():
            add(session, "Trong")
        add(session, "Ngoài")
    with refused(session), session.savepoint():
        add(session, "Đã xong bên trong")
    session.commit()
    assert names(session) == ["Ngoài", "Trong"]


def test_a_statement_is_prepared_again_after_a_transaction_was_undone(session: TenantSession) -> None:
    for _ in range(5):
        names(session)
    session.rollback()
    session.scalars(sa.select(Source)).all()
    for _ in range(5):
        assert names(session) == []


def test_a_statement_that_fails_leaves_the_connection_as_it_was(narrow: Database, session: TenantSession) -> None:
    for divisor in (1, 1, 0, 0, 1, 0, 1):
        if divisor:
            assert session.rows("SELECT 1 / %(by)s::int", {"by": divisor}) == [(1,)]
        else:
            with pytest.raises(sa.exc.DataError):
                session.rows("SELECT 1 / %(by)s::int", {"by": divisor})
            with pytest.raises(sa.exc.InternalError):
                names(session)
        session.rollback()
    assert taken(narrow) == 0


def test_a_table_may_change_while_statements_know_it(narrow: Database, session: TenantSession) -> None:
    url = narrow.owner_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE TABLE jar AS SELECT 1 AS n")
        owner.execute("GRANT SELECT ON jar TO ghep_app")
        try:
            for _ in range(4):
                assert session.rows("SELECT n FROM jar", {}) == [(1,)]
                session.rollback()
            owner.execute("ALTER TABLE jar ALTER n TYPE text")
            with pytest.raises(sa.exc.NotSupportedError):
                session.rows("SELECT n FROM jar", {})
            session.rollback()
            for _ in range(4):
                assert session.rows("SELECT n FROM jar", {}) == [("1",)]
            session.rollback()
        finally:
            owner.execute("DROP TABLE jar")


def test_numbers_of_every_size_go_into_one_statement(session: TenantSession) -> None:
    for number in (1, 100_000, 2**40, -1, 2**40) * 3:
        assert session.rows("SELECT %(number)s::bigint", {"number": number}) == [(number,)]


def test_more_statements_than_a_connection_keeps(session: TenantSession) -> None:
    for number in range(150):
        for _ in range(4):
            assert session.rows(f"SELECT {number}", {}) == [(number,)]
        session.commit()
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'ghep%%'"
    [(prepared,)] = session.rows(kept, {})
    assert 50 < prepared <= 100


def test_a_long_value_and_a_long_answer(session: TenantSession) -> None:
    text = "ô" * 3_000_000
    assert session.rows("SELECT %(text)s::text FROM generate_series(1, 3)", {"text": text}) == [(text,)] * 3


def test_a_turn_that_is_interrupted_gives_its_connection_up(narrow: Database, session: TenantSession) -> None:
    def stop(_signal: int, _frame: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(InterruptedError):
            session.rows("SELECT pg_sleep(20)", {})
    finally:
        signal.signal(signal.SIGALRM, before)
    session.close()
    assert taken(narrow) == 0
    assert names(session) == []


def test_statements_of_one_message_are_answered_in_their_order(session: TenantSession) -> None:
    """The same one may be among them more than once, before it is prepared and after."""
    for _ in range(3):
        asked = [Statement("SELECT %(n)s::int", {"n": number}) for number in range(3)]
        assert session.rows_of_each([*asked, Statement("SELECT 'Huế'", {})]) == [[(0,)], [(1,)], [(2,)], [("Huế",)]]
        session.commit()


def test_what_fails_in_a_message_lets_all_of_it_fail(session: TenantSession) -> None:
    half = Statement("SELECT 6 / %(n)s::int", {"n": 0})
    for _ in range(4):
        with pytest.raises(sa.exc.DataError):
            session.rows_of_each([Statement(INSERT, {"tenant": session.tenant, "name": "Hội chợ"}), half])
        session.rollback()
        assert session.rows_of_each([half._replace(parameters={"n": n}) for n in (1, 2)]) == [[(6,)], [(3,)]]
        session.commit()
    assert names(session) == []


def test_a_long_answer_does_not_hold_up_a_long_value_of_the_same_message(session: TenantSession) -> None:
    """While neither side reads what the other sends, both would wait for ever."""
    long = 20_000_000
    found = session.rows_of_each(
        [
            Statement("SELECT repeat('x', %(long)s::int)", {"long": long}),
            Statement("SELECT length(%(text)s::text)", {"text": "y" * long}),
        ]
    )
    assert [len(found[0][0][0]), found[1][0][0]] == [long, long]


def heard(session: TenantSession) -> list[list[Row]]:
    found: list[list[Row]] = []
    session.ask_along(Statement("SELECT 'along'", {}), found.append)
    return found


def test_what_is_asked_along_goes_with_what_is_asked_first(narrow: Database, session: TenantSession) -> None:
    messages: list[str] = []
    sa.event.listen(narrow.engine, "before_cursor_execute", lambda *told: messages.append(told[2]))
    found = heard(session)
    assert session.rows("SELECT 1", {}) == [(1,)]
    assert session.rows("SELECT 2", {}) == [(2,)]
    assert found == [[("along",)]]
    assert messages == ["SELECT 'along';\nSELECT 1", "SELECT 2"]


def test_what_is_asked_along_is_heard_before_the_mapper_asks(session: TenantSession) -> None:
    found = heard(session)
    session.add(Source(name="Hội chợ"))
    session.flush()
    assert found == [[("along",)]]


def test_what_is_asked_along_is_heard_before_a_turn_ends(session: TenantSession) -> None:
    found = heard(session)
    session.commit()
    assert found == [[("along",)]]


def test_what_is_asked_along_is_asked_again_after_an_error(session: TenantSession) -> None:
    found = heard(session)
    with pytest.raises(sa.exc.DataError):
        session.rows("SELECT 1 / 0", {})
    assert found == []
    session.rollback()
    session.settle()
    assert found == [[("along",)]]


def test_nothing_is_given_where_whoever_hears_refuses(session: TenantSession) -> None:
    def refuse(_rows: list[Row]) -> None:
        raise PermissionError

    session.ask_along(Statement("SELECT 'along'", {}), refuse)
    with pytest.raises(PermissionError):
        session.rows("SELECT 1", {})


@pytest.mark.parametrize("end", [TenantSession.commit, TenantSession.rollback])
def test_a_record_is_read_anew_after_its_turn(
    narrow: Database, session: TenantSession, company: CompanyInfo, end: Callable[[TenantSession], None]
) -> None:
    add(session, "Hội chợ")
    session.commit()
    [row] = session.rows("SELECT * FROM core_source WHERE tenant_id = %(tenant)s", {"tenant": session.tenant})
    record = adopt(session, Source, row)
    assert record.name == "Hội chợ"
    assert session.has(Source, record.id)
    end(session)
    with narrow.session(company.id) as other:
        other.execute(sa.update(Source).values(name="Triển lãm"))
        other.commit()
    assert record.name == "Triển lãm"


def test_a_record_that_was_adopted_is_written_as_any_other(session: TenantSession) -> None:
    add(session, "Hội chợ")
    [row] = session.rows("SELECT * FROM core_source WHERE tenant_id = %(tenant)s", {"tenant": session.tenant})
    record = adopt(session, Source, row)
    record.name = "Triển lãm"
    session.commit()
    assert names(session) == ["Triển lãm"]
