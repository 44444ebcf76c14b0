"""The second factor: setting up, codes of the app and of the paper, switching off, and who may demand or take it."""

import time
from collections.abc import Callable
from typing import cast

import pyotp
import pytest
import sqlalchemy as sa

from core.access import second_factor, tickets
from core.access.attempts import TooManyAttemptsError
from core.access.codes import ENROLMENT_LASTS, RECOVERY_CODES, STEP, Enrolment, SecondFactorError
from core.access.login import CodeNeeded, Gate, SignedIn, SignInError, SignInOverError, give_code, sessions, sign_in
from core.access.people import change_password, reset_second_factor
from core.access.sign_in_models import SecondFactor, Ticket
from core.access.vault import Vault
from core.context import Context, ForbiddenError, Grants, UserInfo
from core.db.database import Database
from core.entity.tables import Change
from tests.core.access.conftest import PASSWORD, Person

GiveCode = Callable[..., SignedIn]
WRONG = "12a456"


def code_of(secret: str, *, ahead: int = 0) -> str:
    """What the app on the phone shows, some half minutes ahead."""
    return pyotp.TOTP(secret).at(int(time.time()) + ahead * STEP)


@pytest.fixture
def vault() -> Vault:
    return Vault("khóa của máy")


@pytest.fixture
def own(context: Context, person: Person) -> Context:
    """The turn of the person."""
    context.user = UserInfo(person.id, "Lan", person.email)
    return context


@pytest.fixture
def enrolment(own: Context, vault: Vault) -> Enrolment:
    return second_factor.begin(own, vault)


@pytest.fixture
def codes(own: Context, vault: Vault, enrolment: Enrolment) -> list[str]:
    """The recovery codes of a second factor that is on. Its first code was that of the half minute before."""
    made = second_factor.switch_on(own, vault, enrolment, code_of(enrolment.secret, ahead=-1))
    own.session.commit()
    return made


@pytest.fixture
def halfway(database: Database, gate: Gate, person: Person) -> Callable[[], str]:
    """Give the right password; the key that a code is asked for with."""

    def go() -> str:
        with database.session(person.company.id) as session:
            found = sign_in(session, person.company, person.email, PASSWORD, gate=gate, agent="", address="192.0.2.7")
            session.commit()
        return cast("CodeNeeded", found).key

    return go


@pytest.fixture
def give(database: Database, gate: Gate, vault: Vault, person: Person) -> GiveCode:
    def go(key: str, code: str) -> SignedIn:
        with database.session(person.company.id) as session:
            done = give_code(session, key, code, gate=gate, vault=vault, agent="Firefox", address="192.0.2.7")
            session.commit()
        return done

    return go


def test_without_one_the_password_is_enough(enter: Callable[..., SignedIn]) -> None:
    assert enter().key


def test_nothing_is_on_before_a_code_was_typed(own: Context, vault: Vault, enrolment: Enrolment) -> None:
    with pytest.raises(SecondFactorError):
        second_factor.switch_on(own, vault, enrolment, WRONG)
    assert not second_factor.state(own, own.user.id).on  # type: ignore[union-attr] # somebody


def test_the_form_that_comes_back_is_the_persons_own(
    own: Context, vault: Vault, enrolment: Enrolment, make_context: Callable[..., Context]
) -> None:
    assert second_factor.resume(own, vault, enrolment.sealed).secret == enrolment.secret
    colleague = make_context(own.company)
    for sealed in (enrolment.sealed, "", "x", "\ud800"):
        with pytest.raises(SecondFactorError):
            second_factor.resume(colleague, vault, sealed)


def test_the_secret_and_the_codes_are_not_kept_as_they_are(
    own: Context, enrolment: Enrolment, codes: list[str]
) -> None:
    row = own.session.scalars(sa.select(SecondFactor)).one()
    assert enrolment.secret.encode() not in row.secret
    assert len(codes) == len(set(row.recovery)) == RECOVERY_CODES
    assert not {one.encode() for one in codes} & set(row.recovery)


