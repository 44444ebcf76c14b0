"""The list: what it shows, how it is searched, filtered, ordered and paged, and that it never breaks on its address."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from core.context import Context
from core.customers.models import Customer, Source, Tag
from core.db.base import now
from core.entity import service
from tests.core.web.entity.conftest import Pages, row_titles

Made = Callable[..., Customer]


def test_an_empty_list_says_how_to_begin(pages: Pages) -> None:
    page = pages.get("/customers")
    assert 'href="/customers/new"' in page
    assert 'href="/customers/import"' in page


def test_htmx_gets_the_part_that_changes_and_a_browser_the_page(pages: Pages, customer: Made) -> None:
    customer("An")
    part = pages.part("/customers")
    assert row_titles(part) == ["An"]
    assert "<html" not in part
    assert "<html" in pages.get("/customers")


def test_what_is_typed_is_found_without_accents_and_by_last_digits(pages: Pages, customer: Made) -> None:
    customer("Nguyễn Văn An", mobile="+84912345678")
    customer("Trần Thị Bé")
    for q in ("nguyen", "NGUYỄN van", "5678", "0912345"):
        assert pages.titles(f"/customers?q={q}") == ["Nguyễn Văn An"]


def test_nothing_found_offers_the_way_back(pages: Pages, customer: Made) -> None:
    customer("An")
    page = pages.get("/customers?q=khongco")
    assert row_titles(page) == []
    assert 'href="/customers?view=all"' in page


def test_the_list_is_ordered_by_what_was_declared_and_by_nothing_else(pages: Pages, customer: Made) -> None:
    for name in ("B", "C", "A"):
        customer(name)
    assert pages.titles("/customers") == ["A", "C", "B"]
    assert pages.titles("/customers?sort=name") == ["A", "B", "C"]
    assert pages.titles("/customers?sort=-name") == ["C", "B", "A"]
    page = pages.get("/customers?sort=mobile")
    assert row_titles(page) == ["A", "C", "B"]
    assert "mobile" in page.split('class="list-note"')[1][:600]


def test_pages_follow_each_other_to_the_end(pages: Pages, context: Context) -> None:
    service.create_many(context, Customer, [{"name": f"K{number:03d}"} for number in range(120)])
    context.session.commit()
    seen: list[str] = []
    url = "/customers?sort=name"
    for _turn in range(5):
        part = pages.part(url)
        seen += row_titles(part)
        following = part.split('class="more"')
        if len(following) == 1:
            break
        url = following[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == [f"K{number:03d}" for number in range(120)]


def test_a_cursor_that_was_made_up_is_refused_in_words(pages: Pages) -> None:
    assert "Con trỏ này không thuộc danh sách này." in pages.get("/customers?cursor=abc", 422)


def test_a_long_count_stops_at_a_thousand(pages: Pages, context: Context) -> None:
    service.create_many(context, Customer, [{"name": f"K{number}"} for number in range(1001)])
    context.session.commit()
    assert "1.000+" in pages.get("/customers")


def test_typed_conditions_of_every_kind_narrow_the_list(pages: Pages, customer: Made, context: Context) -> None:
    source = service.create(context, Source, {"name": "Zalo"})
    tag = service.create(context, Tag, {"name": "VIP"})
    here = now().astimezone(context.company.zone).date()
    born = here - timedelta(days=2)
    customer(
        "Đúng", kind="individual", mobile="+84912345678", revenue=Decimal(5000), employees=7, birthday=born,
        source=source.id, tags=[tag.id], address={"street": "12 Nguyễn Huệ"},
    )  # fmt: skip
    customer("Sai", revenue=Decimal(10), birthday=here - timedelta(days=400))
    for condition in (
        "name__contains=đún", "name__contains=dung", "name__contains=ÚNG", "name__starts=du", "name__eq=Đúng", "name__ne=Sai", "name__starts=đ", "kind__eq=individual", "kind__ne=organisation",
        "kind__in=individual", "mobile__contains=0912", "mobile__eq=0912345678", "mobile__starts=0912", "mobile__empty=false",
        "revenue__gte=5000", "revenue__gt=4999.5", "employees__eq=7", "employees__lt=8", f"birthday__eq={born}",
        "birthday__preset=last_7_days", f"source__eq={source.id}", f"tags__has={tag.id}", "tags__empty=false",
        "address__contains=Nguyễn Huệ",
    ):  # fmt: skip
        page = pages.get(f"/customers?{condition}")
        assert row_titles(page) == ["Đúng"], condition
        assert 'class="filter-chip"' in page, condition
    assert pages.titles(f"/customers?created_at__lte={here}&created_at__gte={here}") == ["Sai", "Đúng"]
    assert pages.titles(f"/customers?created_at__gt={here}") == []


def test_a_chip_says_its_condition_in_words_and_leads_to_the_list_without_it(
    pages: Pages, context: Context, customer: Made
) -> None:
    source = service.create(context, Source, {"name": "Hội chợ"})
    customer("An", source=source.id)
    page = pages.get(f"/customers?source__eq={source.id}&q=an")
    chip = page.split('class="filter-chip"')[1].split("</span>")[0]
    assert "Hội chợ" in chip
    assert 'href="/customers?q=an"' in page


@pytest.mark.parametrize(
    "condition",
    [
        "gone__eq=1",
        "custom.gone__eq=1",
        "revenue__gte=nhiều",
        "kind__like=x",
        "birthday__preset=someday",
        "source__eq=abc",
        "employees__eq=%00",
    ],
)
def test_a_condition_that_cannot_be_is_left_out_and_said(pages: Pages, customer: Made, condition: str) -> None:
    customer("An")
    page = pages.get(f"/customers?{condition}")
    assert row_titles(page) == ["An"]
    assert 'class="list-note"' in page


def test_the_filter_offers_each_field_with_its_comparisons_and_the_named_periods(pages: Pages) -> None:
    panel = pages.part("/customers/filters")
    for name in ("name", "kind", "revenue", "birthday", "tags", "owner", "created_at"):
        assert f'data-step="{name}"' in panel
    assert 'value="this_month"' in panel
    assert 'data-url="/options/core.source"' in panel


def test_columns_are_chosen_and_remembered_for_the_person(
    pages: Pages, pages_of: Callable[..., Pages], customer: Made
) -> None:
    customer("An", employees=987654)
    assert "987.654" not in pages.get("/customers").split("<tbody")[1]
    answer = pages.send("/customers/columns", columns=["employees"])
    assert answer.headers["HX-Push-Url"] == "/customers"
    assert "987.654" in answer.get_data(as_text=True)
    assert "987.654" in pages.get("/customers").split("<tbody")[1]
    assert "987.654" not in pages_of(core_customer=["see"]).get("/customers").split("<tbody")[1]
    pages.send("/customers/columns", reset="1")
    assert "987.654" not in pages.get("/customers").split("<tbody")[1]


def test_the_names_of_columns_are_never_taken_for_sql(pages: Pages, customer: Made) -> None:
    customer("An")
    assert pages.titles("/customers?columns=password_hash,tenant_id,name%27--&sort=tenant_id") == ["An"]


def test_my_records_are_one_click_away(
    pages: Pages, customer: Made, context: Context, make_context: Callable[..., Context]
) -> None:
    customer("Của tôi")
    other = make_context(context.company)
    service.create(other, Customer, {"name": "Của người khác"})
    other.session.commit()
    assert context.user is not None
    link = f"/customers?owner__eq={context.user.id}"
    assert f'href="{link}"' in pages.get("/customers")
    assert pages.titles(link) == ["Của tôi"]


def test_what_was_typed_is_never_markup(pages: Pages, customer: Made) -> None:
    customer("<script>alert(1)</script>")
    for url in ("/customers", "/customers?q=%3Cscript%3E", '/customers?name__contains="><b>', "/customers?mode=board"):
        page = pages.get(url)
        assert "<script>alert" not in page
        assert '"><b>' not in page


def test_a_list_is_read_with_few_statements(
    pages: Pages, context: Context, query_budget: Callable[[str], object]
) -> None:
    tags = service.create_many(context, Tag, [{"name": "a"}, {"name": "b"}])
    service.create_many(context, Customer, [{"name": f"K{n}", "tags": [one.id for one in tags]} for n in range(60)])
    context.session.commit()
    pages.get("/customers")
    with query_budget("customer list page"):  # type: ignore[attr-defined] # a context manager
        pages.get("/customers?q=K&kind__eq=organisation")
