"""Saved views: a list as somebody arranged it, kept as a tab."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.entity.customize import add_field, get_field, retire_field
from core.entity.tables import SavedView
from tests.core.web.entity.conftest import Pages, row_titles

Made = Callable[..., Customer]


def kept(pages: Pages, query: str, **form: str) -> str:
    """Keep the list of a query as a view; the address of its tab."""
    answer = pages.send(f"/customers/views?{query}", 204, **form)
    return answer.headers["HX-Redirect"]


def tabs(page: str) -> list[str]:
    nav = page.split('<nav class="tabs"')[1].split("</nav>", maxsplit=1)[0]
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<a [^>]*>(.*?)</a>", nav)]


def test_a_view_keeps_filters_order_and_columns_and_stands_as_a_tab(pages: Pages, customer: Made) -> None:
    customer("B", kind="individual", employees=987654)
    customer("A", kind="individual")
    customer("C")
    url = kept(pages, "kind__eq=individual&sort=name&columns=name,employees&q=", title="Cá nhân")
    page = pages.get(url)
    assert row_titles(page) == ["A", "B"]
    assert "987.654" in page
    assert "Cá nhân" in tabs(page)
    assert 'aria-current="true">Cá nhân' in page


def test_a_view_of_ones_own_is_nobody_elses_and_a_shared_one_is_everybodys(
    pages: Pages, pages_of: Callable[..., Pages]
) -> None:
    kept(pages, "kind__eq=individual", title="Riêng tôi")
    kept(pages, "kind__eq=organisation", title="Cả công ty", shared="true")
    colleague = pages_of(core_customer=["see"])
    seen = tabs(colleague.get("/customers"))
    assert "Riêng tôi" not in seen
    assert any("Cả công ty" in one for one in seen)


def test_sharing_takes_an_administrator(pages_of: Callable[..., Pages], context: Context) -> None:
    colleague = pages_of(core_customer=["see"])
    assert 'name="shared"' not in colleague.part("/customers/views")
    colleague.send("/customers/views?kind__eq=individual", 403, title="Lén chia sẻ", shared="true")
    assert context.session.scalars(sa.select(SavedView).where(SavedView.shared)).all() == []


def test_a_view_is_changed_where_it_is_in_force_or_kept_anew(pages: Pages, customer: Made) -> None:
    customer("A", kind="individual")
    customer("B", sector="Y tế")
    url = kept(pages, "kind__eq=individual", title="Một")
    view = parse_qs(urlsplit(url).query)["view"][0]
    changed = kept(pages, f"sector__eq=Y tế&view={view}", title="Hai")
    assert tabs(pages.get("/customers"))[-1:] == ["Hai"]
    assert pages.titles(changed) == ["B"]
    kept(pages, f"kind__eq=individual&view={view}", title="Ba", anew="1")
    assert tabs(pages.get("/customers"))[-2:] == ["Hai", "Ba"]


def test_a_view_can_be_what_the_list_begins_with_and_everything_is_still_there(pages: Pages, customer: Made) -> None:
    customer("A", kind="individual")
    customer("B")
    url = kept(pages, "kind__eq=individual", title="Cá nhân", first="true")
    answer = pages.client.get("/customers")
    assert answer.status_code == 302
    assert answer.headers["Location"] == url
    assert set(pages.titles("/customers?view=all")) == {"A", "B"}


def test_a_name_that_is_missing_taken_or_too_long_is_refused_in_the_dialog(pages: Pages) -> None:
    kept(pages, "kind__eq=individual", title="Cá nhân")
    for title in ("", "  ", "cá nhân", "x" * 81):
        page = pages.send("/customers/views?q=a", 422, title=title).get_data(as_text=True)
        assert 'id="view-error"' in page, title


def test_a_deleted_view_is_gone_and_the_list_begins_with_everything_again(
    pages: Pages, pages_of: Callable[..., Pages], context: Context
) -> None:
    kept(pages, "kind__eq=individual", title="Cá nhân", first="true")
    view = context.session.scalars(sa.select(SavedView).where(SavedView.name == "Cá nhân")).one()
    pages_of(core_customer=["see"]).send(f"/customers/views/{view.id}/delete", 404)
    pages.send(f"/contacts/views/{view.id}/delete", 404)
    pages.send(f"/customers/views/{view.id}/delete", 204)
    assert "Cá nhân" not in tabs(pages.get("/customers"))


def test_a_view_that_mentions_a_field_that_is_gone_still_opens_and_says_so(
    pages: Pages, customer: Made, context: Context
) -> None:
    field = add_field(context, context.resource(Customer), "Hạng", "text")
    context.session.commit()
    customer("A")
    url = kept(pages, "custom.hang__eq=vàng&columns=name,custom.hang&kind__eq=organisation", title="Hạng vàng")
    retire_field(context, get_field(context, field.id))
    context.session.commit()
    page = pages.get(url)
    assert row_titles(page) == ["A"]
    assert 'class="list-note"' in page


def test_deleting_all_of_a_list_whose_condition_is_gone_is_refused(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    one = customer("A")
    pages.send("/customers/bulk/delete?custom.gone__eq=x", 422, all="1")
    assert again(one).deleted_at is None
