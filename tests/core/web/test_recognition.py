"""Whoever comes again is known by the next thing they read, and what they may is never older than that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.identify import Identity, Recent
from core.access.keys import Key
from core.access.models import ApiToken, Role, User, UserSession
from core.access.shares import Share
from core.app import EXTENSION
from core.context import CompanyInfo, Context, Grants, UserInfo
from core.customers.models import Customer
from core.db.base import now
from core.db.session import TenantSession
from core.entity import service
from core.entity.visits import Visit
from core.plugin.enablement import switch_off
from core.testing import limited, limited_to
from core.testing.web import browser, enrol, program
from core.vendor.models import Company
from core.web.gate import COOKIE

Change = Callable[[Context], None]
Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def seller(make_context: Callable[..., Context], context: Context, app: Flask) -> Context:
    """Somebody who may see and edit customers, and nothing else."""
    made = make_context(context.company, grants=limited(core_customer=["see"]), name="Trần Thị Bán")
    return enrol(app.extensions[EXTENSION].database, made)


@pytest.fixture
def customer(context: Context) -> Customer:
    made = service.create(context, Customer, {"name": "Cô Ba"})
    context.session.commit()
    return made


def end_sessions(seller: Context) -> None:
    seller.session.execute(sa.delete(UserSession).where(UserSession.tenant_id == seller.tenant))


def let_them_go(seller: Context) -> None:
    assert seller.user
    seller.session.execute(sa.update(User).where(User.id == seller.user.id).values(active=False))


def let_keys_grow_old(seller: Context) -> None:
    seller.session.execute(sa.update(UserSession).values(seen_at=now() - timedelta(days=400)))


@pytest.mark.parametrize("change", [end_sessions, let_them_go, let_keys_grow_old])
def test_whoever_is_shut_out_reads_nothing_more(
    app: Flask, seller: Context, customer: Customer, change: Change
) -> None:
    addresses = ["/customers", f"/customers/{customer.id}", f"/customers/{uuid4()}", "/customers?cursor=odd"]
    people = {address: browser(app, seller) for address in addresses}
    for _time in range(2):
        assert [people[one].get(one).status_code for one in addresses] == [200, 200, 404, 422]
    change(seller)
    seller.session.commit()
    for address, person in people.items():
        answer = person.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login")
        assert "Cô Ba" not in answer.text


def test_a_revoked_token_reads_nothing_more(app: Flask, seller: Context, customer: Customer) -> None:
    api = program(app, seller)
    addresses = ["/api/v1/customers", f"/api/v1/customers/{customer.id}"]
    assert [api.get(one).status_code for one in addresses * 2] == [200] * 4
    seller.session.execute(sa.update(ApiToken).values(revoked_at=sa.func.now()))
    seller.session.commit()
    assert [api.get(one).status_code for one in addresses] == [401, 401]


def take_roles_away(seller: Context) -> None:
    seller.session.execute(sa.update(Role).where(Role.tenant_id == seller.tenant).values(grants={}))


def test_a_right_that_was_taken_is_gone_with_the_next_page(app: Flask, seller: Context, customer: Customer) -> None:
    person, address = browser(app, seller), f"/customers/{customer.id}"
    assert [person.get(one).status_code for one in ("/customers", address)] == [200, 200]
    take_roles_away(seller)
    seller.session.commit()
    assert [person.get(one).status_code for one in ("/customers", address)] == [403, 403]


def test_a_right_that_was_given_is_there_with_the_next_page(
    app: Flask, make_context: Callable[..., Context], context: Context, customer: Customer
) -> None:
    """The page that is refused reads nothing at all, and yet is not refused by what was so before."""
    newcomer = make_context(context.company, grants=limited(core_contact=["see"]), name="Lê Văn Mới")
    person = browser(app, enrol(app.extensions[EXTENSION].database, newcomer))
    assert [person.get("/customers").status_code for _time in range(2)] == [403, 403]
    newcomer.session.execute(
        sa.update(Role).where(Role.tenant_id == newcomer.tenant).values(grants={"core.customer": {"see": "all"}})
    )
    newcomer.session.commit()
    assert "Cô Ba" in person.get("/customers").text


def test_what_roles_reach_is_what_they_reach_now(
    app: Flask, make_context: Callable[..., Context], context: Context, customer: Customer
) -> None:
    clerk = make_context(context.company, grants=limited_to("own", core_customer=["see"]), name="Lê Thị Hẹp")
    person = browser(app, enrol(app.extensions[EXTENSION].database, clerk))
    address = f"/customers/{customer.id}"
    assert [person.get(address).status_code for _time in range(2)] == [404, 404]
    assert clerk.user
    share = Share(
        entity="core.customer", record_id=customer.id, user_id=clerk.user.id, access="read", aspects=["*"],
        sort_at=customer.updated_at,
    )  # fmt: skip
    context.session.add(share)
    context.session.commit()
    assert person.get(address).status_code == 200
    context.session.delete(share)
    context.session.commit()
    assert person.get(address).status_code == 404


def test_a_module_that_was_switched_off_is_gone_with_the_next_page(client: FlaskClient, context: Context) -> None:
    assert [client.get("/kennel/stays").status_code for _time in range(2)] == [200, 200]
    switch_off(context, "kennel")
    context.session.commit()
    assert client.get("/kennel/stays").status_code == 404


def test_a_suspended_company_is_closed_with_the_next_page(app: Flask, client: FlaskClient, context: Context) -> None:
    assert [client.get("/customers").status_code for _time in range(2)] == [200, 200]
    with app.extensions[EXTENSION].database.vendor_session() as vendor, vendor.begin():
        vendor.get_one(Company, context.tenant).state = "suspended"
    assert client.get("/customers").status_code == 403


def test_what_a_page_says_of_the_person_is_of_now(client: FlaskClient, context: Context) -> None:
    assert context.user
    client.get("/customers")
    context.session.execute(sa.update(User).where(User.id == context.user.id).values(name="Nguyễn Tên Mới"))
    context.session.commit()
    page = client.get("/customers").text
    assert "Nguyễn Tên Mới" in page
    assert context.user.name not in page


def test_a_company_that_was_renamed_is_reached_by_its_new_address(
    app: Flask, client: FlaskClient, context: Context
) -> None:
    settings = app.extensions[EXTENSION].settings
    old, new = (f"http://{slug}.{settings.domain}/customers" for slug in (context.company.slug, "ten-moi"))
    key, other = client.get_cookie(COOKIE), app.test_client(use_cookies=False)
    assert key

    def comes(address: str) -> int:
        return other.get(address, headers={"Cookie": f"{COOKIE}={key.value}"}).status_code

    assert [comes(old) for _time in range(2)] == [200, 200]
    with app.extensions[EXTENSION].database.vendor_session() as vendor, vendor.begin():
        vendor.get_one(Company, context.tenant).slug = "ten-moi"
    assert [comes(new), comes(old)] == [200, 302]


def test_it_is_still_noted_now_and_then_that_a_key_is_used(client: FlaskClient, context: Context) -> None:
    client.get("/customers")
    context.session.execute(sa.update(UserSession).values(seen_at=UserSession.seen_at - timedelta(minutes=6)))
    context.session.commit()
    for _time in range(2):
        assert client.get("/customers").status_code == 200
        seen = context.session.scalar(sa.select(sa.func.min(UserSession.seen_at)))
        assert seen
        assert now() - seen < timedelta(minutes=1)


def test_whoever_comes_again_costs_one_message(client: FlaskClient, customer: Customer, count_queries: Count) -> None:
    for address in ("/customers", f"/customers/{customer.id}"):
        client.get(address)
        with count_queries() as messages:
            assert "Cô Ba" in client.get(address).text
        assert len(messages) == 1, address


def test_a_look_at_what_one_may_not_see_is_not_noted(
    app: Flask, make_context: Callable[..., Context], context: Context, customer: Customer
) -> None:
    clerk = make_context(context.company, grants=limited_to("own", core_customer=["see"]), name="Lê Thị Hẹp")
    person = browser(app, enrol(app.extensions[EXTENSION].database, clerk))
    for address in (f"/customers/{customer.id}", f"/customers/{uuid4()}"):
        assert person.get(address).status_code == 404
    assert context.session.scalars(sa.select(Visit)).all() == []


def test_nobody_is_named_while_the_database_cannot_say_who_it_is(
    client: FlaskClient, context: Context, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_told: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("The server is gone."))

    assert context.user
    addresses = ["/customers", f"/customers/{customer.id}", "/customers?cursor=odd"]
    for address in addresses:
        client.get(address)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with monkeypatch.context() as patch:
            patch.setattr(TenantSession, "_run", fail)
            for address in addresses:
                answer = client.get(address)
                assert answer.status_code == 500
                assert context.user.name not in answer.text
                assert context.company.name not in answer.text
    finally:
        client.application.config["PROPAGATE_EXCEPTIONS"] = None
    assert "Cô Ba" in client.get("/customers").text


def test_what_is_known_is_let_go_when_it_is_too_much(monkeypatch: pytest.MonkeyPatch, company: CompanyInfo) -> None:
    monkeypatch.setattr(Recent, "MOST", 3)
    recent, keys = Recent(), [Key(company.id, bytes([number])) for number in range(4)]
    identity = Identity(company, UserInfo(uuid4(), "An", "an@example.com"), Grants(), frozenset(), "vi", uuid4())
    for key in keys[:3]:
        recent.keep(key, "", (key.digest,), identity)
    recent.keep(keys[0], "", *(recent.take(keys[0], "") or pytest.fail("it was kept")))
    recent.keep(keys[3], "", (keys[3].digest,), identity)
    assert [recent.take(key, "") is not None for key in keys] == [True, False, True, True]
    assert recent.take(keys[0], "") is None
