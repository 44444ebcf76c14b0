"""A company's own fields, of every kind, from the settings page to list, form, filter, record and log."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.custom import CUSTOM_KINDS
from core.entity.customize import KIND_TITLES, add_field, own_fields
from core.entity.errors import InvalidError
from core.entity.tables import CustomField
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]
URL = "/settings/fields/core.customer"

# Kind: what is typed, what a person reads, a condition that finds it and one that does not.
KINDS: dict[str, tuple[str, str, str, str]] = {
    "text": ("51F-123.45", "51F-123.45", "eq=51F-123.45", "eq=x"),
    "long_text": ("dài dòng", "dài dòng", "contains=dài", "contains=ngắn"),
    "integer": ("1.200", "1.200", "eq=1200", "gt=1200"),
    "decimal": ("2,5", "2,5", "gte=2.5", "gt=2.5"),
    "money": ("1500000", "1.500.000 đ", "eq=1500000", "lt=5"),
    "date": ("31/12/2026", "31/12/2026", "eq=2026-12-31", "gt=2026-12-31"),
    "boolean": ("true", "Có", "eq=true", "eq=false"),
    "choice": ("vang", "Vàng", "eq=vang", "eq=bac"),
    "multi_choice": ("vang", "Vàng", "has=vang,bac", "has=bac"),
}


def column(pages: Pages, kind: str, title: str = "Hạng", **form: str | list[str]) -> None:
    pages.post(f"{URL}/new?kind={kind}", title=title, listed="true", **form)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_field_of_each_kind_goes_from_the_settings_through_every_page(
    pages: Pages, kind: str, context: Context
) -> None:
    typed, read, finds, misses = KINDS[kind]
    choices = {"choices": "Vàng\nBạc"} if "choice" in kind else {}
    column(pages, kind, **choices)
    assert 'name="custom.hang"' in pages.get("/customers/new")
    pages.post("/customers/new", **{"name": "An", "custom.hang": typed})
    assert read in pages.get("/customers").split("<tbody")[1]
    assert pages.titles(f"/customers?custom.hang__{finds}") == ["An"]
    assert pages.titles(f"/customers?custom.hang__{misses}") == []
    one = context.session.scalars(sa.select(Customer)).one()
    page = pages.get(f"/customers/{one.id}")
    assert read in page.split('id="row-custom.hang"')[1][:1500]
    pages.send(f"/customers/{one.id}/field?field=custom.hang", version=1, **{"custom.hang": ""})
    assert pages.titles(
        "/customers?custom.hang__empty=true" if kind != "boolean" else "/customers?custom.hang__eq=false"
    ) == ["An"]
    assert "Hạng" in pages.part(f"/customers/{one.id}/timeline")


def test_a_field_links_to_another_record(pages: Pages, customer: Made, context: Context) -> None:
    column(pages, "link", "Giới thiệu bởi", target="core.customer")
    source = customer("Người giới thiệu")
    pages.post("/customers/new", **{"name": "An", "custom.gioi_thieu_boi": str(source.id)})
    assert pages.titles(f"/customers?custom.gioi_thieu_boi__eq={source.id}") == ["An"]
    assert "Người giới thiệu" in pages.get("/customers").split("<tbody")[1]
    aside = pages.get(f"/customers/{source.id}").split("<aside")[-1]
    assert "An" in aside
    assert f"custom.gioi_thieu_boi__eq={source.id}" in aside


def test_every_kind_that_may_be_added_is_offered(pages: Pages) -> None:
    page = pages.get(f"{URL}/new")
    assert set(KIND_TITLES) == set(CUSTOM_KINDS)
    for kind in CUSTOM_KINDS:
        assert f"kind={kind}" in page
        assert 'name="title"' in pages.get(f"{URL}/new?kind={kind}")


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("text", {"title": ""}, "title"), ("text", {"title": "x" * 81}, "title"), ("text", {"title": "…"}, "title"),
        ("text", {"title": "Hạng"}, "title"), ("text", {"title": "hang"}, "title"),
        ("text", {"title": "Mới", "help": "x" * 201}, "help"), ("choice", {"title": "Mới"}, "choices"),
        ("choice", {"title": "Mới", "choices": "Vàng\nvàng"}, "choices"), ("link", {"title": "Mới", "target": "no.such"}, "target"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field_is_said_beside_it(
    pages: Pages, kind: str, form: dict[str, str], field: str, context: Context
) -> None:
    column(pages, "text")
    page = pages.post(f"{URL}/new?kind={kind}", 422, **form).get_data(as_text=True)
    assert f'id="h-{field}"' in page
    assert len(own_fields(context, context.resource(Customer))) == 1


def test_a_field_may_not_be_called_like_a_built_in_one(context: Context) -> None:
    resource = context.resource(Customer)
    with pytest.raises(InvalidError):
        add_field(context, resource, str(resource.fields["mobile"].title), "text")


def test_a_needed_field_is_needed_in_forms_from_then_on(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("Có từ trước")
    column(pages, "text", required="true")
    page = pages.post("/customers/new", 422, **{"name": "An", "custom.hang": ""}).get_data(as_text=True)
    assert 'id="h-custom.hang"' in page
    pages.send(f"/customers/{one.id}/field?field=name", version=1, name="Vẫn sửa được")
    assert again(one).name == "Vẫn sửa được"


def test_the_key_never_changes_and_is_never_given_twice(pages: Pages, context: Context) -> None:
    column(pages, "text", "Biển số xe")
    field = context.session.scalars(sa.select(CustomField)).one()
    pages.post(f"/settings/fields/field/{field.id}", title="Biển kiểm soát", listed="true")
    context.session.refresh(field)
    assert (field.key, field.title) == ("bien_so_xe", "Biển kiểm soát")
    column(pages, "integer", "Biển số xe")
    assert {one.key for one in own_fields(context, context.resource(Customer))} == {"bien_so_xe", "bien_so_xe_2"}


def test_a_renamed_choice_keeps_its_records_and_one_that_went_still_reads(
    pages: Pages, context: Context, customer: Made
) -> None:
    column(pages, "choice", choices="Vàng\nBạc")
    field = context.session.scalars(sa.select(CustomField)).one()
    pages.post("/customers/new", **{"name": "An", "custom.hang": "vang"})
    pages.post(f"/settings/fields/field/{field.id}", title="Hạng", listed="true", choices="Hoàng kim\nBạc")
    assert "Hoàng kim" in pages.get("/customers").split("<tbody")[1]
    pages.post(f"/settings/fields/field/{field.id}", title="Hạng", listed="true", choices="Bạc")
    assert "vang" in pages.get("/customers").split("<tbody")[1]


def test_a_retired_field_is_nowhere_and_comes_back_with_its_values(pages: Pages, context: Context) -> None:
    column(pages, "text")
    pages.post("/customers/new", **{"name": "An", "custom.hang": "Kim cương"})
    field = context.session.scalars(sa.select(CustomField)).one()
    pages.send(f"/settings/fields/field/{field.id}/retire", 204)
    assert "Kim cương" not in pages.get("/customers")
    assert "custom.hang" not in pages.get("/customers/new")
    one = context.session.scalars(sa.select(Customer)).one()
    pages.post(f"/customers/{one.id}/edit", version=1, name="Bình")
    pages.send(f"/settings/fields/field/{field.id}/revive", 204)
    assert "Kim cương" in pages.get("/customers")


def test_fields_are_put_in_order(pages: Pages, context: Context) -> None:
    for title in ("Một", "Hai", "Ba"):
        column(pages, "text", title)
    resource = context.resource(Customer)
    last = own_fields(context, resource)[-1]
    pages.send(f"/settings/fields/field/{last.id}/move?by=-1", 204)
    context.session.rollback()
    assert [one.title for one in own_fields(context, resource)] == ["Một", "Ba", "Hai"]


def test_only_an_administrator_comes_here_and_only_to_their_own_company(
    pages: Pages, pages_of: Callable[..., Pages], strangers_pages: Pages, context: Context
) -> None:
    column(pages, "text")
    field = context.session.scalars(sa.select(CustomField)).one()
    colleague = pages_of(core_customer=["see", "create", "edit", "delete"])
    colleague.get(URL, 403)
    colleague.send(f"{URL}/new?kind=text", 403, title="Lén")
    colleague.send(f"/settings/fields/field/{field.id}/retire", 403)
    assert "Hạng" not in strangers_pages.get(URL)
    strangers_pages.get(f"/settings/fields/field/{field.id}", 404)
    strangers_pages.send(f"/settings/fields/field/{field.id}/retire", 404)


def test_amounts_of_own_fields_are_kept_exactly(context: Context, customer: Made) -> None:
    add_field(context, context.resource(Customer), "Nợ", "money")
    one = customer("An", **{"custom.no": Decimal("123456789012")})
    context.session.expire_all()
    spec = context.fields(context.resource(Customer))["custom.no"]
    assert spec.kind.from_json(service.get(context, Customer, one.id).custom["no"]) == Decimal(123456789012)
