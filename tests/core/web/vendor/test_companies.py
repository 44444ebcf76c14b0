"""Companies in the console: made in one form, entitled, renamed, suspended, and opened again."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.app import EXTENSION, create_app
from core.context import CompanyInfo, Context
from core.customers.models import Customer
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.models import Entitlement
from core.testing.web import ApiClient
from core.vendor.models import Company
from core.web.vendor.door import PATH
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as registry_of

BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def english(console: FlaskClient) -> FlaskClient:
    """The operator's browser, in English."""
    console.set_cookie("locale", "en")
    return console


def _form(**changes: str) -> dict[str, str]:
    slug = f"v{uuid4().hex[:10]}"
    form = {
        "name": "Công ty Mới", "slug": slug, "admin_name": "Lê Thị Quản", "admin_email": f"quan@{slug}.example.com",
        "bundle": "pet_hotel",
    }  # fmt: skip
    return {**form, **changes}


def _state(database: Database, slug: str) -> str | None:
    with database.vendor_session() as session:
        return session.scalar(sa.select(Company.state).where(Company.slug == slug))


def _entitled(database: Database, company: CompanyInfo) -> set[str]:
    with database.vendor_session() as session:
        return set(session.scalars(sa.select(Entitlement.plugin).where(Entitlement.company_id == company.id)))


def test_a_company_is_made_from_a_bundle_and_its_administrator_gets_in(app: Flask, english: FlaskClient) -> None:
    form = _form()
    made = english.post(f"{PATH}/new", data=form)
    assert made.status_code == 201
    assert "The company is ready." in made.text
    found = re.search(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>", made.text)
    assert found is not None
    browser = app.test_client()
    login = {"company": form["slug"], "email": form["admin_email"], "password": found[1]}
    assert browser.post("/login", data=login).headers["Location"] == "/"
    assert browser.get("/kennel/stays").status_code == 200, "the modules of the bundle are on"
    assert browser.get("/settings/modules").status_code == 200, "and this is its administrator"


def test_the_password_is_shown_once_and_kept_nowhere(english: FlaskClient) -> None:
    form = _form()
    made = english.post(f"{PATH}/new", data=form)
    assert "Set-Cookie" not in made.headers
    assert made.headers["Cache-Control"] == "no-store, private"
    page = english.get(f"{PATH}/companies/{form['slug']}").text
    assert "Công ty Mới" in page
    assert "The company is ready." not in page


def test_a_company_can_begin_with_demonstration_data(english: FlaskClient, database: Database) -> None:
    form = _form(demo="true")
    assert english.post(f"{PATH}/new", data=form).status_code == 201
    with database.vendor_session() as vendor:
        number = vendor.scalars(sa.select(Company.id).where(Company.slug == form["slug"])).one()
    with database.session(number) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Customer).where(Customer.tenant_id == number))


def test_everything_wrong_with_a_new_company_is_said_beside_its_field(english: FlaskClient) -> None:
    form = _form(name=" ", slug="Có dấu", admin_email="nobody")
    refused = english.post(f"{PATH}/new", data=form)
    assert refused.status_code == 422
    for field in ("name", "slug", "admin_email"):
        assert f'id="h-{field}">' in refused.text
    text = html.unescape(refused.text)
    assert "A company needs a name" in text
    assert "2 to 40 lower-case letters" in text
    assert "Not an e-mail address." in text
    assert 'value="có dấu"' in text, "what was typed is there to be mended"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", ""), ("slug", "a"), ("slug", "-a-"), ("slug", "x" * 41), ("slug", "vendor"), ("slug", "xn--abc"),
        ("slug", "a.b"), ("slug", "a/b"), ("slug", "a\0b"), ("slug", "đệm"), ("slug", "'; --"), ("slug", "<b>"),
        ("name", ""), ("name", "x" * 161), ("name", "a\0b"),
        ("admin_email", ""), ("admin_email", "a@b"), ("admin_email", "a\0@b.vn"),
        ("admin_name", "x" * 500), ("bundle", ""), ("bundle", "nothing"),
    ],
)  # fmt: skip
def test_a_company_that_cannot_be_is_refused_by_field_and_leaves_nothing(
    english: FlaskClient, database: Database, field: str, value: str
) -> None:
    form = _form(**{"name": f"Công ty {uuid4().hex}", field: value})
    refused = english.post(f"{PATH}/new", data=form)
    assert refused.status_code == 422
    assert f'id="h-{field}"' in refused.text
    assert 'class="form-error"' in refused.text
    with database.vendor_session() as session:
        assert session.scalar(sa.select(Company.id).where(Company.name == form["name"].replace("\0", ""))) is None


