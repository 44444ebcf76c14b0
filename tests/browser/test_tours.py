"""A tour in a real browser: by keyboard, over several pages, on a desk and in a hand; nobody is asked twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.context import Context
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def press(page: Page, key: str) -> None:
    """A key, once the step stands there and has the focus."""
    expect(page.get_by_role("dialog").get_by_role("button", name="Tiếp")).to_be_focused()
    page.keyboard.press(key)


@pytest.mark.parametrize(("size", "dark"), [((1440, 900), False), ((390, 844), True)], ids=["desk-light", "phone-dark"])
def test_a_new_colleague_is_shown_round_and_not_asked_again(
    open_page: Open, context: Context, size: tuple[int, int], *, dark: bool
) -> None:
    page = open_page(context, "/", size=size, dark=dark)
    heard = Listener(page)
    page.locator("li", has_text="Làm quen trong một phút").get_by_role("link").click()
    step = page.get_by_role("dialog")
    expect(step).to_contain_text("Chào mừng bạn")
    expect(step).to_contain_text("1/7")
    press(page, "ArrowRight")
    expect(step).to_contain_text("Tìm mọi thứ")
    assert findings(page) == []
    assert overflow(page) == 0
    step.get_by_role("button", name="Tiếp").click()
    expect(step).to_contain_text("Có gì mới")
    press(page, "ArrowRight")
    expect(page).to_have_url(re.compile("/customers$"))
    expect(step).to_contain_text("Khách hàng của bạn")
    press(page, "ArrowLeft")
    expect(step).to_contain_text("Có gì mới")
    with page.expect_response("**/taken"):
        press(page, "Escape")
    expect(step).to_have_count(0)
    page.goto("/")
    expect(page.locator(".steps-start").first).to_be_visible()
    expect(page.get_by_text("Làm quen trong một phút")).to_have_count(0)
    page.goto("/tours")
    expect(page.locator("li.done")).to_contain_text("Làm quen trong một phút")
    assert findings(page) == []
    assert overflow(page) == 0
    page.locator("li.done").get_by_role("link").click()
    expect(step).to_contain_text("Chào mừng bạn")
    assert heard.said == []
