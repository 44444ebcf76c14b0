"""Boards in a real browser: a move that takes an answer, by mouse, keyboard and thumb."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.asks import Ask
from core.entity.entity import Resource
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def stays(context: Context, redeclare: Callable[..., Resource]) -> Context:
    """Two booked stays; to call one off takes its price, to end one takes the form of the whole stay."""

    def asks(_context: Context, stay: Any, changes: Mapping[str, Any]) -> Ask | None:
        if changes.get("state") == "collected":
            return Ask(url=f"/kennel/stays/{stay.id}/edit?quick=1")
        wanted = changes.get("state") == "cancelled" and "collected_on" not in changes
        return Ask(fields=("collected_on",), title="Huỷ ngày nào?") if wanted else None

    model = redeclare("kennel.stay", asks=asks).model
    owner, today = service.create(context, Customer, {"name": "Chị Sáu"}), context.today()
    stay = {"customer": owner.id, "arrives": today, "leaves": today + timedelta(days=1)}
    service.create_many(context, model, [{**stay, "pet": pet} for pet in ("Mướp", "Vàng")])
    context.session.commit()
    return context


def lane(page: Page, value: str) -> Locator:
    return page.locator(f'.lane[data-value="{value}"]')


def move(page: Page, pet: str, value: str) -> None:
    """By the card's menu, with the keyboard alone."""
    page.locator(".kcard", has_text=pet).get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.locator(f"#move-to [data-value={value}]").focus()
    page.keyboard.press("Enter")


def test_a_move_that_asks_is_made_with_the_answer_and_taken_back_without(open_page: Open, stays: Context) -> None:
    page = open_page(stays, "/kennel/stays?mode=board", size=DESK)
    heard, dialog = Listener(page), page.locator("#dialog")
    lane(page, "booked").locator(".kcard", has_text="Mướp").drag_to(lane(page, "cancelled").locator(".lane-cards"))
    expect(dialog).to_contain_text("Huỷ ngày nào?")
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(lane(page, "booked")).to_contain_text("Mướp")
    move(page, "Vàng", "cancelled")
    dialog.get_by_label("Ngày đón thực tế").fill(stays.today().isoformat())
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog).to_be_hidden()
    expect(lane(page, "cancelled").locator(".count")).to_have_text("1")
    expect(lane(page, "booked").locator(".count")).to_have_text("1")
    page.locator(".toast [data-undo]").click()
    expect(lane(page, "booked").locator(".count")).to_have_text("2")
    move(page, "Mướp", "collected")
    expect(dialog.get_by_label("Thú cưng")).to_have_value("Mướp")
    dialog.get_by_role("button", name="Hủy").click()
    expect(lane(page, "booked")).to_contain_text("Mướp")
    assert heard.said == []


def test_of_two_who_move_a_card_one_wins_and_the_other_is_told(open_page: Open, stays: Context) -> None:
    first, second = (open_page(stays, "/kennel/stays?mode=board", size=size) for size in (DESK, PHONE))
    move(second, "Mướp", "cancelled")
    expect(second.locator("#dialog")).to_be_visible()
    move(first, "Mướp", "staying")
    expect(lane(first, "staying").locator(".count")).to_have_text("1")
    second.locator("#dialog").get_by_label("Ngày đón thực tế").fill(stays.today().isoformat())
    second.locator("#dialog").get_by_role("button", name="Lưu").click()
    expect(second.locator("#dialog")).to_contain_text("Người khác vừa sửa")
    second.locator("#dialog").get_by_role("button", name="Hủy").click()
    expect(lane(second, "booked")).to_contain_text("Mướp")
    assert overflow(second) == 0
