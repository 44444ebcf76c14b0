"""An order as the manual tells it: written by hand, changed, found by its state, printed as a bill, deleted (O-23)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.sdk import Context, Customer, create
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, cell, findings, overflow

pytestmark = pytest.mark.browser
DESK = (1440, 900)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_an_order_is_written_changed_found_printed_and_deleted(
    open_page: Callable[..., Page], context: Context, size: tuple[int, int]
) -> None:
    create(context, Customer, {"name": "Anh Hoàng Nam"})
    context.session.commit()
    page = open_page(context, "/sales/orders/new", size=size, dark=size == PHONE)
    heard = Listener(page)
    page.locator("#f-customer + .ts-wrapper .ts-control").click()
    page.keyboard.type("nam")
    page.locator(".ts-dropdown [data-selectable]", has_text="Anh Hoàng Nam").first.click()
    if page.locator("[data-line]").count() == 0:
        page.get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Bàn làm việc"), ("quantity", "3"), ("price", "1250000")):
        cell(page, 0, field).fill(text)
    cell(page, 0, "rate").select_option("8")
    expect(page.locator("[data-live=total]")).to_have_text("4.050.000 đ")
    assert findings(page) == []
    assert overflow(page) == 0
    page.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".lines-shown")).to_contain_text("4.050.000")
    expect(page.locator("#main")).to_contain_text("Chưa thanh toán")
    order = page.url.partition("#")[0].partition("?")[0]

    page.goto(f"{order}/edit")
    page.locator("#field-stock").get_by_text("Đã duyệt").click()
    page.locator("button[type=submit].btn-primary").click()
    page.wait_for_url(order)
    expect(page.locator("#row-stock")).to_contain_text("Đã duyệt")
    page.goto(f"{order}/print/bill")
    expect(page.locator(".sheet-of-paper").first).to_be_visible()

    page.goto("/sales/orders?payment__eq=paid")
    expect(page.get_by_text("Anh Hoàng Nam")).to_have_count(0)
    page.goto("/sales/orders?payment__eq=unpaid")
    expect(page.locator("tbody")).to_contain_text("Anh Hoàng Nam")
    page.goto(order)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(page).to_have_url(re.compile("/sales/orders$"))
    expect(page.locator("tbody")).to_have_count(0)
    assert heard.said == []
