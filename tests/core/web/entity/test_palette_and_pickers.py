"""Anything from anywhere: the palette, and the pickers of links."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]
MadeContact = Callable[..., Contact]


def test_records_of_every_entity_are_found_without_accents_and_by_digits(
    pages: Pages, customer: Made, contact: MadeContact
) -> None:
    one = customer("Nguyễn Văn An", mobile="+84912345678")
    contact(one, "Nguyễn Thị Lan")
    customer("Trần Bé")
    found = pages.part("/search?q=nguyen")
    assert f'href="/customers/{one.id}"' in found
    assert "Nguyễn Thị Lan" in found
    assert "Trần Bé" not in found
    assert "Nguyễn Văn An" in pages.part("/search?q=345678")
    assert "0912 345 678" in found, "what tells two of one name apart"


def test_what_begins_with_the_words_comes_first_and_at_most_five_of_each(pages: Pages, customer: Made) -> None:
    customer("Minh Đức")
    for number in range(7):
        customer(f"Công ty Minh {number}")
    found = pages.part("/search?q=minh")
    assert found.count('href="/customers/') == 5
    assert found.index("Minh Đức") < found.index("Công ty Minh")


def test_short_words_are_found_too(pages: Pages, customer: Made) -> None:
    one = customer("Lê Hà")
    assert f"/customers/{one.id}" in pages.part("/search?q=hà")
    assert pages.part("/search?q=h").count("<section") == 0
    assert pages.part("/search?q=") == ""


def test_settings_are_found_by_their_names(pages: Pages, pages_of: Callable[..., Pages]) -> None:
    assert 'href="/settings/fields"' in pages.part("/search?q=tuy chinh")
    assert "/settings/fields" not in pages_of(core_customer=["see"]).part("/search?q=tuy chinh")


def test_nobody_finds_what_they_may_not_see(
    pages_of: Callable[..., Pages], strangers_pages: Pages, customer: Made, contact: MadeContact
) -> None:
    one = customer("Nguyễn Văn An")
    contact(one, "Nguyễn Thị Lan")
    colleague = pages_of(core_contact=["see"])
    found = colleague.part("/search?q=nguyen")
    assert "Nguyễn Thị Lan" in found
    assert f"/customers/{one.id}" not in found
    assert "Nguyễn" not in strangers_pages.part("/search?q=nguyen")


def test_deleted_records_and_modules_that_are_off_are_not_found(pages: Pages, customer: Made, context: Context) -> None:
    from core.plugin.enablement import switch_off

    one = customer("Nguyễn Văn An")
    stays = context.hooks.registry.resources["kennel.stay"].model
    service.create(context, stays, {"pet": "Nguyễn Mướp", "customer": one.id, "arrives": "", "leaves": ""} | days())
    service.delete(context, [one])
    context.session.commit()
    assert "Nguyễn Mướp" in pages.part("/search?q=nguyen")
    assert f"/customers/{one.id}" not in pages.part("/search?q=nguyen")
    switch_off(context, "kennel")
    context.session.commit()
    assert "Nguyễn Mướp" not in pages.part("/search?q=nguyen")


def days() -> dict[str, object]:
    from datetime import date

    return {"arrives": date(2026, 3, 10), "leaves": date(2026, 3, 12)}


def test_one_statement_per_entity(
    pages: Pages, customer: Made, context: Context, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    customer("Nguyễn Văn An")
    pages.part("/search?q=nguyen")
    with count_queries() as statements:
        pages.part("/search?q=nguyen van")
    searchable = [one for one in context.resources() if any(spec.search for spec in one.fields.values())]
    # The gate's two, and one for saved views.
    assert len(statements) <= 3 + len(searchable), "\n".join(statements)


def test_the_palettes_answer_is_a_page_where_there_is_no_script(pages: Pages, customer: Made) -> None:
    customer("Nguyễn Văn An")
    page = pages.get("/search?q=nguyen")
    assert "<html" in page
    assert "Nguyễn Văn An" in page


def test_a_picker_finds_what_was_typed_and_offers_the_last_changed(pages: Pages, customer: Made) -> None:
    one = customer("Nguyễn Văn An", mobile="+84912345678")
    customer("Trần Bé")
    expected = {"id": str(one.id), "title": "Nguyễn Văn An", "subtitle": "0912 345 678"}
    assert pages.client.get("/options/core.customer?q=nguyen").get_json() == [expected]
    assert [item["title"] for item in pages.client.get("/options/core.customer").get_json()] == [
        "Trần Bé",
        "Nguyễn Văn An",
    ]


def test_a_picker_offers_nothing_to_those_who_may_not_see(
    pages: Pages, pages_of: Callable[..., Pages], strangers_pages: Pages, customer: Made
) -> None:
    customer("Nguyễn Văn An")
    colleague = pages_of(core_contact=["see", "create"])
    colleague.get("/options/core.customer", 403)
    assert "data-url" not in colleague.get("/contacts/new").split('name="customer"')[0].rsplit("<select", 1)[1]
    assert strangers_pages.client.get("/options/core.customer").get_json() == []
    pages.get("/options/no.such", 404)


def test_a_new_record_is_offered_in_a_picker_to_those_who_may_make_one(
    pages: Pages, pages_of: Callable[..., Pages]
) -> None:
    assert 'data-create="/customers/new"' in pages.get("/contacts/new")
    colleague = pages_of(core_contact=["see", "create"], core_customer=["see"])
    assert 'data-create="/' not in colleague.get("/contacts/new")
