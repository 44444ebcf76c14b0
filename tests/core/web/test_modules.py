"""The Modules page: a switch acts on the next request of every process, and says what else it would touch."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.keys import digest, session_key
from core.access.login import ABSOLUTE
from core.access.models import Role, User, UserSession
from core.app import EXTENSION, create_app
from core.context import CompanyInfo, Context
from core.customers.models import Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.entity.tables import Change
from core.plugin.boot import Registry
from core.plugin.models import ActiveModule, Entitlement, Quarantine
from core.settings import Settings
from core.testing import limited
from core.web.gate import COOKIE
from tests.core.plugin.registries import module as plain_module
from tests.core.plugin.registries import registry as registry_of

PAGE = "/settings/modules"
BY_SCRIPT = {"HX-Request": "true"}
House = Callable[..., AbstractContextManager[Flask]]


def module(name: str, **options: Any) -> ModuleType:
    """A plugin without a folder, and so without templates of its own."""
    made = plain_module(name, **options)
    made.__file__ = None
    return made


@contextmanager
def _running(settings: Settings, registry: Registry) -> Iterator[Flask]:
    made = create_app(settings, registry)
    yield made
    made.extensions[EXTENSION].database.close()
    made.extensions[EXTENSION].bell.close()


@pytest.fixture
def other_process(app: Flask, registry: Registry) -> Iterator[Flask]:
    """A second application on the same database, as another worker would be."""
    with _running(app.extensions[EXTENSION].settings, registry) as made:
        yield made


@pytest.fixture
def house(app: Flask, registry: Registry) -> House:
    """Applications with modules made for the test instead of those installed."""

    def make(*modules: ModuleType) -> AbstractContextManager[Flask]:
        return _running(app.extensions[EXTENSION].settings, registry_of(registry, *modules))

    return make


@pytest.fixture
def sign_in(database: Database, context: Context) -> Callable[..., FlaskClient]:
    """Browsers of this test's company's administrator, who may have the modules named and has core on."""

    def make(app: Flask, *entitled: str) -> FlaskClient:
        assert context.user is not None
        with database.vendor_session() as vendor, vendor.begin():
            vendor.add_all([Entitlement(company_id=context.tenant, plugin=name) for name in entitled])
        role = Role(name="Quản trị", admin=True, grants={}, version=1)
        key = session_key(context.tenant)
        context.session.add_all([
            role, ActiveModule(plugin="core"),
            UserSession(user_id=context.user.id, key_hash=digest(key), expires_at=now() + ABSOLUTE),
        ])  # fmt: skip
        context.session.flush()
        pair = {"tenant_id": context.tenant, "left_id": context.user.id, "right_id": role.id}
        context.session.execute(sa.insert(User.__links__["roles"]).values(pair))
        context.session.commit()
        browser = app.test_client()
        browser.set_cookie(COOKIE, key)
        return browser

    return make


def _key(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def _switch(browser: FlaskClient, name: str, *, on: bool, together: bool = False) -> TestResponse:
    form = {"active": str(int(on))} | ({"together": "1"} if together else {})
    return browser.post(f"{PAGE}/{name}", data=form)


def _is_on(browser: FlaskClient, name: str) -> bool:
    """Whether the page shows the module's switch as on."""
    card = browser.get(PAGE).text.partition(f'id="module-{name}"')[2].partition("</article>")[0]
    assert card
    return " checked" in card


def test_a_module_is_usable_at_once_in_every_process_and_gone_at_once(
    client: FlaskClient, other_process: Flask, context: Context
) -> None:
    elsewhere = other_process.test_client()
    elsewhere.set_cookie(COOKIE, _key(client))
    assert elsewhere.get("/kennel/stays").status_code == 200
    for switch, on in ((client, False), (elsewhere, True), (elsewhere, False), (client, True)):
        assert _switch(switch, "kennel", on=on).status_code == 302
        for browser in (client, elsewhere):
            assert browser.get("/kennel/stays").status_code == (200 if on else 404)
            assert ("/kennel/stays" in browser.get("/").text) is on
            assert _is_on(browser, "kennel") is on


