"""The one statement every request begins with."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from core.access.identify import enter as enter_company
from core.access.identify import identify
from core.access.keys import is_operator_key, operator_key, read_key, session_key, token_text
from core.access.login import SignedIn
from core.access.models import Role, User, UserSession
from core.access.rights import grants_of
from core.access.tokens import create_token
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.entity import service
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.vendor.models import Company
from tests.core.access.conftest import Person

Enter = Callable[..., SignedIn]


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database, in order."""
    found: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(" ".join(statement.split()))

    event.listen(database.engine, "before_cursor_execute", keep)
    yield found
    event.remove(database.engine, "before_cursor_execute", keep)


def test_it_takes_one_statement_after_the_company_is_announced(
    database: Database, registry: Registry, enter: Enter, person: Person, statements: list[str]
) -> None:
    key = enter().key
    statements.clear()
    with database.session(person.company.id) as session:
        assert identify(session, registry, read_key(key))
    assert [statement.split()[0] for statement in statements] == ["SELECT"]


def test_use_is_marked_now_and_then(
    database: Database, registry: Registry, context: Context, enter: Enter, person: Person, statements: list[str]
) -> None:
    key = enter().key
    before = sa.update(UserSession).values(seen_at=UserSession.seen_at - timedelta(minutes=6))
    context.session.execute(before)
    context.session.commit()
    statements.clear()
    for _request in range(2):
        with database.session(person.company.id) as session:
            assert identify(session, registry, read_key(key))
    assert sum(statement.startswith("UPDATE core_session") for statement in statements) == 1


def test_marking_does_not_wait_for_another_request_that_marks(
    database: Database, registry: Registry, context: Context, enter: Enter, person: Person
) -> None:
    key = enter().key
    context.session.execute(sa.update(UserSession).values(seen_at=UserSession.seen_at - timedelta(minutes=6)))
    context.session.commit()
    with database.session(person.company.id) as busy:
        busy.execute(sa.select(UserSession).with_for_update())
        with database.session(person.company.id) as session:
            session.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
            assert identify(session, registry, read_key(key))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1",
        "1.",
        ".",
        "0.x",
        "-1.x",
        "1.%00",
        "ghep_",
        "ghep_1_x_y",
        "null",
        "\0",
        "é" * 9,
        "1." + "x" * 100_000,
    ],
)
def test_nonsense_is_nobody(database: Database, registry: Registry, company: CompanyInfo, text: str) -> None:
    with database.session(company.id) as session:
        assert identify(session, registry, read_key(text)) is None


@given(st.text())
def test_no_text_opens_a_company_and_the_vendors_console(text: str) -> None:
    key = read_key(text)
    assert key is None or key.tenant > 0
    assert not (key and is_operator_key(text))


@given(st.integers(1, 10**18 - 1), st.uuids())
def test_a_key_that_was_made_can_be_read(tenant: int, token: Any) -> None:
    session, (text, kept) = read_key(session_key(tenant)), token_text(tenant, token)
    assert session is not None
    assert (session.tenant, session.token) == (tenant, None)
    found = read_key(text)
    assert found is not None
    assert (found.tenant, found.token, found.digest) == (tenant, token, kept)
    assert is_operator_key(operator_key())
    assert read_key(operator_key()) is None


def test_a_key_that_was_never_given_is_nobody(database: Database, registry: Registry, person: Person) -> None:
    with database.session(person.company.id) as session:
        assert identify(session, registry, read_key(session_key(person.company.id))) is None
        assert identify(session, registry, read_key(session_key(999_999_999))) is None


def test_a_key_opens_its_own_company_alone(
    database: Database, registry: Registry, enter: Enter, person: Person, make_company: Callable[..., CompanyInfo]
) -> None:
    key, other = enter().key, make_company()
    forged = f"{other.id}.{key.partition('.')[2]}"
    for tenant, text in ((other.id, key), (other.id, forged), (person.company.id, forged)):
        with database.session(tenant) as session:
            assert identify(session, registry, read_key(text)) is None


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": sa.func.now()}])
def test_somebody_who_left_is_nobody(
    database: Database, registry: Registry, context: Context, enter: Enter, person: Person, change: dict[str, Any]
) -> None:
    key = enter().key
    text = create_token(context, person.id).text
    context.session.execute(sa.update(User).where(User.id == person.id).values(**change))
    context.session.commit()
    with database.session(person.company.id) as session:
        assert identify(session, registry, read_key(key)) is None
        assert identify(session, registry, read_key(text)) is None


def test_roles_add_up_and_change_at_once(
    database: Database, registry: Registry, context: Context, enter: Enter, person: Person
) -> None:
    key = enter().key
    roles = [
        service.create(context, Role, {"name": "Bán hàng"}),
        service.create(context, Role, {"name": "Kho"}),
        service.create(context, Role, {"name": "Cũ"}),
    ]
    roles[0].grants = {"core.customer": {"see": "own", "edit": "own"}}
    roles[1].grants = {"*": {"see": "department"}, "core.customer": {"export": "all"}, "core.tag": {"see": ""}}
    roles[2].grants = {"*": {"delete": "all"}}
    user = service.get(context, User, person.id)
    service.update(context, user, {"roles": [role.id for role in roles]})
    service.update(context, roles[2], {"note": "bỏ"})
    roles[2].deleted_at = sa.func.now()
    context.session.commit()
    with database.session(person.company.id) as session:
        identity = identify(session, registry, read_key(key))
    assert identity is not None
    assert not identity.grants.admin
    assert identity.grants.verbs == {
        "*": {"see": "department"},
        "core.customer": {"see": "department", "edit": "own", "export": "all"},
        "core.tag": {"see": ""},
    }


def test_everything_does_not_cover_people_and_roles() -> None:
    grants = grants_of([(False, False, {"*": {"see": "all", "edit": "all"}, "core.user": {"see": "all"}})])
    assert grants.allows("core.customer", "edit")
    assert grants.allows("core.user", "see")
    assert not grants.allows("core.user", "edit")
    assert not grants.allows("core.role", "see")
    assert not grants.allows("*", "admin")


def test_a_person_has_their_language_or_the_companys(
    database: Database, registry: Registry, context: Context, enter: Enter, person: Person
) -> None:
    key = enter().key
    for chosen, spoken in ((None, "vi"), ("en", "en")):
        context.session.execute(sa.update(User).where(User.id == person.id).values(locale=chosen))
        context.session.commit()
        with database.session(person.company.id) as session:
            identity = identify(session, registry, read_key(key))
        assert identity is not None
        assert identity.locale == spoken


def test_a_job_enters_a_company_as_nobody_with_every_right(
    database: Database, hooks: Hooks, company: CompanyInfo
) -> None:
    with database.session(company.id) as session:
        context = enter_company(session, hooks, source="job")
        assert context is not None
        assert (context.company, context.user, context.active) == (company, None, frozenset({"core"}))
        assert context.can("*", "admin")
    with database.session(999_999_999) as session:
        assert enter_company(session, hooks, source="job") is None


def test_a_suspended_company_is_told_as_such(database: Database, hooks: Hooks, company: CompanyInfo) -> None:
    with database.vendor_session() as vendor, vendor.begin():
        vendor.get_one(Company, company.id).state = "suspended"
    with database.session(company.id) as session:
        context = enter_company(session, hooks, source="job")
        assert context is not None
        assert context.company.state == "suspended"
