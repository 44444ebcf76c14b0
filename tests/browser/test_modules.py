"""Switching a module in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.context import Context

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_module_is_switched_on_used_and_switched_off(
    open_page: Callable[..., Page], context: Context, size: tuple[int, int]
) -> None:
    page = open_page(context, "/settings/modules", size=size, locale="en")
    kennel = page.locator("#module-kennel").get_by_role("switch")
    menu = page.locator('a[href="/kennel/stays"]')

    kennel.click()
    expect(page.get_by_text("Switched off: Pet hotel.")).to_be_visible()
    expect(kennel).not_to_be_checked()
    expect(menu).to_have_count(0)

    kennel.click()
    expect(page.get_by_text("Switched on: Pet hotel.")).to_be_visible()
    expect(kennel).to_be_checked()
    if size[0] < 1000:
        page.get_by_role("button", name="More").click()
        page.locator("#all-nav").locator(menu).click()
    else:
        menu.first.click()
    expect(page.get_by_role("heading", name="Stays", level=1)).to_be_visible()

    page.goto("/settings/modules")
    kennel.click()
    expect(page.get_by_text("Switched off: Pet hotel.")).to_be_visible()
    answer = page.goto("/kennel/stays")
    assert answer is not None
    assert answer.status == 404
