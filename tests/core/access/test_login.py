"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.access.attempts import TooManyAttemptsError
from core.access.identify import Identity, identify
from core.access.keys import digest, read_key
from core.access.login import (
    Gate,
    SignedIn,
    SignInError,
    end_all,
    end_session,
    forget_expired,
    sessions,
    sign_in,
    sign_out,
)
from core.access.models import User, UserSession
from core.access.passwords import Passwords
from core.context import CompanyInfo, Context, ForbiddenError, Grants
from core.db.base import now
from core.db.database import Database
from core.plugin.boot import Registry
from core.vendor.models import Company
from tests.core.access.conftest import PASSWORD, Person

Enter = Callable[..., SignedIn]


@pytest.fixture
def who(database: Database, registry: Registry, person: Person) -> Callable[[str], Identity | None]:
    """Who a key is, in a session of its own, as in a request."""

    def ask(key: str) -> Identity | None:
        with database.session(person.company.id) as session:
            return identify(session, registry, read_key(key))

    return ask


Who = Callable[[str], Identity | None]


def test_the_right_password_lets_in(enter: Enter, who: Who, person: Person) -> None:
    done = enter()
    assert done.user.id == person.id
    identity = who(done.key)
    assert identity is not None
    assert (identity.user.name, identity.company, identity.grants.admin) == ("Lan", person.company, True)


@pytest.mark.parametrize("email", ["lan@example.com", "LAN@EXAMPLE.COM", "  Lan@example.com "])
def test_an_address_may_be_typed_in_any_case(enter: Enter, email: str) -> None:
    assert enter(email)


@pytest.mark.parametrize(
    "password", ["", "sai rồi nhé", PASSWORD + " ", PASSWORD[:-1], "x" * 100_000, "\0", "\ud800" * 9]
)
def test_a_wrong_password_does_not(enter: Enter, password: str) -> None:
    with pytest.raises(SignInError):
        enter(password=password)


@pytest.mark.parametrize(
    "email", ["", "mai@example.com", "lan", "lan@", "@", "a\0b@example.com", "' OR 1=1 --", "x" * 10_000, "\ud800@x.vn"]
)
def test_an_address_nobody_has_is_told_like_a_wrong_password(enter: Enter, email: str) -> None:
    with pytest.raises(SignInError) as unknown:
        enter(email)
    with pytest.raises(SignInError) as wrong:
        enter(password="sai rồi nhé")
    assert unknown.value.reason == wrong.value.reason


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": now()}, {"password_hash": None}])
def test_somebody_who_may_not_sign_in_is_told_the_same(
    enter: Enter, context: Context, person: Person, change: dict[str, object]
) -> None:
    context.session.execute(sa.update(User).where(User.id == person.id).values(**change))
    context.session.commit()
    with pytest.raises(SignInError) as refused:
        enter()
    with pytest.raises(SignInError) as wrong:
        enter("mai@example.com")
    assert refused.value.reason == wrong.value.reason


def test_another_companys_person_is_nobody_here(
    database: Database, gate: Gate, person: Person, make_company: Callable[..., CompanyInfo]
) -> None:
    other = make_company()
    with database.session(other.id) as session, pytest.raises(SignInError):
        sign_in(session, other, person.email, PASSWORD, gate=gate, agent="", address="192.0.2.1")


def test_a_suspended_company_says_so_to_its_own_people_only(database: Database, gate: Gate, person: Person) -> None:
    suspended = CompanyInfo(person.company.id, person.company.slug, "Bình Minh", state="suspended")

    def attempt(password: str) -> str:
        with database.session(suspended.id) as session, pytest.raises(SignInError) as error:
            sign_in(session, suspended, person.email, password, gate=gate, agent="", address="192.0.2.1")
        return str(error.value.reason)

    assert "Bình Minh" in attempt(PASSWORD)
    assert "Bình Minh" not in attempt("sai rồi nhé")


def test_guessing_is_stopped_and_the_right_password_does_not_help(enter: Enter) -> None:
    for _try in range(10):
        with pytest.raises(SignInError):
            enter(password="sai rồi nhé")
    with pytest.raises(TooManyAttemptsError):
        enter()


