"""Many records at once: set a field, delete, and take it back."""

import re
from collections.abc import Callable

import orjson
import sqlalchemy as sa

from core.activities.models import Transaction
from core.context import Context
from core.customers.models import Customer, Tag
from core.db.base import now
from core.entity import service
from tests.core.web.entity.conftest import Pages, row_titles

Made = Callable[..., Customer]


def undo_of(headers: object) -> str:
    events = orjson.loads(headers["HX-Trigger"])  # type: ignore[index] # werkzeug's headers
    url: str = events["toast"]["undo_url"]
    return url


def flash_undo(pages: Pages) -> str:
    found = re.search(r'data-undo="(/customers/undo[^"]*)"', pages.get("/customers"))
    assert found
    return found[1].replace("&amp;", "&")


def test_ticked_records_go_to_the_bin_and_come_back_by_undo(pages: Pages, customer: Made) -> None:
    first, second = customer("A"), customer("B")
    customer("C")
    answer = pages.send("/customers/bulk/delete", ids=[str(first.id), str(second.id)])
    assert row_titles(answer.get_data(as_text=True)) == ["C"]
    pages.send(undo_of(answer.headers), 204)
    assert set(pages.titles("/customers")) == {"A", "B", "C"}


def test_all_that_match_means_all_that_match_and_no_more(pages: Pages, customer: Made) -> None:
    for number in range(60):
        customer(f"K{number}", kind="individual")
    customer("Ở lại")
    pages.send("/customers/bulk/delete?kind__eq=individual", all="1")
    assert pages.titles("/customers") == ["Ở lại"]


def test_a_field_is_chosen_given_a_value_and_set_on_each(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    first, second = customer("A", sector="cũ"), customer("B")
    ids = [str(first.id), str(second.id)]
    which = pages.send("/customers/bulk/edit", ids=ids).get_data(as_text=True)
    assert 'value="sector"' in which
    assert 'value="picture"' not in which
    control = pages.send("/customers/bulk/edit", ids=ids, field="sector").get_data(as_text=True)
    assert 'name="sector"' in control
    assert all(one in control for one in ids)
    pages.send("/customers/bulk/edit", 204, ids=ids, field="sector", set="1", sector="Y tế")
    assert [again(one).sector for one in (first, second)] == ["Y tế", "Y tế"]
    pages.send(flash_undo(pages), 204)
    assert [again(one).sector for one in (first, second)] == ["cũ", None]


def test_undo_leaves_what_somebody_changed_since_and_names_it(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    first, second = customer("A"), customer("B bận")
    pages.send("/customers/bulk/edit", 204, ids=[str(first.id), str(second.id)], field="sector", set="1", sector="Y tế")
    url = flash_undo(pages)
    service.update(context, again(second), {"sector": "Thủy sản"})
    context.session.commit()
    pages.send(url, 204)
    assert again(first).sector is None
    assert again(second).sector == "Thủy sản"
    assert "B bận" in pages.get("/customers").split('class="toasts"')[1]


def test_undo_of_many_to_many_links_brings_the_old_ones_back(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    old, new = service.create_many(context, Tag, [{"name": "cũ"}, {"name": "mới"}])
    one = customer("A", tags=[old.id])
    pages.send("/customers/bulk/edit", 204, ids=[str(one.id)], field="tags", set="1", tags=["", str(new.id)])
    assert [tag.name for tag in again(one).tags] == ["mới"]
    pages.send(flash_undo(pages), 204)
    assert [tag.name for tag in again(one).tags] == ["cũ"]


def test_nobody_undoes_what_another_person_did(
    pages: Pages, pages_of: Callable[..., Pages], customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("A")
    answer = pages.send("/customers/bulk/delete", ids=[str(one.id)])
    colleague = pages_of(core_customer=["see", "edit", "delete"])
    colleague.send(undo_of(answer.headers), 204)
    assert again(one, deleted=True).deleted_at is not None


def test_a_value_that_does_not_fit_is_refused_for_all(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    first, second = customer("A", birthday=None), customer("B")
    ids = [str(first.id), str(second.id)]
    page = pages.send("/customers/bulk/edit", 422, ids=ids, field="tax_code", set="1", tax_code="12").get_data(
        as_text=True
    )
    assert 'class="form-error"' in page
    assert again(first).tax_code is None


def test_nothing_ticked_is_said_and_changes_nothing(pages: Pages, customer: Made) -> None:
    customer("A")
    answer = pages.send("/customers/bulk/delete", 422)
    assert "toast" in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Reswap"] == "none"
    assert pages.titles("/customers") == ["A"]


def test_more_than_can_be_done_at_once_is_said(pages: Pages, context: Context) -> None:
    service.create_many(context, Customer, [{"name": f"K{n}"} for n in range(1001)])
    context.session.commit()
    pages.send("/customers/bulk/delete", 422, all="1")
    assert context.session.scalar(sa.select(sa.func.count()).where(Customer.deleted_at.is_(None))) == 1001


def test_another_companys_records_are_not_touched(
    pages: Pages, customer: Made, stranger: Context, again: Callable[..., Customer]
) -> None:
    foreign = service.create(stranger, Customer, {"name": "Của người khác"})
    stranger.session.commit()
    pages.send("/customers/bulk/delete", ids=[str(foreign.id), "không-phải-id"])
    stranger.session.refresh(foreign)
    assert foreign.deleted_at is None


def test_every_record_has_its_line_in_the_log(pages: Pages, customer: Made) -> None:
    first, second = customer("A"), customer("B")
    pages.send("/customers/bulk/edit", 204, ids=[str(first.id), str(second.id)], field="sector", set="1", sector="Y tế")
    for one in (first, second):
        assert "Y tế" in pages.part(f"/customers/{one.id}/timeline")


def test_ticked_records_are_exported_by_their_name_and_the_list_as_such(
    pages: Pages, context: Context, customer: Made
) -> None:
    values = {"name": "Ký hợp đồng", "starts": now(), "ends": now(), "customer": customer("Cô Lan").id}
    service.create(context, Transaction, values)
    context.session.commit()
    for path, label in (("transactions", "Xuất khẩu giao dịch"), ("customers", "Xuất khẩu khách hàng")):
        page = pages.get(f"/{path}")
        ticked = page.split('class="bulk"')[1]
        assert f"{label}</button>" in ticked
        assert re.search(r"Xuất khẩu\s*</", page.replace(ticked, "")), "of the whole list"
