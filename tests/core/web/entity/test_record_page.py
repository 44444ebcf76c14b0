"""The page of one record: its values, what happened to it, what points at it, and what may be done."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from html import unescape

from core.context import Context
from core.customers.models import Contact, Customer, Source, Tag
from core.entity import service
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]
MadeContact = Callable[..., Contact]


def test_a_record_shows_its_values_as_people_write_them(pages: Pages, customer: Made, context: Context) -> None:
    source = service.create(context, Source, {"name": "Hội chợ"})
    tag = service.create(context, Tag, {"name": "Thân thiết"})
    one = customer(
        "Nguyễn Văn An", mobile="+84912345678", email="an@example.com", revenue=Decimal(1234567), source=source.id,
        tags=[tag.id], address={"street": "12 Nguyễn Huệ", "province": "TP. Hồ Chí Minh"},
    )  # fmt: skip
    page = pages.get(f"/customers/{one.id}")
    for text in (
        "Nguyễn Văn An",
        "0912 345 678",
        "1.234.567",
        "Hội chợ",
        "Thân thiết",
        "12 Nguyễn Huệ, TP. Hồ Chí Minh",
    ):
        assert text in page, text
    assert 'href="tel:+84912345678"' in page
    assert 'href="mailto:an@example.com"' in page
    assert f'href="/sources/{source.id}"' in page


def test_the_history_names_fields_choices_and_links_in_the_readers_language(
    pages: Pages, customer: Made, context: Context
) -> None:
    first, second = service.create_many(context, Source, [{"name": "Hội chợ"}, {"name": "Bạn bè"}])
    one = customer("An", source=first.id)
    service.update(context, one, {"kind": "individual", "source": second.id, "revenue": Decimal(5000)})
    context.session.commit()
    history = pages.part(f"/customers/{one.id}/timeline")
    for text in ("Hội chợ", "Bạn bè", "5.000"):
        assert text in history, text
    assert str(second.id) not in history
    assert "individual" not in history


def test_the_history_goes_on_naming_what_was_deleted_since(pages: Pages, customer: Made, context: Context) -> None:
    source = service.create(context, Source, {"name": "Hội chợ"})
    one = customer("An")
    service.update(context, one, {"source": source.id})
    service.delete(context, [source])
    context.session.commit()
    assert "Hội chợ" in pages.part(f"/customers/{one.id}/timeline")


def test_a_long_history_is_asked_for_bit_by_bit(pages: Pages, customer: Made, context: Context) -> None:
    one = customer("An")
    for number in range(20):
        service.update(context, one, {"employees": number + 1})
        context.session.commit()
    page = pages.get(f"/customers/{one.id}")
    first = page.split('class="timeline"')[1]
    assert first.count('class="mark"') == 16  # fifteen lines, and the button for earlier ones
    earlier = re.search(r'hx-get="([^"]*before=[^"]*)"', first)
    assert earlier
    assert pages.part(unescape(earlier[1])).count('class="mark"') == 6


def test_what_points_here_stands_beside_with_its_number_and_a_way_to_add_one(
    pages: Pages, customer: Made, contact: MadeContact
) -> None:
    one, other = customer("An"), customer("Bình")
    for number in range(7):
        contact(one, f"Liên hệ {number}")
    contact(other, "Không phải của An")
    page = pages.get(f"/customers/{one.id}")
    aside = page.split("<aside")[-1]
    assert aside.count("Liên hệ ") >= 5
    assert "Liên hệ 0" not in aside
    assert "Không phải của An" not in aside
    assert f'href="/contacts?customer__eq={one.id}"' in aside
    assert f'href="/contacts/new?customer={one.id}"' in aside
    assert '<b class="count">7</b>' in aside


def test_many_to_many_links_are_seen_from_the_other_side(pages: Pages, customer: Made, context: Context) -> None:
    tag = service.create(context, Tag, {"name": "VIP"})
    customer("Có nhãn", tags=[tag.id])
    customer("Không nhãn")
    page = pages.get(f"/tags/{tag.id}")
    aside = page.split("<aside")[-1]
    assert "Có nhãn" in aside
    assert "Không nhãn" not in aside
    assert f"tags__has={tag.id}" in aside


def test_a_link_into_a_module_that_is_off_is_no_related_list(pages: Pages, customer: Made, context: Context) -> None:
    from core.plugin.enablement import switch_off

    one = customer("An")
    assert "/kennel/stays/new" in pages.get(f"/customers/{one.id}")
    switch_off(context, "kennel")
    context.session.commit()
    assert "/kennel/stays" not in pages.get(f"/customers/{one.id}")


def test_a_deleted_record_can_be_looked_at_and_brought_back_by_those_who_may(
    pages: Pages, pages_of: Callable[..., Pages], customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("Xóa nhầm")
    answer = pages.post(f"/customers/{one.id}/delete")
    assert answer.headers["Location"] == "/customers"
    assert f"/customers/{one.id}/restore" in pages.get("/customers"), "the message offers to undo it"
    page = pages.get(f"/customers/{one.id}")
    assert f"/customers/{one.id}/restore" in page
    assert f"/customers/{one.id}/edit" not in page
    pages_of(core_customer=["see", "edit"]).get(f"/customers/{one.id}", 404)
    pages.post(f"/customers/{one.id}/restore")
    assert again(one).deleted_at is None


def test_a_record_page_is_read_with_few_statements(
    pages: Pages, customer: Made, contact: MadeContact, context: Context,
    query_budget: Callable[[str], AbstractContextManager[None]],
) -> None:  # fmt: skip
    source = service.create(context, Source, {"name": "Hội chợ"})
    tag = service.create(context, Tag, {"name": "VIP"})
    one = customer("An", source=source.id, tags=[tag.id])
    for number in range(6):
        contact(one, f"L{number}")
        service.update(context, one, {"employees": number, "source": source.id if number % 2 else None})
        context.session.commit()
    pages.get(f"/customers/{one.id}")
    with query_budget("customer record page"):
        pages.get(f"/customers/{one.id}")