def test_a_code_is_given_once(english: FlaskClient, company: CompanyInfo) -> None:
    refused = english.post(f"{PATH}/new", data=_form(slug=company.slug))
    assert refused.status_code == 422
    assert "is taken" in refused.text


def test_companies_are_found_by_part_of_a_name_without_accents_and_by_code(
    english: FlaskClient, make_company: Callable[..., CompanyInfo]
) -> None:
    mark = uuid4().hex[:8]
    first, second = make_company(name=f"Nhà hàng Đồng Quê {mark}"), make_company(name=f"Xưởng Ô tô {mark}")
    for q, found, other in (
        (f"dong que {mark}", first, second), (f"ĐỒNG QUÊ {mark}", first, second), (second.slug, second, first),
    ):  # fmt: skip
        page = english.get(f"{PATH}/companies", query_string={"q": q}).text
        assert f"<code>{found.slug}</code>" in page
        assert f"<code>{other.slug}</code>" not in page
    assert "No company has this name or code." in english.get(f"{PATH}/companies?q=%00{mark}x").text


def test_companies_come_in_pages(
    english: FlaskClient, make_company: Callable[..., CompanyInfo], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = uuid4().hex[:8]
    slugs = sorted(make_company(name=f"Chuỗi {mark} {n}").slug for n in range(3))
    monkeypatch.setattr("core.web.vendor.companies.PAGE", 2)
    first = english.get(f"{PATH}/companies?q={mark}").text
    assert [slug for slug in slugs if f"<code>{slug}</code>" in first] == slugs[:2]
    more = re.search(rf'href="({PATH}/companies\?q={mark}&amp;after=[^"]+)"', first)
    assert more is not None
    second = english.get(html.unescape(more[1])).text
    assert [slug for slug in slugs if f"<code>{slug}</code>" in second] == slugs[2:]
    assert "after=" not in second
    assert english.get(f"{PATH}/companies?after=%00").status_code == 200


def test_the_list_shows_what_a_company_has_but_none_of_its_rows(
    english: FlaskClient, client: FlaskClient, context: Context
) -> None:
    name = f"Khách kín {uuid4().hex[:6]}"
    assert client.post("/customers/new", data={"name": name, "kind": "individual"}).status_code == 302
    listed = english.get(f"{PATH}/companies?q={context.company.slug}").text
    page = english.get(f"{PATH}/companies/{context.company.slug}").text
    assert context.company.name in listed
    assert re.search(r'data-label="Users">1<', listed)
    assert 'data-label="Records">0<' not in listed
    for text in (listed, page):
        assert name not in text
        assert context.user is not None
        assert context.user.email not in text


def test_entitling_lets_a_company_switch_on_and_withdrawing_takes_it_at_once(
    english: FlaskClient, client: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    address = f"{PATH}/companies/{company.slug}/modules/kennel"
    assert client.get("/kennel/stays").status_code == 200
    gone = english.post(address, data={"active": "0"}, headers=BY_SCRIPT)
    assert gone.headers["HX-Redirect"] == f"{PATH}/companies/{company.slug}"
    assert "kennel" not in _entitled(database, company)
    assert client.get("/kennel/stays").status_code == 404
    assert client.post("/settings/modules/kennel", data={"active": "1"}).status_code == 422
    english.post(address, data={"active": "1"})
    assert "kennel" in _entitled(database, company)
    assert client.get("/kennel/stays").status_code == 200, "it was on, and nothing of it was lost"


@contextmanager
def _signed_in_where(app: Flask, registry: Registry, console: FlaskClient) -> Iterator[FlaskClient]:
    """The operator's browser at an installation where a kitchen needs a pantry."""
    needy = [module("pantry"), module("kitchen", requires=("pantry",))]
    for one in needy:
        one.__file__ = None
    made = create_app(app.extensions[EXTENSION].settings, registry_of(registry, *needy))
    browser = made.test_client()
    key = console.get_cookie("ghep_operator", path=PATH)
    assert key is not None
    browser.set_cookie("ghep_operator", key.value, path=PATH)
    yield browser
    made.extensions[EXTENSION].database.close()
    made.extensions[EXTENSION].bell.close()


def test_withdrawing_what_others_need_asks_first(
    app: Flask, registry: Registry, console: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    with database.vendor_session() as session, session.begin():
        session.add_all([Entitlement(company_id=company.id, plugin=name) for name in ("pantry", "kitchen")])
    with _signed_in_where(app, registry, console) as browser:
        address = f"{PATH}/companies/{company.slug}/modules/pantry"
        asked = browser.post(address, data={"active": "0"}, headers=BY_SCRIPT)
        assert asked.status_code == 409
        assert "Kitchen" in asked.text
        assert "<!doctype html>" in browser.post(address, data={"active": "0"}).text
        assert _entitled(database, company) == {"pantry", "kitchen"}
        browser.post(address, data={"active": "0", "together": "1"})
        assert _entitled(database, company) == set()


def test_a_module_without_tables_is_not_given_and_the_operator_is_told(
    app: Flask, registry: Registry, console: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    with _signed_in_where(app, registry, console) as browser:
        browser.set_cookie("locale", "en")
        address = f"{PATH}/companies/{company.slug}/modules/pantry"
        assert "ghep db upgrade" in browser.post(address, data={"active": "1"}).text
        assert browser.post(address, data={"active": "1"}, headers=BY_SCRIPT).headers["HX-Refresh"] == "true"
        assert "ghep db upgrade" in browser.get(f"{PATH}/companies").text, "the page read anew says why"
        assert _entitled(database, company) == set()


@pytest.mark.parametrize("plugin", ["nothing", "core"])
def test_what_is_not_a_module_cannot_be_given(
    english: FlaskClient, company: CompanyInfo, plugin: str, database: Database
) -> None:
    address = f"{PATH}/companies/{company.slug}/modules/{plugin}"
    assert english.post(address, data={"active": "1"}).status_code in {302, 422}
    assert english.post(address, data={"active": "7"}).status_code == 422
    assert _entitled(database, company) == set()


def test_a_company_is_renamed(english: FlaskClient, company: CompanyInfo) -> None:
    address = f"{PATH}/companies/{company.slug}"
    assert english.post(f"{address}/rename", data={"name": " Công ty Đổi Tên "}).status_code == 302
    assert "<h1>Công ty Đổi Tên</h1>" in english.get(address).text


@pytest.mark.parametrize("name", ["", "   ", "x" * 161, "a\0b"])
def test_a_name_that_cannot_be_is_refused_beside_its_field(
    english: FlaskClient, company: CompanyInfo, name: str
) -> None:
    address = f"{PATH}/companies/{company.slug}"
    refused = english.post(f"{address}/rename", data={"name": name})
    assert refused.status_code == 422
    assert 'id="h-name"' in refused.text
    assert f"<h1>{company.name}</h1>" in english.get(address).text


def test_a_suspended_company_is_closed_at_once_and_opened_as_it_was(
    app: Flask, english: FlaskClient, client: FlaskClient, api: ApiClient, company: CompanyInfo
) -> None:
    address = f"{PATH}/companies/{company.slug}"
    assert client.get("/customers").status_code == 200
    assert api.get("/api/v1/customers").status_code == 200
    assert english.post(f"{address}/suspend").status_code == 302

    client.set_cookie("locale", "en")
    page = client.get("/customers")
    assert page.status_code == 403
    assert f"{company.name} is suspended" in page.text
    assert client.post("/customers/new", data={"name": "Không vào"}).status_code == 403
    assert client.get("/customers", headers=BY_SCRIPT).headers["HX-Redirect"] == "/"

    answer = api.get("/api/v1/customers")
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert answer.get_json()["status"] == 403
    assert company.name in answer.get_json()["detail"]

    at_its_address = app.test_client().get("/login", base_url=f"http://{company.slug}.localhost")
    assert at_its_address.status_code == 403
    assert company.name in at_its_address.text

    assert english.post(f"{address}/resume").status_code == 302
    assert client.get("/customers").status_code == 200
    assert api.get("/api/v1/customers").status_code == 200


def test_who_has_no_good_key_is_not_told_that_a_company_is_suspended(
    app: Flask, english: FlaskClient, company: CompanyInfo
) -> None:
    english.post(f"{PATH}/companies/{company.slug}/suspend")
    stranger = app.test_client()
    stranger.set_cookie("ghep_session", f"{company.id}.{'x' * 43}")
    assert stranger.get("/customers").headers["Location"].startswith("/login")
    forged = {"Authorization": f"Bearer ghep_{company.id}_{uuid4().hex}_{'x' * 43}"}
    assert app.test_client().get("/api/v1/customers", headers=forged).status_code == 401


def test_suspending_twice_and_resuming_an_open_company_change_nothing(
    english: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    address = f"{PATH}/companies/{company.slug}"
    for verb, state in (("suspend", "suspended"), ("suspend", "suspended"), ("resume", "open"), ("resume", "open")):
        assert english.post(f"{address}/{verb}").status_code == 302
        assert _state(database, company.slug) == state


def test_another_company_does_not_notice(
    english: FlaskClient, client: FlaskClient, make_company: Callable[..., CompanyInfo]
) -> None:
    english.post(f"{PATH}/companies/{make_company().slug}/suspend")
    assert client.get("/customers").status_code == 200
