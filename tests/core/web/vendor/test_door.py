"""The vendor's door: operators on the bare host, nobody else anywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.keys import digest
from core.context import CompanyInfo, Context
from core.db.base import now
from core.db.database import Database
from core.testing import limited
from core.testing.web import ApiClient
from core.vendor.models import Operator, OperatorSession
from core.vendor.operators import OperatorCreated
from core.web.gate import COOKIE as COMPANY_COOKIE
from core.web.vendor.door import COOKIE, PATH

PAGES = ["", "/companies", "/new", "/companies/acme", "/plugins", "/plugins/kennel", "/plugins/kennel/plan"]
POSTS = [
    "/new", "/companies/acme/suspend", "/companies/acme/resume", "/companies/acme/rename",
    "/companies/acme/modules/kennel", "/plugins/kennel/quarantine", "/plugins/kennel/release",
]  # fmt: skip


def _key(browser: FlaskClient, cookie: str, path: str = "/") -> str:
    found = browser.get_cookie(cookie, path=path)
    assert found is not None
    return found.value


def _sign_in(app: Flask, email: str, password: str, **form: str) -> FlaskClient:
    browser = app.test_client()
    browser.post(f"{PATH}/login", data={"email": email, "password": password, **form})
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_asked_to_sign_in_at_the_vendors_own_door(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(PATH + page)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{PATH}/login?next=/vendor")


@pytest.mark.parametrize("page", POSTS)
def test_a_visitor_can_do_nothing(visitor: FlaskClient, page: str) -> None:
    assert visitor.post(PATH + page).headers["Location"] == f"{PATH}/login"


@pytest.mark.parametrize("page", PAGES + POSTS)
def test_a_company_administrator_is_a_visitor_here(client: FlaskClient, page: str) -> None:
    answer = client.post(PATH + page) if page in POSTS else client.get(PATH + page)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{PATH}/login")


@pytest.mark.parametrize("page", ["/", "/customers", "/settings/modules", "/jobs", "/settings"])
def test_an_operator_is_a_visitor_in_every_company(console: FlaskClient, page: str) -> None:
    assert console.get(page).headers["Location"].startswith("/login")


def test_neither_key_opens_the_other_door(app: Flask, console: FlaskClient, client: FlaskClient) -> None:
    crossed = app.test_client()
    crossed.set_cookie(COMPANY_COOKIE, _key(console, COOKIE, PATH))
    crossed.set_cookie(COOKIE, _key(client, COMPANY_COOKIE), path=PATH)
    assert crossed.get("/customers").headers["Location"].startswith("/login")
    assert crossed.get(f"{PATH}/companies").headers["Location"].startswith(f"{PATH}/login")
    assert crossed.post(f"{PATH}/companies/acme/suspend").status_code == 302
    as_program = {"Authorization": f"Bearer {_key(console, COOKIE, PATH)}"}
    assert app.test_client().get("/api/v1/customers", headers=as_program).status_code == 401


def test_an_api_token_opens_nothing_here(api: ApiClient) -> None:
    assert api.get(f"{PATH}/companies").status_code == 302


@pytest.mark.parametrize("page", ["", "/login", "/companies", "/plugins", "/new"])
@pytest.mark.parametrize(
    "host", ["acme.localhost", "ACME.localhost", "acme.localhost:8000", "acme.localhost.", "a.b.localhost"]
)
def test_there_is_no_console_on_a_companys_address(app: Flask, console: FlaskClient, host: str, page: str) -> None:
    key = _key(console, COOKIE, PATH)
    answer = app.test_client().get(PATH + page, base_url=f"http://{host}", headers={"Cookie": f"{COOKIE}={key}"})
    assert answer.status_code == 404


def test_nobody_signs_in_to_the_console_on_a_companys_address(app: Flask, operator: OperatorCreated) -> None:
    form = {"email": operator.operator.email, "password": operator.password}
    answer = app.test_client().post(f"{PATH}/login", data=form, base_url="http://acme.localhost")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://acme.localhost"}]
)
@pytest.mark.parametrize("page", [*POSTS, "/login", "/logout"])
def test_another_site_can_make_an_operator_do_nothing(console: FlaskClient, page: str, headers: dict[str, str]) -> None:
    assert console.post(PATH + page, headers=headers).status_code == 403
    assert console.get(f"{PATH}/companies").status_code == 200


def test_the_key_travels_to_the_console_alone(app: Flask, operator: OperatorCreated) -> None:
    form = {"email": operator.operator.email, "password": operator.password}
    given = app.test_client().post(f"{PATH}/login", data=form).headers["Set-Cookie"]
    assert {"HttpOnly", f"Path={PATH}", "SameSite=Strict"} <= {part.strip() for part in given.split(";")}
    assert "Domain" not in given


def test_signing_out_ends_the_session_for_good(app: Flask, console: FlaskClient) -> None:
    key = _key(console, COOKIE, PATH)
    assert console.post(f"{PATH}/logout").headers["Location"] == f"{PATH}/login"
    kept = app.test_client()
    kept.set_cookie(COOKIE, key, path=PATH)
    assert kept.get(f"{PATH}/companies").status_code == 302


def test_a_session_ends_with_its_time(console: FlaskClient, database: Database) -> None:
    statement = sa.update(OperatorSession).where(OperatorSession.key_hash == digest(_key(console, COOKIE, PATH)))
    with database.vendor_session() as session, session.begin():
        session.execute(statement.values(expires_at=now() - timedelta(seconds=1)))
    assert console.get(f"{PATH}/companies").status_code == 302


def test_an_operator_who_left_is_out_at_once(
    app: Flask, console: FlaskClient, operator: OperatorCreated, database: Database
) -> None:
    with database.vendor_session() as session, session.begin():
        session.execute(sa.update(Operator).where(Operator.id == operator.operator.id).values(active=False))
    assert console.get(f"{PATH}/companies").status_code == 302
    again = _sign_in(app, operator.operator.email, operator.password)
    assert again.get(f"{PATH}/companies").status_code == 302


@pytest.mark.parametrize("email", ["nobody@vendor.example.com", "", "no address", "a@b\0c.vn", "x" * 5000])
def test_a_wrong_sign_in_does_not_tell_what_was_wrong(
    app: Flask, operator: OperatorCreated, visitor: FlaskClient, email: str
) -> None:
    visitor.set_cookie("locale", "en")
    unknown = visitor.post(f"{PATH}/login", data={"email": email, "password": "some password"})
    wrong = visitor.post(f"{PATH}/login", data={"email": operator.operator.email, "password": "some password"})
    assert unknown.status_code == wrong.status_code == 422
    assert "E-mail or password is wrong." in unknown.text
    assert "E-mail or password is wrong." in wrong.text


def test_guessing_a_password_is_stopped_even_when_it_is_right_at_last(app: Flask, operator: OperatorCreated) -> None:
    browser = app.test_client()
    form = {"email": operator.operator.email, "password": "not this one"}
    answers = [browser.post(f"{PATH}/login", data=form).status_code for _try in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    right = browser.post(f"{PATH}/login", data={**form, "password": operator.password})
    assert right.status_code == 429


@pytest.mark.parametrize("target", ["/vendor/plugins?q=1", "/vendor/companies"])
def test_signing_in_leads_to_where_one_was_going(app: Flask, operator: OperatorCreated, target: str) -> None:
    form = {"email": operator.operator.email, "password": operator.password, "next": target}
    assert app.test_client().post(f"{PATH}/login", data=form).headers["Location"] == target


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/customers", "/vendorx", "/vendor/\\evil", "/vendor/\r\nX: y"]
)
def test_signing_in_leads_nowhere_else(app: Flask, operator: OperatorCreated, target: str) -> None:
    form = {"email": operator.operator.email, "password": operator.password, "next": target}
    assert app.test_client().post(f"{PATH}/login", data=form).headers["Location"] == f"{PATH}/companies"


@pytest.mark.parametrize("below", ["companies", "plugins"])
@pytest.mark.parametrize(
    "name",
    ["nothing", "a%00b", "%F0%9F%90%95", "..%2f..%2fetc", "%0d%0aX-Evil: 1", "'; DROP TABLE core_user; --", "x" * 3000],
)
def test_odd_names_in_addresses_are_nobody(console: FlaskClient, below: str, name: str) -> None:
    assert console.get(f"{PATH}/{below}/{name}").status_code == 404
    assert console.get(f"{PATH}/plugins/{name}/plan?action=purge").status_code == 404
    for verb in ("suspend", "resume", "rename", "modules/kennel"):
        answer = console.post(f"{PATH}/companies/{name}/{verb}", data={"active": "1", "name": "Ai đó"})
        assert answer.status_code == 404
    for verb in ("quarantine", "release"):
        assert console.post(f"{PATH}/plugins/{name}/{verb}").status_code == 404


def test_an_operators_pages_are_kept_nowhere(console: FlaskClient) -> None:
    assert console.get(f"{PATH}/companies").headers["Cache-Control"] == "no-store, private"


def test_a_colleague_without_rights_is_a_visitor_too(
    make_client: Callable[..., FlaskClient], make_context: Callable[..., Context], company: CompanyInfo
) -> None:
    grants = limited(core_customer=["see"])
    browser = make_client(make_context(company, grants=grants), grants=grants)
    assert browser.get(f"{PATH}/companies").status_code == 302


def test_the_console_speaks_the_language_one_chose(console: FlaskClient) -> None:
    console.get(f"{PATH}/language/en")
    assert '<html lang="en"' in console.get(f"{PATH}/companies").text
    console.get(f"{PATH}/language/xx")
    assert '<html lang="vi"' in console.get(f"{PATH}/companies").text
