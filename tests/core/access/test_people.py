"""The people of a company, their passwords, and what a new company begins with."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from core.access.grants import rights_of
from core.access.login import Gate, SignedIn, SignInError
from core.access.models import Role, User, UserSession
from core.access.passwords import PasswordError, new_password
from core.access.people import WrongPasswordError, change_password, create_user, find_user, set_password
from core.access.roles import ADMINISTRATOR, SALESPERSON, VIEWER, furnish
from core.context import Context, ForbiddenError, Grants, UserInfo
from core.customers.models import Source
from core.entity.errors import InvalidError
from core.entity.tables import Change
from core.i18n import use_locale
from tests.core.access.conftest import PASSWORD, Person

Enter = Callable[..., SignedIn]


def test_a_made_password_can_be_read_out_and_is_never_the_same() -> None:
    made = {new_password() for _time in range(50)}
    assert len(made) == 50
    assert all(len(one) == 19 and not set("lo01") & set(one) for one in made)


@pytest.mark.parametrize("email", ["", "lan", "lan@", "a\0b@example.com", "lan@example"])
def test_a_person_needs_an_address(context: Context, gate: Gate, email: str) -> None:
    with pytest.raises(InvalidError) as error:
        create_user(context, email, PASSWORD, passwords=gate.passwords)
    assert set(error.value.errors) == {"email"}


def test_two_people_cannot_have_one_address(context: Context, gate: Gate, person: Person) -> None:
    with pytest.raises(InvalidError) as error:
        create_user(context, person.email.upper(), PASSWORD, passwords=gate.passwords)
    assert set(error.value.errors) == {"email"}


def test_a_role_must_be_there(context: Context, gate: Gate) -> None:
    with pytest.raises(InvalidError) as error:
        create_user(context, "mai@example.com", PASSWORD, passwords=gate.passwords, roles=["Thầy bói"])
    assert set(error.value.errors) == {"roles"}


def test_a_short_password_leaves_nobody_behind(context: Context, gate: Gate) -> None:
    with pytest.raises(PasswordError):
        create_user(context, "mai@example.com", "ngắn", passwords=gate.passwords)
    with pytest.raises(LookupError):
        find_user(context, "mai@example.com")


def test_making_people_is_an_administrators(context: Context, gate: Gate) -> None:
    context.grants = Grants(
        verbs={"*": dict.fromkeys({"see", "create"}, "all"), "core.user": dict.fromkeys({"create"}, "all")}
    )
    with pytest.raises(ForbiddenError):
        create_user(context, "mai@example.com", PASSWORD, passwords=gate.passwords)


def test_an_administrator_sets_a_password_and_every_session_ends(
    context: Context, gate: Gate, person: Person, enter: Enter
) -> None:
    enter()
    set_password(context, person.id, "mật khẩu mới", passwords=gate.passwords)
    context.session.commit()
    assert context.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 0
    assert enter(password="mật khẩu mới")
    with pytest.raises(SignInError):
        enter()


def test_changing_ones_own_password_needs_the_old_one(
    context: Context, gate: Gate, person: Person, enter: Enter
) -> None:
    enter()
    context.user = UserInfo(person.id, "Lan", person.email)
    with pytest.raises(WrongPasswordError):
        change_password(context, "sai rồi nhé", "mật khẩu mới", gate=gate, address="192.0.2.7")
    kept = context.session.scalars(sa.select(UserSession.id)).one()
    enter()
    change_password(context, PASSWORD, "mật khẩu mới", gate=gate, address="192.0.2.7", keep=kept)
    context.session.commit()
    assert list(context.session.scalars(sa.select(UserSession.id))) == [kept]


def test_the_log_tells_of_a_new_password_and_not_which(context: Context, gate: Gate, person: Person) -> None:
    set_password(context, person.id, "mật khẩu mới", passwords=gate.passwords)
    line = context.session.scalars(
        sa.select(Change).where(Change.record_id == person.id, Change.action == "password")
    ).one()
    assert line.values == {}
    everything = context.session.scalars(sa.select(sa.cast(Change.values, sa.Text)))
    assert not any("argon2" in values or "mật khẩu" in values for values in everything)


# --- what a company begins with -----------------------------------------------------------------------------------


def _roles(context: Context) -> dict[str, Grants]:
    return {role.name: rights_of(role) for role in context.session.scalars(sa.select(Role))}


def test_a_new_company_has_roles_and_sources_in_its_language(context: Context) -> None:
    furnish(context)
    with use_locale("vi"):
        assert set(_roles(context)) == {str(ADMINISTRATOR), str(SALESPERSON), str(VIEWER)}
    assert len(context.session.scalars(sa.select(Source.id)).all()) >= 5


def test_doing_it_again_changes_nothing(context: Context) -> None:
    furnish(context)
    before = {name: asdict(one) for name, one in _roles(context).items()}
    furnish(context)
    assert {name: asdict(one) for name, one in _roles(context).items()} == before


def test_deleting_and_exporting_are_the_administrators_until_given(context: Context) -> None:
    furnish(context)
    with use_locale("vi"):
        roles = _roles(context)
        admin, sales, viewer = (roles[str(name)] for name in (ADMINISTRATOR, SALESPERSON, VIEWER))
    for verb in ("delete", "export", "import"):
        assert [one.allows("core.customer", verb) for one in (admin, sales, viewer)] == [True, False, False]
    assert [one.allows("core.customer", "edit") for one in (admin, sales, viewer)] == [True, True, False]
    assert [one.allows("core.customer", "see") for one in (admin, sales, viewer)] == [True, True, True]
    for entity in ("core.user", "core.role"):
        assert [one.allows(entity, "edit") for one in (admin, sales, viewer)] == [True, False, False]


def test_the_log_says_who_made_a_person(context: Context, gate: Gate) -> None:
    user = create_user(context, "mai@example.com", PASSWORD, passwords=gate.passwords)
    line = context.session.scalars(sa.select(Change).where(Change.record_id == user.id)).one()
    assert line.action == "created"
    assert context.session.get_one(User, (context.tenant, user.id)).name == "mai"
