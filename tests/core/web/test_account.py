"""One's own account, and what administrators do for others' accounts."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from core.access import second_factor
from core.access.models import User, UserSession
from core.access.sign_in_models import SecondFactor, SignInPolicy
from core.app import EXTENSION
from core.context import CompanyInfo, Context, Grants
from core.db.base import now
from core.entity.tables import Change
from core.jobs.models import Job
from core.testing.web import ApiClient, program

PAGES = ("/account", "/account/security", "/account/sessions", "/account/tokens", "/account/second-factor")
MANAGING = ("/settings/tokens", "/settings/sign-in")
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def colleague(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """Somebody without a role."""
    return make_context(company, grants=Grants(), name="Trần Anh Tuấn")


@pytest.fixture
def own(make_client: Callable[..., FlaskClient], colleague: Context) -> FlaskClient:
    return make_client(colleague)


def person(context: Context) -> User:
    assert context.user is not None
    context.session.rollback()
    statement = sa.select(User).where(User.id == context.user.id).execution_options(populate_existing=True)
    return context.session.scalars(statement).one()


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(file, "PNG")
    file.seek(0)
    return file


def switch_on(app: Flask, context: Context) -> None:
    """A second factor, as if set up long ago."""
    assert context.user is not None
    sealed = app.extensions[EXTENSION].vault.seal(f"second factor of {context.user.id}", "JBSWY3DPEHPK3PXP")
    context.session.add(SecondFactor(user_id=context.user.id, secret=sealed, last_step=0, recovery=[]))
    context.session.commit()


@pytest.mark.parametrize("page", PAGES)
def test_everybody_has_an_account(own: FlaskClient, page: str) -> None:
    assert own.get(page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, *MANAGING])
def test_and_nobody_without_signing_in(visitor: FlaskClient, page: str) -> None:
    assert visitor.get(page).headers["Location"].startswith("/login")


@pytest.mark.parametrize("page", MANAGING)
def test_everybodys_is_an_administrators(own: FlaskClient, client: FlaskClient, page: str) -> None:
    assert own.get(page).status_code == 403
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, *MANAGING])
def test_a_program_has_no_account(api: ApiClient, page: str) -> None:
    assert api.get(page).status_code == 403
    assert api.post(page).status_code in {403, 405}


def test_one_changes_ones_own_profile(own: FlaskClient, colleague: Context) -> None:
    user = person(colleague)
    form = {"version": user.version, "phone": "0912 345 678", "signature": "Trần Anh Tuấn\nPhòng kinh doanh"}
    assert own.post("/account", data={**form, "avatar": (picture(), "toi.png")}).status_code == 302
    user = person(colleague)
    assert (user.phone, user.signature) == ("+84912345678", "Trần Anh Tuấn\nPhòng kinh doanh")
    page = own.get("/account").text
    found = re.search(r"/files/[0-9a-f-]{36}\?small", page)
    assert found
    with own.get(found[0]) as shown:
        assert shown.mimetype in {"image/jpeg", "image/png"}
    line = colleague.session.scalars(sa.select(Change).where(Change.record_id == user.id)).one()
    assert (line.action, line.user_name) == ("changed", "Trần Anh Tuấn")


def test_nobody_makes_themselves_more_than_they_are(own: FlaskClient, colleague: Context) -> None:
    before = person(colleague)
    hostile = {
        "version": before.version,
        "name": "Giám đốc",
        "email": "boss@example.com",
        "active": "false",
        "roles": "",
    }
    assert own.post("/account", data=hostile).status_code == 302
    after = person(colleague)
    assert (after.name, after.email, after.active) == (before.name, before.email, True)


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "không phải số"), ("signature", "x" * 30_000), ("version", "9")]
)
def test_what_cannot_be_is_said(own: FlaskClient, colleague: Context, field: str, value: str) -> None:
    form = {"version": str(person(colleague).version), field: value}
    assert own.post("/account", data=form).status_code in {409, 422}


def test_a_picture_that_is_none_is_refused(own: FlaskClient, colleague: Context) -> None:
    form = {"version": person(colleague).version, "avatar": (io.BytesIO(b"<svg onload=alert(1)>"), "toi.svg")}
    assert own.post("/account", data=form).status_code == 422


def test_another_persons_picture_is_not_ones_own(
    own: FlaskClient, colleague: Context, make_client: Callable[..., FlaskClient], make_context: Callable[..., Context]
) -> None:
    own.post("/account", data={"version": person(colleague).version, "avatar": (picture(), "toi.png")})
    found = re.search(r"/files/[0-9a-f-]{36}", own.get("/account").text)
    assert found
    other = make_client(make_context(colleague.company, grants=Grants(), name="Lê Chi"))
    assert other.get(found[0]).status_code == 404


def test_language_and_theme(own: FlaskClient, colleague: Context) -> None:
    assert own.post("/account/display", data={"language": "en", "theme": "dark"}).status_code == 302
    assert 'lang="en"' in own.get("/account").text
    assert (person(colleague).locale, person(colleague).theme) == ("en", "dark")
    own.post("/account/display", data={"language": "../../x", "theme": "<b>"})
    assert (person(colleague).locale, person(colleague).theme) == ("vi", "auto")


def test_devices_are_listed_this_one_first(own: FlaskClient, colleague: Context) -> None:
    _another(colleague, agent="Mozilla/5.0 (iPhone) Safari/604", address="203.0.113.9")
    page = own.get("/account/sessions").text
    assert page.count('class="toggle-row"') == 2
    assert page.index("Thiết bị này") < page.index("Safari · iPhone")
    assert "203.0.113.9" in page


def _another(context: Context, **values: str) -> UserSession:
    assert context.user is not None
    made = UserSession(user_id=context.user.id, key_hash=uuid4().bytes * 2, expires_at=now() + timedelta(1), **values)
    context.session.add(made)
    context.session.commit()
    return made


def test_one_device_or_all_others_are_signed_out(own: FlaskClient, colleague: Context) -> None:
    one, _two = _another(colleague), _another(colleague)
    assert own.post(f"/account/sessions/{one.id}/end", headers=SCRIPT).headers["HX-Redirect"] == "/account/sessions"
    assert own.get("/account/sessions").text.count('class="toggle-row"') == 2
    assert own.post("/account/sessions/end-others").status_code == 302
    assert own.get("/account/sessions").text.count('class="toggle-row"') == 1


def test_others_devices_are_not_ones_own(client: FlaskClient, own: FlaskClient, colleague: Context) -> None:
    theirs = _another(colleague)
    for session_id in (theirs.id, uuid4()):
        assert client.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert own.get("/account/sessions").text.count('class="toggle-row"') == 2


def test_the_old_password_cannot_be_tried_out(own: FlaskClient) -> None:
    said = [
        own.post("/account/password", data={"old": "sai rồi", "new": "mật khẩu mới"}).status_code for _n in range(11)
    ]
    assert said == [422] * 10 + [429]


def test_switching_off_needs_the_password(
    app: Flask, own: FlaskClient, colleague: Context, make_client: Callable[..., FlaskClient]
) -> None:
    switch_on(app, colleague)
    for place in ("/account/second-factor/off", "/account/second-factor/codes"):
        assert own.get(place).status_code == 200
        assert own.post(place, data={"password": "sai rồi nhé"}).status_code == 422
    kept = app.extensions[EXTENSION].doors.passwords.hash("mật khẩu của Tuấn")
    colleague.session.execute(sa.update(User).where(User.id == person(colleague).id).values(password_hash=kept))
    colleague.session.commit()
    codes = own.post("/account/second-factor/codes", data={"password": "mật khẩu của Tuấn"}).text
    assert len(re.findall(r"<code>[a-z2-9]{4}(?:-[a-z2-9]{4}){3}</code>", codes)) == 10
    assert own.post("/account/second-factor/off", data={"password": "mật khẩu của Tuấn"}).status_code == 302
    assert not second_factor.state(colleague, person(colleague).id).on


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA" * 50])
def test_a_form_that_was_tampered_with_begins_anew(own: FlaskClient, sealed: str) -> None:
    answer = own.post("/account/second-factor", data={"sealed": sealed, "code": "123456"})
    assert answer.status_code == 422
    assert "<svg" in answer.text


def test_a_demand_holds_from_the_next_click_on(
    app: Flask, client: FlaskClient, own: FlaskClient, context: Context
) -> None:
    assert client.post("/settings/sign-in", data={"active": "1"}).status_code == 422
    switch_on(app, context)
    assert client.post("/settings/sign-in", data={"active": "1"}).status_code == 302
    assert client.get("/customers").status_code == 200
    assert own.get("/account").headers["Location"] == "/account/second-factor"
    assert own.get("/account", headers=SCRIPT).headers["HX-Redirect"] == "/account/second-factor"
    assert own.get("/api/v1/me").status_code == 403
    assert own.post("/account/password", data={"old": "a", "new": "b"}).headers["Location"] == "/account/second-factor"
    assert own.get("/account/second-factor").status_code == 200
    assert own.get("/account/language/en").status_code == 302
    assert own.post("/logout").status_code == 302


def test_programs_go_on_under_a_demand(app: Flask, context: Context, make_user: Callable[..., Context]) -> None:
    made = program(app, make_user(context))
    context.session.add(SignInPolicy(second_factor=True))
    context.session.commit()
    assert made.get("/api/v1/customers").status_code == 200


def test_a_colleague_is_let_in_again(app: Flask, client: FlaskClient, own: FlaskClient, colleague: Context) -> None:
    place = f"/users/{person(colleague).id}/second-factor"
    assert "/second-factor" not in client.get(f"/users/{person(colleague).id}").text
    switch_on(app, colleague)
    assert place in client.get(f"/users/{person(colleague).id}").text
    assert client.get(place, headers=SCRIPT).status_code == 200
    assert own.post(place).status_code == 403
    assert client.post(place, headers=SCRIPT).status_code == 204
    assert own.get("/account").status_code == 302
    assert not second_factor.state(colleague, person(colleague).id).on


def test_a_colleague_is_sent_a_link(client: FlaskClient, own: FlaskClient, colleague: Context) -> None:
    place = f"/users/{person(colleague).id}/password"
    assert own.post(place, data={"way": "mail"}).status_code == 403
    assert client.post(place, data={"way": "mail"}, headers=SCRIPT).status_code == 204
    job = colleague.session.scalars(sa.select(Job).where(Job.topic == "core.password.invited")).one()
    assert job.payload == {"user": str(person(colleague).id)}


def test_strangers_people_are_nobody(client: FlaskClient, stranger: Context) -> None:
    for place in ("password", "second-factor"):
        for user_id in (person(stranger).id, uuid4()):
            assert client.get(f"/users/{user_id}/{place}").status_code == 404
            assert client.post(f"/users/{user_id}/{place}", data={"way": "mail"}).status_code == 404
