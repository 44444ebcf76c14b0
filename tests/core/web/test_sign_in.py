"""The sign-in page and what hangs on it: the code of a second factor, and the link for those who forgot."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access import second_factor, tickets
from core.access.codes import STEP
from core.access.models import User
from core.access.sign_in_models import KnownDevice
from core.app import EXTENSION
from core.context import Context
from core.db.base import now
from core.entity.format import moment
from core.jobs.models import Job
from core.mail.outbox import SEND
from core.vendor.models import Company
from core.web.gate import COOKIE
from core.web.sign_in import DEVICE, HALFWAY

PASSWORD = "mật khẩu của Hạnh"


@pytest.fixture
def known(app: Flask, context: Context, make_user: Callable[..., Context]) -> dict[str, str]:
    """What the person of the context types to sign in."""
    assert context.user is not None
    make_user(context)
    kept = app.extensions[EXTENSION].doors.passwords.hash(PASSWORD)
    context.session.execute(sa.update(User).where(User.id == context.user.id).values(password_hash=kept))
    context.session.commit()
    return {"company": context.company.slug, "email": context.user.email, "password": PASSWORD}


@pytest.fixture
def secret(app: Flask, context: Context, known: dict[str, str]) -> str:
    """The secret of a second factor that the person has switched on."""
    vault = app.extensions[EXTENSION].vault
    enrolment = second_factor.begin(context, vault)
    early = pyotp.TOTP(enrolment.secret).generate_otp(int(time.time()) // STEP - 1)
    second_factor.switch_on(context, vault, enrolment, early)
    context.session.commit()
    return enrolment.secret


def test_signing_in_and_out(visitor: FlaskClient, known: dict[str, str]) -> None:
    assert visitor.post("/login", data={**known, "next": "/customers"}).headers["Location"] == "/customers"
    assert visitor.get("/customers").status_code == 200
    assert visitor.post("/logout").headers["Location"] == "/login"
    assert visitor.get("/customers").status_code == 302


def test_one_begins_with_ones_day_on_a_telephone_and_with_the_numbers_at_a_desk(
    visitor: FlaskClient, known: dict[str, str]
) -> None:
    for agent, first in (
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", "/my-day"),
        ("Mozilla/5.0 (Windows NT 10.0)", "/"),
    ):
        assert visitor.post("/login", data=known, headers={"User-Agent": agent}).headers["Location"] == first


def test_with_a_second_factor_the_password_opens_nothing_yet(
    visitor: FlaskClient, known: dict[str, str], secret: str
) -> None:
    answer = visitor.post("/login", data={**known, "next": "/customers"})
    assert answer.headers["Location"] == "/login/code?next=/customers"
    assert visitor.get_cookie(COOKIE) is None
    assert visitor.get("/customers").status_code == 302
    assert visitor.post("/login/code", data={"code": "000000"}).status_code == 422
    code = pyotp.TOTP(secret).now()
    assert visitor.post("/login/code", data={"code": code, "next": "/customers"}).headers["Location"] == "/customers"
    assert visitor.get("/customers").status_code == 200
    assert visitor.get_cookie(HALFWAY, path="/login") is None


def test_nobody_is_sent_elsewhere_after_the_code(visitor: FlaskClient, known: dict[str, str], secret: str) -> None:
    visitor.post("/login", data={**known, "next": "//evil.example"})
    answer = visitor.post("/login/code", data={"code": pyotp.TOTP(secret).now(), "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_the_code_page_is_for_those_who_gave_a_password(visitor: FlaskClient) -> None:
    for key in ("", "1.x", f"1.{'x' * 43}"):
        if key:
            visitor.set_cookie(HALFWAY, key, path="/login")
        assert visitor.post("/login/code", data={"code": "123456"}).headers["Location"] == "/login"
    assert visitor.get("/login/code").status_code in {200, 302}


def test_a_session_key_is_no_key_for_the_code(client: FlaskClient, app: Flask) -> None:
    found = client.get_cookie(COOKIE)
    assert found is not None
    other = app.test_client()
    other.set_cookie(HALFWAY, found.value, path="/login")
    assert other.post("/login/code", data={"code": "123456"}).headers["Location"] == "/login"


def test_codes_are_not_tried_out(visitor: FlaskClient, known: dict[str, str], secret: str) -> None:
    visitor.post("/login", data=known)
    said = [visitor.post("/login/code", data={"code": "000000"}).status_code for _time in range(6)]
    assert said == [422, 422, 422, 422, 422, 429]


def _plain(page: str, *own: str) -> str:
    for one in own:
        page = page.replace(one, "")
    return re.sub(r"nonce-\S+", "", page)


def test_who_forgot_is_answered_alike_known_or_not(visitor: FlaskClient, known: dict[str, str]) -> None:
    company = known["company"]
    asked = [
        (company, known["email"]),
        (company, "ai-do@example.com"),
        (company, "không phải email"),
        ("khong-co", "ai-do@example.com"),
        ("\0", "x" * 3000),
    ]
    answers = [visitor.post("/forgotten", data={"company": one, "email": email}) for one, email in asked]
    assert {answer.status_code for answer in answers} == {200}
    pages = {
        _plain(answer.text, *(part for part in pair if part.strip("\0")))
        for answer, pair in zip(answers[:4], asked, strict=False)
    }
    assert len(pages) == 1


def test_only_what_was_asked_for_becomes_work(visitor: FlaskClient, known: dict[str, str], context: Context) -> None:
    visitor.post("/forgotten", data={"company": known["company"], "email": known["email"]})
    jobs = context.session.scalars(sa.select(Job).where(Job.topic == "core.password.forgotten")).all()
    assert [job.payload for job in jobs] == [{"email": known["email"]}]


def test_asking_too_often_is_told_alike(visitor: FlaskClient, known: dict[str, str]) -> None:
    for company, email in ((known["company"], known["email"]), (known["company"], "x@example.com"), ("none", "x@y.vn")):
        said = [visitor.post("/forgotten", data={"company": company, "email": email}).status_code for _n in range(4)]
        assert said == [200, 200, 200, 429]


def test_a_suspended_companys_people_are_answered_alike(
    visitor: FlaskClient, known: dict[str, str], app: Flask, context: Context
) -> None:
    with app.extensions[EXTENSION].database.vendor_session() as vendor, vendor.begin():
        vendor.get_one(Company, context.tenant).state = "suspended"
    asked = {"company": known["company"], "email": known["email"]}
    assert visitor.post("/forgotten", data=asked).status_code == 200
    key = tickets.issue(context.session, context.user.id, tickets.PASSWORD, timedelta(hours=1))  # type: ignore[union-attr] # somebody
    context.session.commit()
    assert visitor.get(f"/set-password/{key}").status_code == 404


def test_by_a_link_one_chooses_a_password_and_signs_in(
    visitor: FlaskClient, known: dict[str, str], context: Context, make_client: Callable[..., FlaskClient]
) -> None:
    assert context.user is not None
    inside = make_client(context)
    key = tickets.issue(context.session, context.user.id, tickets.PASSWORD, timedelta(hours=1))
    context.session.commit()
    place = f"/set-password/{key}"
    assert context.company.name in visitor.get(place).text
    assert visitor.post(place, data={"new": "ngắn"}).status_code == 422
    assert visitor.post(place, data={"new": "mật khẩu thật mới"}).headers["Location"].startswith("/login?company=")
    assert inside.get("/customers").status_code == 302
    assert visitor.post("/login", data=known).status_code == 422
    assert visitor.post("/login", data={**known, "password": "mật khẩu thật mới"}).status_code == 302
    assert (visitor.get(place).status_code, visitor.post(place, data={"new": "mật khẩu nữa"}).status_code) == (404, 404)


@pytest.mark.parametrize("key", ["x", "1.x", f"999999999.{'x' * 43}", "%00", f"0.{'x' * 43}"])
def test_a_link_that_is_none_is_told_in_words(visitor: FlaskClient, key: str) -> None:
    answer = visitor.get(f"/set-password/{key}")
    assert answer.status_code == 404


def test_no_other_site_asks_or_sets(visitor: FlaskClient, known: dict[str, str]) -> None:
    for place in ("/forgotten", "/login/code", f"/set-password/1.{'x' * 43}"):
        assert visitor.post(place, data=known, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def letters(context: Context) -> list[str]:
    """What was written about new devices, the first first."""
    context.session.rollback()
    statement = sa.select(Job.payload).where(Job.tenant_id == context.tenant, Job.topic == SEND).order_by(Job.id)
    return [one["text"] for one in context.session.scalars(statement)]


def test_of_a_new_device_one_is_told_once_and_not_of_the_first(
    app: Flask, context: Context, known: dict[str, str]
) -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
    first, second = app.test_client(), app.test_client()
    for _again in range(2):
        assert first.post("/login", data=known).status_code == 302
    assert letters(context) == []
    for _again in range(2):
        second.post("/logout")
        assert second.post("/login", data=known, headers={"User-Agent": phone}).status_code == 302
    (text,) = letters(context)
    assert "Safari · iPhone" in text
    assert moment(context, now())[:10] in text
    assert "/account/security" in text


def test_a_wrong_password_makes_no_device_known(visitor: FlaskClient, context: Context, known: dict[str, str]) -> None:
    visitor.post("/login", data={**known, "password": "sai"})
    assert context.session.scalars(sa.select(KnownDevice).where(KnownDevice.tenant_id == context.tenant)).all() == []


def test_with_a_second_factor_a_device_is_known_after_the_code(
    visitor: FlaskClient, context: Context, known: dict[str, str], secret: str
) -> None:
    count = sa.select(sa.func.count()).select_from(KnownDevice).where(KnownDevice.tenant_id == context.tenant)
    visitor.post("/login", data=known)
    assert context.session.scalar(count) == 0
    visitor.post("/login/code", data={"code": pyotp.TOTP(secret).now()})
    context.session.rollback()
    assert context.session.scalar(count) == 1


def test_a_device_key_that_is_none_is_replaced(visitor: FlaskClient, known: dict[str, str]) -> None:
    visitor.set_cookie(DEVICE, "x" * 2000, path="/login")
    visitor.post("/login", data=known)
    found = visitor.get_cookie(DEVICE, path="/login")
    assert found is not None
    assert found.value.startswith("device.")
