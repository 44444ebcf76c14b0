"""Two people, one record: nobody overwrites what they have not seen."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from werkzeug.test import TestResponse

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from tests.core.web.entity.conftest import HTMX, Pages

Made = Callable[..., Customer]


def somebody_else(context: Context, one: Customer, **values: object) -> None:
    service.update(context, one, dict(values))
    context.session.commit()


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_both_versions_are_shown_and_nothing_is_saved(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp")
    somebody_else(context, one, sector="Thủy sản")
    page = pages.send(f"/customers/{one.id}/edit", 409, version=1, name="An", sector="Lâm nghiệp").get_data(
        as_text=True
    )
    versions = page.split('class="versions"')[1].split("</section>")[0]
    assert "Lâm nghiệp" in versions
    assert "Thủy sản" in versions
    assert context.user is not None
    assert context.user.name in page
    assert again(one).sector == "Thủy sản"


def test_keeping_mine_saves_it_on_top_of_what_was_seen(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp")
    somebody_else(context, one, sector="Thủy sản")
    page = pages.send(f"/customers/{one.id}/edit", 409, version=1, sector="Lâm nghiệp").get_data(as_text=True)
    assert version_of(page) == "2"
    pages.send(f"/customers/{one.id}/edit", 204, version=2, sector="Lâm nghiệp", keep="mine")
    assert again(one).sector == "Lâm nghiệp"


def test_what_i_never_touched_is_not_mine(pages: Pages, customer: Made, context: Context) -> None:
    one = customer("An", sector="Nông nghiệp", employees=3)
    somebody_else(context, one, employees=50)
    page = pages.send(
        f"/customers/{one.id}/edit", 409, version=1, name="An Bình", sector="Nông nghiệp", employees="3"
    ).get_data(as_text=True)
    versions, form = page.split('class="versions"')[1].split("</section>", 1)
    assert 'value="50"' in form, "theirs, since I left it alone"
    assert 'value="An Bình"' in versions, "mine, still to be changed, beside theirs"
    assert 'name="name"' not in form


def test_for_each_field_one_of_the_versions_is_chosen(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp", website="an.vn")
    somebody_else(context, one, sector="Thủy sản", website="thuysan.vn")
    mine = {"name": "An", "sector": "Lâm nghiệp", "website": "lamnghiep.vn"}
    page = pages.send(f"/customers/{one.id}/edit", 409, version=1, **mine).get_data(as_text=True)
    chosen = {"choose.sector": "mine", "choose.website": "theirs"}
    pages.send(f"/customers/{one.id}/edit", 204, version=version_of(page), **mine, **chosen)
    assert (again(one).sector, again(one).website) == ("Lâm nghiệp", "thuysan.vn")


def test_a_whole_page_without_a_script_shows_them_too(pages: Pages, customer: Made, context: Context) -> None:
    one = customer("An")
    somebody_else(context, one, sector="Thủy sản")
    page = pages.post(f"/customers/{one.id}/edit", 409, version=1, sector="Lâm nghiệp").get_data(as_text=True)
    assert 'class="versions"' in page
    assert "<html" in page


def test_of_two_who_save_in_the_same_moment_the_second_sees_both_versions(
    pages: Pages, pages_of: Callable[..., Pages], customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp")
    typed = {pages: "Thủy sản", pages_of(core_customer=["see", "edit"]): "Lâm nghiệp"}
    together, url = Barrier(len(typed)), f"/customers/{one.id}/edit"

    def save(who: Pages) -> TestResponse:
        together.wait()
        form = {"version": "1", "name": "An", "sector": typed[who]}
        return who.client.post(url, data=form, headers=HTMX)

    with ThreadPoolExecutor(len(typed)) as pool:
        answers = dict(zip(typed.values(), pool.map(save, typed), strict=True))
    assert sorted(answer.status_code for answer in answers.values()) == [204, 409]
    kept, refused = sorted(answers, key=lambda sector: answers[sector].status_code)
    assert again(one).sector == kept
    versions = answers[refused].get_data(as_text=True).split('class="versions"')[1].split("</section>")[0]
    assert kept in versions
    assert refused in versions
