"""Whatever is typed, sent or put into an address, there is an answer in words and never a broken page."""

from collections.abc import Callable

import pytest

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.custom import CUSTOM_KINDS
from core.entity.customize import add_field
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]

NASTY = (
    "\x00", "a\x00b", "'; DROP TABLE core_customer; --", "%_\\", "x" * 5000, "9" * 40, "1e309", "NaN", "0000-00-00",
    "2026-02-30", "24:61", "[]", "🐕", "\u202e", ",,,", "00000000-0000-0000-0000-000000000000", "../../etc/passwd",
    "<svg/onload=alert(1)>", "{{7*7}}", "--",
)  # fmt: skip


@pytest.fixture
def every_kind(context: Context) -> None:
    """A custom field of every kind beside the built-in ones."""
    for kind in CUSTOM_KINDS:
        values = (
            {"choices": ["Vàng", "Bạc"]} if "choice" in kind else {"target": "core.customer"} if kind == "link" else {}
        )
        add_field(context, context.resource(Customer), f"Loại {kind}", kind, **values)
    context.session.commit()


@pytest.mark.usefixtures("every_kind")
@pytest.mark.parametrize("nasty", NASTY)
def test_every_field_of_a_form_takes_it_or_says_what_is_wrong(pages: Pages, context: Context, nasty: str) -> None:
    resource = context.resource(Customer)
    names = [name for name, spec in context.fields(resource).items() if spec.writable]
    form = dict.fromkeys([*names, "address.street", "picture.kept"], nasty)
    for _turn in range(4):
        answer = pages.client.post("/customers/new", data={**form, "name": "An"})
        if answer.status_code == 302:
            break
        assert answer.status_code == 422, answer.get_data(as_text=True)[:500]
        # What was not refused goes to the database: rules of the trade speak last.
        page = answer.get_data(as_text=True)
        refused = {name for name in names if f'id="h-{name}"><svg' in page}
        form = {name: text for name, text in form.items() if not {name, name.removesuffix(".street")} & refused}
    else:
        pytest.fail(f"still refused: {form}")
    assert pages.client.post("/customers/new", data={"name": nasty}).status_code in {302, 422}
    for page in (pages.get("/customers"), pages.get("/customers?columns=" + ",".join(names))):
        assert "<svg/onload" not in page


@pytest.mark.usefixtures("every_kind")
@pytest.mark.parametrize("nasty", NASTY)
def test_a_list_opens_whatever_its_address_says(pages: Pages, context: Context, customer: Made, nasty: str) -> None:
    customer("An")
    resource = context.resource(Customer)
    conditions = {
        f"{name}__{operator}": nasty
        for name, spec in context.fields(resource).items()
        for operator in spec.kind.operators
    }
    pages.client.get("/customers", query_string=conditions)
    assert pages.client.get("/customers", query_string=conditions).status_code == 200
    for name in ("q", "sort", "columns", "view", "mode", "at", "unknown__eq", nasty):
        assert pages.client.get("/customers", query_string={name: nasty}).status_code == 200, name
    assert pages.client.get("/customers", query_string={"cursor": nasty}).status_code in {200, 422}
    for path in (
        "/search",
        "/options/core.customer",
        "/customers/filters",
        "/customers/columns",
        "/customers/views",
        "/recycle",
    ):
        query = {"q": nasty, "view": nasty, "before": nasty}
        assert pages.client.get(path, query_string=query).status_code == 200, path


@pytest.mark.parametrize("nasty", NASTY)
def test_what_scripts_send_is_checked_like_everything_else(pages: Pages, customer: Made, nasty: str) -> None:
    one = customer("An")
    posts = {
        "/customers/move": {"id": nasty, "value": nasty, "version": nasty},
        "/customers/reschedule": {"id": str(one.id), "start": nasty, "end": nasty, "version": nasty},
        "/customers/bulk/delete": {"ids": nasty},
        "/customers/bulk/edit": {"ids": str(one.id), "field": nasty, "set": "1"},
        "/customers/views": {"title": nasty},
        "/customers/columns": {"columns": nasty},
        f"/customers/{one.id}/edit": {"name": nasty, "version": nasty},
        f"/customers/{one.id}/field?field=name": {"name": nasty, "version": nasty},
        "/settings/fields/core.customer/new?kind=choice": {"title": nasty, "choices": nasty, "help": nasty},
    }
    for url, form in posts.items():
        answer = pages.client.post(url, data=form, headers={"HX-Request": "true"})
        assert answer.status_code < 500, url
    answer = pages.client.post("/customers/undo", query_string={"from": nasty, "to": nasty})
    assert answer.status_code in {302, 422}
    for query in ({"limit": nasty}, {"field": nasty}, {"kind": nasty}):
        assert pages.client.get(f"/customers/{one.id}/timeline", query_string=query).status_code == 200


def test_more_fields_than_a_form_can_have_are_refused(pages: Pages) -> None:
    answer = pages.client.post("/customers/bulk/delete", data={"ids": ["x"] * 3000}, headers={"HX-Request": "true"})
    assert answer.status_code in {413, 422}


def test_a_history_outlives_fields_choices_and_modules(pages: Pages, context: Context, customer: Made) -> None:
    from core.entity.customize import own_fields, retire_field

    resource = context.resource(Customer)
    add_field(context, resource, "Hạng", "choice", choices=["Vàng"])
    one = customer("An")
    service.update(context, one, {"custom.hang": "vang"})
    context.session.commit()
    retire_field(context, own_fields(context, resource)[0])
    context.session.commit()
    assert "vang" in pages.part(f"/customers/{one.id}/timeline")