def test_then_the_password_alone_begins_no_session(
    own: Context, codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    key = halfway()
    assert sessions(own, own.user.id) == []  # type: ignore[union-attr] # somebody
    assert give(key, code_of(enrolment.secret)).user.email == own.user.email  # type: ignore[union-attr] # as above
    assert len(sessions(own, own.user.id)) == 1  # type: ignore[union-attr] # as above


def test_a_code_may_be_typed_in_groups_and_a_little_late_or_early(
    codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    code = code_of(enrolment.secret)
    assert give(halfway(), f" {code[:3]} {code[3:]} ")
    assert give(halfway(), code_of(enrolment.secret, ahead=1))
    for ahead in (3, -3):
        with pytest.raises(SignInError):
            give(halfway(), code_of(enrolment.secret, ahead=ahead))


def test_a_code_lets_in_once(
    codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    code = code_of(enrolment.secret)
    give(halfway(), code)
    with pytest.raises(SignInError):
        give(halfway(), code)


def test_a_code_older_than_the_last_one_does_not(
    codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    give(halfway(), code_of(enrolment.secret, ahead=1))
    with pytest.raises(SignInError):
        give(halfway(), code_of(enrolment.secret))


def test_a_recovery_code_lets_in_once_however_its_groups_are_typed(
    own: Context, codes: list[str], halfway: Callable[[], str], give: GiveCode
) -> None:
    assert give(halfway(), codes[0].upper().replace("-", " "))
    with pytest.raises(SignInError):
        give(halfway(), codes[0])
    assert second_factor.state(own, own.user.id).codes_left == RECOVERY_CODES - 1  # type: ignore[union-attr] # somebody


@pytest.mark.parametrize("code", ["", WRONG, "000000 000000", "١٢٣٤٥٦", "x" * 10_000, "\0", "\ud800", "' OR 1=1 --"])
def test_anything_else_does_not(codes: list[str], halfway: Callable[[], str], give: GiveCode, code: str) -> None:
    with pytest.raises(SignInError):
        give(halfway(), code)


def test_codes_cannot_be_tried_out(
    codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    for _time in range(5):
        with pytest.raises(SignInError):
            give(halfway(), WRONG)
    with pytest.raises(TooManyAttemptsError):
        give(halfway(), code_of(enrolment.secret))


def test_what_the_password_gave_is_good_once_and_for_minutes(
    own: Context, codes: list[str], halfway: Callable[[], str], give: GiveCode, enrolment: Enrolment
) -> None:
    key = halfway()
    give(key, codes[0])
    late = halfway()
    own.session.execute(sa.update(Ticket).values(expires_at=sa.func.now()))
    own.session.commit()
    for one in (key, late, "", "1.x", f"{own.tenant}.{'x' * 43}"):
        with pytest.raises(SignInOverError):
            give(one, code_of(enrolment.secret))


def test_a_link_for_a_password_is_no_way_round_the_password(own: Context, codes: list[str], give: GiveCode) -> None:
    assert own.user is not None
    key = tickets.issue(own.session, own.user.id, tickets.PASSWORD, ENROLMENT_LASTS)
    own.session.commit()
    with pytest.raises(SignInOverError):
        give(key, codes[0])


def test_a_person_who_may_not_sign_in_any_more_is_stopped_at_the_code(
    own: Context, codes: list[str], halfway: Callable[[], str], give: GiveCode
) -> None:
    key = halfway()
    own.session.execute(sa.text("UPDATE core_user SET active = false"))
    own.session.commit()
    with pytest.raises(SignInOverError):
        give(key, codes[0])


def test_it_cannot_be_replaced_by_setting_it_up_again(own: Context, vault: Vault, codes: list[str]) -> None:
    another = second_factor.begin(own, vault)
    with pytest.raises(SecondFactorError):
        second_factor.switch_on(own, vault, another, code_of(another.secret))


def test_new_recovery_codes_void_those_before(
    own: Context, codes: list[str], halfway: Callable[[], str], give: GiveCode
) -> None:
    renewed = second_factor.renew_codes(own)
    own.session.commit()
    with pytest.raises(SignInError):
        give(halfway(), codes[1])
    assert give(halfway(), renewed[0])


def test_switched_off_the_password_is_enough_again(
    own: Context, codes: list[str], enter: Callable[..., SignedIn]
) -> None:
    assert second_factor.switch_off(own)
    own.session.commit()
    assert enter().key
    assert not second_factor.switch_off(own)


def test_a_new_password_leaves_it_on(
    own: Context, gate: Gate, codes: list[str], enter: Callable[..., SignedIn], database: Database, person: Person
) -> None:
    change_password(own, PASSWORD, "mật khẩu mới", gate=gate, address="192.0.2.7")
    own.session.commit()
    with database.session(own.tenant) as session:
        found = sign_in(session, own.company, person.email, "mật khẩu mới", gate=gate, agent="", address="192.0.2.7")
    assert isinstance(found, CodeNeeded)


def test_an_administrator_takes_it_away_and_the_log_says_so(
    own: Context, codes: list[str], enter: Callable[..., SignedIn], make_context: Callable[..., Context]
) -> None:
    assert own.user is not None
    administrator = make_context(own.company)
    assert reset_second_factor(administrator, own.user.id)
    administrator.session.commit()
    assert enter().key
    done = administrator.session.scalars(sa.select(Change).where(Change.action == "second_factor_reset")).one()
    assert (done.record_id, done.user_id) == (own.user.id, administrator.user.id)  # type: ignore[union-attr] # somebody
    assert not reset_second_factor(administrator, own.user.id)


def test_nobody_else_takes_it_away_or_demands_it(own: Context, codes: list[str]) -> None:
    assert own.user is not None
    own.grants = Grants(verbs={"*": {"see": "all", "edit": "all"}, "core.user": {"see": "all"}})
    for deed in (
        lambda: reset_second_factor(own, own.user.id),
        lambda: second_factor.require_of_everybody(own, on=True),
        lambda: second_factor.people_without(own),
    ):
        with pytest.raises(ForbiddenError):
            deed()


def test_who_demands_it_has_it_and_cannot_be_rid_of_it(own: Context, vault: Vault, enrolment: Enrolment) -> None:
    with pytest.raises(SecondFactorError):
        second_factor.require_of_everybody(own, on=True)
    assert "Lan" in second_factor.people_without(own)
    second_factor.switch_on(own, vault, enrolment, code_of(enrolment.secret))
    second_factor.require_of_everybody(own, on=True)
    assert "Lan" not in second_factor.people_without(own)
    with pytest.raises(SecondFactorError):
        second_factor.switch_off(own)
    second_factor.require_of_everybody(own, on=False)
    assert second_factor.switch_off(own)