def test_what_was_entered_is_there_again_when_the_module_is_on_again(client: FlaskClient, context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Nguyễn Văn Còn", "kind": "individual"})
    stay = context.hooks.registry.resources["kennel.stay"].model
    pet = f"Mực {uuid4().hex[:6]}"
    values = {
        "pet": pet,
        "customer": customer.id,
        "arrives": context.today(),
        "leaves": context.today(),
        "state": "booked",
    }
    service.create(context, stay, values)
    context.session.commit()
    _switch(client, "kennel", on=False)
    assert pet not in client.get("/").text
    _switch(client, "kennel", on=True)
    assert pet in client.get("/kennel/stays").text


def test_every_switch_is_in_the_change_log_and_on_the_modules_page(client: FlaskClient, context: Context) -> None:
    _switch(client, "kennel", on=False)
    _switch(client, "kennel", on=True)
    statement = sa.select(Change.action, Change.user_name).where(
        Change.tenant_id == context.tenant, Change.entity == "core.module"
    )
    lines = context.session.execute(statement.order_by(Change.id)).all()
    assert lines == [("module_off", "Nguyễn Thị Hạnh"), ("module_on", "Nguyễn Thị Hạnh")]
    client.set_cookie("locale", "en")
    page = client.get(f"{PAGE}/kennel").text
    assert page.index("switched it on") < page.index("switched it off")


def test_a_modules_page_tells_what_it_brings(client: FlaskClient) -> None:
    client.set_cookie("locale", "en")
    page = client.get(f"{PAGE}/kennel").text
    assert 'href="/kennel/stays"' in page
    assert "Note the day of collection" in page
    assert client.get(f"{PAGE}/nothing").status_code == 404


def test_switching_on_offers_what_is_needed_and_takes_it_along(
    house: House, sign_in: Callable[..., FlaskClient]
) -> None:
    with house(module("pantry"), module("kitchen", requires=("pantry",))) as app:
        browser = sign_in(app, "pantry", "kitchen")
        asked = browser.post(f"{PAGE}/kitchen", data={"active": "1"}, headers=BY_SCRIPT)
        assert asked.status_code == 409
        assert asked.headers["HX-Retarget"] == "#dialog-body"
        assert "Pantry" in asked.text
        assert 'name="together" value="1"' in asked.text
        assert not _is_on(browser, "kitchen")
        done = browser.post(f"{PAGE}/kitchen", data={"active": "1", "together": "1"}, headers=BY_SCRIPT)
        assert (done.status_code, done.headers["HX-Redirect"]) == (204, PAGE)
        assert _is_on(browser, "kitchen")
        assert _is_on(browser, "pantry")


def test_switching_off_names_who_needs_it_and_takes_them_along(
    house: House, sign_in: Callable[..., FlaskClient]
) -> None:
    with house(module("pantry"), module("kitchen", requires=("pantry",))) as app:
        browser = sign_in(app, "pantry", "kitchen")
        _switch(browser, "kitchen", on=True, together=True)
        asked = browser.post(f"{PAGE}/pantry", data={"active": "0"})
        assert asked.status_code == 409
        assert "Kitchen" in asked.text
        assert "<!doctype html>" in asked.text, "without a script the question is a page"
        assert _is_on(browser, "pantry")
        _switch(browser, "pantry", on=False, together=True)
        assert not _is_on(browser, "pantry")
        assert not _is_on(browser, "kitchen")


def test_what_is_not_booked_can_only_be_asked_for(house: House, sign_in: Callable[..., FlaskClient]) -> None:
    with house(module("pantry"), module("kitchen", requires=("pantry",))) as app:
        browser = sign_in(app, "kitchen")
        browser.set_cookie("locale", "en")
        page = browser.get(PAGE).text
        assert "Ask your provider to add this module." in page
        for name in ("pantry", "kitchen"):
            refused = _switch(browser, name, on=True, together=True)
            assert refused.status_code == 422
            assert "Pantry" in refused.text
        by_script = browser.post(f"{PAGE}/pantry", data={"active": "1"}, headers=BY_SCRIPT)
        assert by_script.headers["HX-Redirect"] == PAGE
        assert "Ask your provider." in browser.get(PAGE).text, "the page that is read anew says why"
        assert not _is_on(browser, "pantry")


def test_a_module_that_refuses_to_start_is_off_and_says_why(house: House, sign_in: Callable[..., FlaskClient]) -> None:
    def refuse() -> None:
        raise RuntimeError("there is no shelf")

    with house(module("pantry", module_on=refuse)) as app:
        browser = sign_in(app, "pantry")
        refused = _switch(browser, "pantry", on=True)
        assert refused.status_code == 422
        assert "there is no shelf" in refused.text
        assert not _is_on(browser, "pantry")


def test_a_quarantined_module_says_so_and_cannot_be_switched(
    house: House, sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    with house(module("pantry")) as app:
        browser = sign_in(app, "pantry")
        browser.set_cookie("locale", "en")
        _switch(browser, "pantry", on=True)
        with database.vendor_session() as vendor, vendor.begin():
            vendor.add(Quarantine(plugin="pantry", reason="a trial"))
        try:
            page = browser.get(PAGE).text
            assert "Out of order" in page
            assert "until your provider has looked at it" in page
            assert _switch(browser, "pantry", on=True).status_code == 422
        finally:
            with database.vendor_session() as vendor, vendor.begin():
                vendor.execute(sa.delete(Quarantine).where(Quarantine.plugin == "pantry"))
        assert _is_on(browser, "pantry"), "released, it is on where it was on"


def test_a_module_whose_code_is_gone_is_named_and_can_be_switched_off(
    app: Flask, house: House, sign_in: Callable[..., FlaskClient]
) -> None:
    with house(module("pantry")) as before:
        key = _key(browser := sign_in(before, "pantry"))
        _switch(browser, "pantry", on=True)
    with house() as after:
        browser = after.test_client()
        browser.set_cookie(COOKIE, key)
        assert _is_on(browser, "pantry")
        assert browser.get(f"{PAGE}/pantry").status_code == 200
        assert _switch(browser, "pantry", on=False).status_code == 302
        assert 'id="module-pantry"' not in browser.get(PAGE).text


def test_core_is_always_on(client: FlaskClient) -> None:
    assert _switch(client, "core", on=False).status_code == 422
    assert client.get("/customers").status_code == 200


def test_only_an_administrator_sees_and_switches(
    make_client: Callable[..., FlaskClient], make_context: Callable[..., Context], company: CompanyInfo
) -> None:
    grants = limited(core_customer=["see", "create", "edit", "delete"])
    browser = make_client(make_context(company, grants=grants), grants=grants)
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}/kennel").status_code == 403
    assert _switch(browser, "kennel", on=False).status_code == 403
    assert browser.get("/kennel/stays").status_code == 403, "on, and not for this person"


def test_another_companys_modules_are_its_own(
    client: FlaskClient, make_client: Callable[..., FlaskClient], stranger: Context
) -> None:
    other = make_client(stranger)
    _switch(other, "kennel", on=False)
    assert client.get("/kennel/stays").status_code == 200
    assert other.get("/kennel/stays").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "a%00b", "..%2f..", "%F0%9F%90%95", "x" * 300, "'%20or%201=1--"])
def test_odd_names_are_refused_in_words(client: FlaskClient, name: str) -> None:
    assert client.get(f"{PAGE}/{name}").status_code == 404
    assert client.post(f"{PAGE}/{name}", data={"active": "1"}).status_code in {404, 422}
    assert client.post(f"{PAGE}/{name}", data={"active": "0"}).status_code in {404, 422}


@pytest.mark.parametrize("form", [{}, {"active": ""}, {"active": "2"}, {"active": "on"}])
def test_what_is_not_a_switch_is_refused(client: FlaskClient, form: dict[str, str]) -> None:
    assert client.post(f"{PAGE}/kennel", data=form).status_code == 422
    assert client.get("/kennel/stays").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_another_site_cannot_switch(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post(f"{PAGE}/kennel", data={"active": "0"}, headers=headers).status_code == 403
    assert client.get("/kennel/stays").status_code == 200


def test_a_visitor_is_asked_to_sign_in(visitor: FlaskClient) -> None:
    assert visitor.get(PAGE).headers["Location"] == f"/login?next={PAGE}"
