"""Every address of every entity: another company, a person without the right, a module that is off."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from core.context import Context, Grants
from core.customers.models import Customer
from core.entity import service
from core.web.entity import ROUTES
from tests.core.web.entity.conftest import HTMX, Pages

Made = Callable[..., Customer]

ASK = "<uuid:record_id>/ask"
"""Whoever asks to see a record is answered alike whether it is there or not: see the tests of requests."""
RECORD_ROUTES = [
    (method, below)
    for methods, below, _view in ROUTES
    for method in methods.split()
    if "record_id" in below and below != ASK
]
READS = {"", "filters", "columns", "views", "lane", "events"}


def address(below: str, record_id: object) -> str:
    return f"/customers/{below}".replace("<uuid:record_id>", str(record_id)).rstrip("/")


@pytest.mark.parametrize(("method", "below"), RECORD_ROUTES)
def test_another_companys_record_is_not_there_at_any_address(
    strangers_pages: Pages, customer: Made, context: Context, method: str, below: str
) -> None:
    one = customer("Bí mật")
    if "restore" in below or "purge" in below:
        service.delete(context, [one])
        context.session.commit()
    answer = strangers_pages.client.open(
        f"{address(below, one.id)}?field=name", method=method, data={"version": "1", "name": "x"}
    )
    assert answer.status_code == 404
    assert "Bí mật" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("method", "below"), RECORD_ROUTES)
def test_who_may_not_see_an_entity_gets_nowhere(
    pages_of: Callable[..., Pages], customer: Made, method: str, below: str
) -> None:
    one = customer("Bí mật")
    colleague = pages_of(core_contact=["see"])
    answer = colleague.client.open(address(below, one.id), method=method)
    assert answer.status_code in {403, 404}
    assert "Bí mật" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "below", "verb"),
    [
        ("GET", "new", "create"), ("POST", "new", "create"), ("POST", "bulk/edit", "edit"), ("POST", "bulk/delete", "delete"),
        ("POST", "move", "edit"), ("POST", "reschedule", "edit"), ("GET", "<uuid:record_id>/edit", "edit"),
        ("POST", "<uuid:record_id>/edit", "edit"), ("GET", "<uuid:record_id>/field", "edit"),
        ("POST", "<uuid:record_id>/delete", "delete"), ("POST", "<uuid:record_id>/restore", "delete"),
        ("GET", "<uuid:record_id>/copy", "create"),
    ],
)  # fmt: skip
def test_without_the_right_there_is_neither_a_button_nor_a_way(
    pages_of: Callable[..., Pages], customer: Made, again: Callable[..., Customer], method: str, below: str, verb: str
) -> None:
    one = customer("Chỉ xem")
    others = [name for name in ("see", "create", "edit", "delete") if name != verb]
    colleague = pages_of(core_customer=others)
    url = address(below, one.id)
    answer = colleague.client.open(
        f"{url}?field=name", method=method, data={"ids": str(one.id), "name": "x", "version": "1"}
    )
    assert answer.status_code == 403
    for page in (colleague.get("/customers"), colleague.get(f"/customers/{one.id}")):
        assert f'"{url}"' not in page
    assert again(one).name == "Chỉ xem"


def test_a_viewers_pages_offer_nothing_to_change(pages_of: Callable[..., Pages], customer: Made) -> None:
    one = customer("Chỉ xem")
    viewer = pages_of(core_customer=["see"])
    for page in (viewer.get("/customers"), viewer.get(f"/customers/{one.id}")):
        for offer in ("/customers/new", "/edit", "/delete", "/bulk/", "/import", "/export", "/field?"):
            assert offer not in page, offer


def test_a_verb_that_an_entity_does_not_know_is_no_address(pages: Pages, context: Context) -> None:
    assert context.user is not None
    pages.send(f"/users/{context.user.id}/delete", 404)
    pages.send("/users/bulk/delete", 404, ids=[str(context.user.id)])
    assert "/delete" not in pages.get(f"/users/{context.user.id}")


def test_a_module_that_is_off_is_not_there_at_any_address(pages: Pages, context: Context) -> None:
    from core.plugin.enablement import switch_off

    pages.get("/kennel/stays")
    switch_off(context, "kennel")
    context.session.commit()
    for url in ("/kennel/stays", "/kennel/stays/new", "/kennel/stays/filters", "/options/kennel.stay"):
        pages.get(url, 404)
    pages.send("/kennel/stays/new", 404, pet="Mướp")
    assert "/kennel/stays" not in pages.get("/customers")


def test_nobody_becomes_an_administrator_by_a_role_that_may_edit_everything(
    make_client: Callable[..., FlaskClient], make_context: Callable[..., Context], context: Context
) -> None:
    from core.access.models import Role, User

    everything = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "delete"), "all")})
    sly = make_context(context.company, grants=everything)
    pages = Pages(make_client(sly, grants=everything))
    role = service.create(context, Role, {"name": "Toàn quyền", "admin": True})
    context.session.commit()
    assert sly.user is not None
    pages.get("/roles/new", 403)
    pages.post("/roles/new", 403, name="Của tôi", admin="true")
    pages.send(f"/users/{sly.user.id}/field?field=roles", 403, version="1", roles=str(role.id))
    pages.post(f"/users/{context.user.id if context.user else ''}/edit", 403, version="1", email="x@example.com")
    pages.send(f"/users/{sly.user.id}/password", 403)
    context.session.expire_all()
    user = service.get(context, User, sly.user.id)
    assert role.id not in [one.id for one in user.roles]


def test_a_visitor_is_asked_to_sign_in_and_htmx_is_sent_there(visitor: FlaskClient) -> None:
    assert visitor.get("/customers?q=a").headers["Location"].startswith("/login?next=")
    assert visitor.get("/customers", headers=HTMX).headers["HX-Redirect"] == "/login"


def test_a_request_from_another_site_changes_nothing(
    client: FlaskClient, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert client.post(f"/customers/{one.id}/delete", headers=headers).status_code == 403
    assert again(one).deleted_at is None


def test_addresses_that_are_no_ids_are_not_found(pages: Pages) -> None:
    for below in ("abc", "1", "00000000-0000-0000-0000-000000000000", "../settings", "%00"):
        pages.get(f"/customers/{below}", 404)
