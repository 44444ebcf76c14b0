"""What is done with activities on a record's page."""

from collections.abc import Callable

from core.activities.models import Call, Note
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from tests.core.web.entity.conftest import Pages, again, customer, pages, pages_of, strangers_pages

__all__ = ["again", "customer", "pages", "pages_of", "strangers_pages"]
Made = Callable[..., Customer]


def call(context: Context, of: Customer) -> Call:
    made = service.create(context, Call, {"subject": "Gọi báo giá", "starts": now(), "customer": of.id})
    context.session.commit()
    return made


def test_a_tick_completes_and_a_second_one_plans_again(
    pages: Pages, customer: Made, context: Context, again: Callable[[Call], Call]
) -> None:
    one = call(context, customer("An"))
    answer = pages.send(f"/activities/core.call/{one.id}/tick", done="1")
    assert "recordChanged" in answer.headers["HX-Trigger"]
    assert again(one).state == "held"
    pages.send(f"/activities/core.call/{one.id}/tick")
    assert again(one).state == "planned"


def test_the_page_offers_what_may_be_done(pages: Pages, customer: Made, context: Context) -> None:
    of = customer("An")
    one = call(context, of)
    page = pages.get(f"/customers/{of.id}")
    for url in ("tick", "close", "delete"):
        assert f"/activities/core.call/{one.id}/{url}" in page
    assert f"/calls/new?customer={of.id}" in page
    assert 'hx-post="/notes/new"' in page
    assert 'hx-post="/comments/new"' in page


def test_closing_asks_for_the_result_and_says_what_is_missing(
    pages: Pages, customer: Made, context: Context, again: Callable[[Call], Call]
) -> None:
    one = call(context, customer("An"))
    url = f"/activities/core.call/{one.id}/close"
    assert "Việc tiếp theo" in pages.part(url)
    refused = pages.send(url, 422, result="reached", next="core.call", next_subject="", next_at="")
    assert "Cần nhập mục này." in refused.get_data(as_text=True)
    assert again(one).state == "planned"
    pages.send(url, result="reached", next="core.call", next_subject="Gọi lại", next_at="2030-01-02T09:00")
    assert again(one).state == "held"
    assert "Gọi lại" in pages.get("/calls")


def test_a_note_is_written_in_place(pages: Pages, customer: Made, context: Context) -> None:
    of = customer("An")
    answer = pages.send(
        "/notes/new", customer=str(of.id), text="Thích trà", quick="1", stay="timeline", fixed="customer"
    )
    assert "recordChanged" in answer.headers["HX-Trigger"]
    assert "Thích trà" in pages.part(f"/customers/{of.id}/timeline")


def test_a_dialog_does_not_ask_for_what_is_known(pages: Pages, customer: Made) -> None:
    of = customer("Công ty Hoa Mai")
    dialog = pages.part(f"/calls/new?quick=1&stay=timeline&fixed=customer&customer={of.id}")
    assert f'<input type="hidden" name="customer" value="{of.id}">' in dialog
    assert "Công ty Hoa Mai" not in dialog
    for label in ("Mô tả", "Tình trạng", "Nhắc nhở"):
        assert label in dialog, label


def test_an_activity_is_edited_in_a_dialog_and_a_stale_one_refused(
    pages: Pages, customer: Made, context: Context, again: Callable[[Call], Call]
) -> None:
    one = call(context, customer("An"))
    url = f"/calls/{one.id}/edit"
    assert "Gọi báo giá" in pages.part(f"{url}?quick=1&stay=timeline")
    sent = {"quick": "1", "stay": "timeline", "version": str(one.version), "subject": "Gọi lần hai"}
    assert "recordChanged" in pages.send(url, **sent).headers["HX-Trigger"]
    assert again(one).subject == "Gọi lần hai"
    assert "Người khác vừa sửa" in pages.send(url, 409, **sent).get_data(as_text=True)


def test_what_is_deleted_can_be_brought_back(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Call]
) -> None:
    one = call(context, customer("An"))
    answer = pages.send(f"/activities/core.call/{one.id}/delete")
    assert "/calls/undo" in answer.headers["HX-Trigger"]
    assert again(one, deleted=True).deleted_at is not None


def test_nobody_touches_what_they_may_not(
    pages_of: Callable[..., Pages], strangers_pages: Pages, customer: Made, context: Context
) -> None:
    of = customer("An")
    one = call(context, of)
    note = service.create(context, Note, {"text": "Ghi", "customer": of.id})
    context.session.commit()
    seeing = pages_of(core_customer=["see"], core_call=["see"])
    seeing.send(f"/activities/core.call/{one.id}/tick", 403, done="1")
    seeing.send(f"/activities/core.call/{one.id}/delete", 403)
    for what in ("tick", "close", "delete"):
        strangers_pages.send(f"/activities/core.call/{one.id}/{what}", 404)
    strangers_pages.get(f"/activities/core.customer/{of.id}/colleagues?q=a", 404)
    strangers_pages.send(f"/activities/core.note/{note.id}/tick", 404)
    strangers_pages.send(f"/activities/core.customer/{of.id}/delete", 404)
    strangers_pages.send(f"/activities/nothing.here/{of.id}/delete", 404)


def test_how_a_plan_repeats_is_said_in_a_dialog(pages: Pages, customer: Made, context: Context) -> None:
    of = customer("An")
    one = call(context, of)
    url = f"/activities/core.call/{one.id}/repeat"
    assert "Không lặp" in pages.part(url)
    assert "từ 2 đến 500" in pages.send(url, 422, frequency="weekly", ends="count", count="một").get_data(as_text=True)
    pages.send(url, frequency="weekly", weekdays=["0", "3"], ends="count", count="4", do="rule")
    part = pages.part(f"/customers/{of.id}/timeline")
    assert "Hằng tuần vào Thứ Hai, Thứ Năm, 4 lần" in part
    assert part.count(">Gọi báo giá<") >= 4
    assert "Từ lần này trở đi" in pages.part(url)
    pages.send(url, do="delete")
    assert ">Gọi báo giá<" not in pages.part(f"/customers/{of.id}/timeline")
