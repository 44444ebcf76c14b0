"""Money in a real browser: a document chosen in a receipt, what an order says then, advances, books, debts, profit."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.sdk import Context, Customer, create
from plugins.cash.models import Fund
from plugins.sales.documents import Order
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def shop(context: Context) -> dict[str, Any]:
    """A cash box, a customer, and two orders to be paid."""
    fund = create(context, Fund, {"name": "Quỹ tiền mặt", "opening": Decimal(1_000_000)})
    lan = create(context, Customer, {"name": "Chị Lan"})
    orders = [
        create(
            context, Order, {"customer": lan.id, "goods": [{"name": "Máy in", "price": price, "quantity": Decimal(1)}]}
        )
        for price in (Decimal(3_490_000), Decimal(500_000))
    ]
    context.session.commit()
    return {"fund": fund, "lan": lan, "orders": orders}


def choose(page: Page, field: str, typed: str, shown: str) -> None:
    """By keyboard, as somebody who knows what they look for."""
    page.locator(f"#field-{field} .ts-control").click()
    page.keyboard.type(typed)
    page.locator(".ts-dropdown [data-selectable]", has_text=shown).first.click()


def change(page: Page, order: Order) -> None:
    """Choose another document."""
    script = "(box, id) => { box.tomselect.addOption({ id, title: id }); box.tomselect.setValue(id); }"
    page.locator("select[name=document]").evaluate(script, f"sales.order/{order.id}")


def test_a_document_chosen_in_a_receipt_fills_it_in_and_is_paid(
    open_page: Open, context: Context, shop: dict[str, Any]
) -> None:
    first = str(shop["orders"][0].number)
    page = open_page(context, "/cash/receipts/new", size=DESK)
    heard = Listener(page)
    choose(page, "document", first, first)
    expect(page.locator("[name=amount]")).to_have_value("3.490.000")
    expect(page.locator("[name=invoice]")).to_have_value(first)
    expect(page.locator("#field-customer .item")).to_have_text("Chị Lan")
    change(page, shop["orders"][1])
    expect(page.locator("[name=amount]")).to_have_value("500.000")
    page.locator("[name=amount]").fill("200000")
    change(page, shop["orders"][0])
    expect(page.locator("[name=invoice]")).to_have_value(first)
    expect(page.locator("[name=amount]")).to_have_value("200.000")  # what somebody typed is theirs
    choose(page, "fund", "quy", "Quỹ tiền mặt")
    page.locator("#field-state").get_by_text("Đã thanh toán").click()
    assert findings(page) == []
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="PT-")).to_be_visible()
    page.goto(f"/sales/orders/{shop['orders'][0].id}")
    expect(page.locator("main")).to_contain_text("Tạm ứng")
    page.locator("#record-head a[href^='/cash/receipts/new?']").first.click()
    expect(page.locator("[name=amount]")).to_have_value("3.290.000")
    page.goto(f"/cash/book?fund={shop['fund'].id}")
    expect(page.locator("main")).to_contain_text("1.200.000 đ")
    assert heard.said == []


def test_on_a_telephone_money_is_read_and_advanced(open_page: Open, context: Context, shop: dict[str, Any]) -> None:
    page = open_page(context, f"/cash/advances/new?customer={shop['lan'].id}", size=PHONE, dark=True)
    heard = Listener(page)
    page.locator("[name=amount]").fill("990000")
    choose(page, "fund", "quy", "Quỹ tiền mặt")
    page.locator("#field-state").get_by_text("Đã thanh toán").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="TU-")).to_be_visible()
    for path, words in (
        (f"/cash/book?fund={shop['fund'].id}", "1.990.000 đ"),
        ("/cash/debts", "3.990.000 đ"),
        ("/cash/results?by=employee", "Giao dịch với khách hàng"),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(words)
        assert (findings(page), overflow(page)) == ([], 0), path
    page.goto("/cash/results")
    page.locator("[name=province]").select_option("Hà Nội")
    page.get_by_role("button", name="Thống kê").click()
    expect(page.locator("main")).to_contain_text("Chưa có số liệu")
    page.goto(f"/sales/orders/{shop['orders'][1].id}/print/bill")
    expect(page.locator("main")).to_contain_text("Hóa đơn")
    assert (findings(page), overflow(page)) == ([], 0)
    assert heard.said == []