def test_only_the_hash_of_a_key_is_kept(enter: Enter, context: Context, person: Person) -> None:
    key = enter().key
    row = context.session.scalars(sa.select(UserSession).where(UserSession.user_id == person.id)).one()
    assert row.key_hash == digest(key)
    assert len(key.partition(".")[2]) >= 43


def test_an_old_hash_is_renewed_on_the_way_in(enter: Enter, context: Context, person: Person) -> None:
    old = Passwords(time_cost=2, memory_kib=16).hash(PASSWORD)
    context.session.execute(sa.update(User).where(User.id == person.id).values(password_hash=old))
    context.session.commit()
    enter()
    kept = context.session.scalar(sa.select(User.password_hash).where(User.id == person.id))
    assert kept is not None
    assert "m=8,t=1" in kept
    assert enter()


def test_odd_words_of_the_browser_are_kept_as_far_as_they_fit(enter: Enter, context: Context, person: Person) -> None:
    enter(agent="Mozilla\0" + "x" * 1000)
    row = context.session.scalars(sa.select(UserSession).where(UserSession.user_id == person.id)).one()
    assert row.agent.startswith("Mozillaxxx")
    assert len(row.agent) == 200


# --- ending ------------------------------------------------------------------------------------------------------


def test_signing_out_ends_that_session_at_once(database: Database, enter: Enter, who: Who, person: Person) -> None:
    one, other = enter().key, enter().key
    with database.session(person.company.id) as session, session.begin():
        sign_out(session, one)
    assert who(one) is None
    assert who(other)


@pytest.mark.parametrize("key", ["", "x", "1.x", "vendor.x"])
def test_signing_out_with_nonsense_does_nothing(
    database: Database, enter: Enter, who: Who, person: Person, key: str
) -> None:
    real = enter().key
    with database.session(person.company.id) as session, session.begin():
        sign_out(session, key)
    assert who(real)


def test_a_person_sees_and_ends_their_sessions(enter: Enter, who: Who, context: Context, person: Person) -> None:
    keys = [enter(agent=agent).key for agent in ("Phone", "Desk")]
    rows = sessions(context, person.id)
    assert {row.agent for row in rows} == {"Phone", "Desk"}
    phone = next(row.id for row in rows if row.agent == "Phone")
    assert end_session(context, person.id, phone)
    assert not end_session(context, person.id, phone)
    context.session.commit()
    assert [bool(who(key)) for key in keys] == [False, True]


def test_all_sessions_end_but_one(enter: Enter, who: Who, context: Context, person: Person) -> None:
    first, kept, last = (enter().key for _time in range(3))
    identity = who(kept)
    assert identity is not None
    assert end_all(context, person.id, keep=identity.key_id) == 2
    context.session.commit()
    assert [bool(who(key)) for key in (first, kept, last)] == [False, True, False]


def test_others_sessions_are_an_administrators_to_see(enter: Enter, context: Context, person: Person) -> None:
    enter()
    context.grants = Grants(verbs={"*": dict.fromkeys({"see", "edit", "delete"}, "all")})
    for do in (lambda: sessions(context, person.id), lambda: end_all(context, person.id)):
        with pytest.raises(ForbiddenError):
            do()


def _age(context: Context, **ages: timedelta) -> None:
    values = {name: getattr(UserSession, name) - age for name, age in ages.items()}
    context.session.execute(sa.update(UserSession).values(values))
    context.session.commit()


@pytest.mark.parametrize(
    "age", [{"seen_at": timedelta(hours=12, minutes=1)}, {"expires_at": timedelta(days=14, minutes=1)}]
)
def test_a_session_ends_by_itself(enter: Enter, who: Who, context: Context, age: dict[str, timedelta]) -> None:
    key = enter().key
    _age(context, **age)
    assert who(key) is None
    assert forget_expired(context) == 1


def test_a_session_in_use_stays(enter: Enter, who: Who, context: Context) -> None:
    key = enter().key
    _age(context, seen_at=timedelta(hours=11), expires_at=timedelta(days=13))
    assert who(key)
    assert forget_expired(context) == 0


def test_a_company_that_is_suspended_has_nobody_in(enter: Enter, who: Who, database: Database, person: Person) -> None:
    key = enter().key
    for state, inside in (("suspended", False), ("open", True), ("making", False)):
        with database.vendor_session() as vendor, vendor.begin():
            vendor.get_one(Company, person.company.id).state = state
        assert bool(who(key)) is inside
