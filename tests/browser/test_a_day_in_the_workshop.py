"""A whole day: a car comes, is quoted, repaired, settled and half paid, and comes again; then the same day backwards."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.sdk import Context, Customer, create
from plugins.cash.api import debt_of
from plugins.cash.models import Fund
from plugins.catalog.api import Product
from plugins.garage.models import Vehicle
from plugins.warehouse import api as warehouse
from plugins.warehouse.beginning import furnish
from plugins.warehouse.models import Entry
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, cell, draw, looked_at

pytestmark = pytest.mark.browser
DESK = (1440, 900)
LITRES, USED = Decimal(10), Decimal(4)
TOTAL = 1_296_000
"""Work for 200.000 and four litres at 250.000, with 8 % VAT."""


@dataclass
class Workshop:
    """The company, and what of it the day is about."""

    context: Context
    car: Vehicle
    customer: Customer
    oil: Product

    def stock(self) -> tuple[Decimal, Decimal]:
        """What the warehouse has of the oil, and what the ledger says it is worth."""
        self.context.session.rollback()
        self.context.session.expire_all()
        found = self.context.session.scalars(
            sa.select(warehouse.Stock).where(warehouse.Stock.tenant_id == self.context.tenant)
        ).one()
        worth = sa.select(sa.func.sum(Entry.value)).where(Entry.tenant_id == self.context.tenant)
        assert found.value == self.context.session.scalar(worth)
        return found.on_hand, found.value

    def debt(self) -> Decimal:
        """What the customer owes."""
        self.context.session.rollback()
        found = debt_of(self.context, [self.customer.id]).get(self.customer.id)
        return found.debt if found else Decimal(0)


@pytest.fixture
def workshop(context: Context) -> Workshop:
    """Ten litres of oil, a cash box, an account, and a customer with a car."""
    furnish(context)
    create(context, Fund, {"name": "Quỹ tiền mặt"})
    account = {
        "kind": "bank",
        "bank": "970436",
        "account": "0011001234567",
        "holder": "GARAGE BINH MINH",
        "shown": True,
    }
    create(context, Fund, {"name": "Vietcombank", **account})
    create(context, Product, {"name": "Công thay dầu", "code": "CV-DAU", "kind": "service", "price": Decimal(200_000)})
    oil = create(context, Product, {"name": "Dầu máy 5W-30", "code": "DAU-5W30", "price": Decimal(250_000)})
    goods = [{"product": oil.id, "quantity": Decimal(LITRES), "price": Decimal(180_000)}]
    place = warehouse.default_warehouse(context)
    create(context, warehouse.GoodsReceipt, {"warehouse": place, "state": "approved", "goods": goods})
    customer = create(context, Customer, {"name": "Anh Tuấn", "email": "tuan@example.com"})
    values = {"plate": "30a12345", "customer": customer.id, "brand": "Toyota", "model": "Vios", "km": 40_000}
    car = create(context, Vehicle, values)
    context.session.commit()
    return Workshop(context, car, customer, oil)


def save(page: Page) -> None:
    page.locator("button[type=submit].btn-primary").click()


def press(page: Page, name: str) -> None:
    """A button at the top of a record, wherever there was room for it."""
    button = page.locator(".page-head, .record-head").get_by_role("button", name=name, exact=True)
    if button.count() == 0 or not button.first.is_visible():
        page.get_by_role("button", name="Thao tác khác").first.click()
        button = page.get_by_role("button", name=name, exact=True).or_(
            page.get_by_role("menuitem", name=name, exact=True)
        )
    button.first.click()


def press_link(page: Page, name: str) -> None:
    """The same of one that leads elsewhere."""
    link = page.locator("#main").get_by_role("link", name=name, exact=True).locator("visible=true")
    if link.count() == 0:
        page.get_by_role("button", name="Thao tác khác").first.click()
    link.first.click()


def choose(page: Page, line: int, code: str, shown: str) -> None:
    """A product for a line, by its code."""
    if page.locator("[data-line]").count() <= line:
        page.get_by_role("button", name="Thêm dòng").click()
    page.locator("[data-line]").nth(line).locator("td.kind-link select").first.click()
    offered = page.locator(".ts-dropdown").locator("visible=true")
    expect(offered).to_be_visible()
    page.keyboard.type(code)
    offered.locator("[data-selectable]", has_text=shown).click()


def record_id(page: Page) -> UUID:
    return UUID(page.url.rstrip("/").partition("?")[0].partition("#")[0].rpartition("/")[2])


def test_a_day_in_the_workshop_and_the_same_day_backwards(
    open_page: Callable[..., Page], outside: Callable[..., Page], workshop: Workshop
) -> None:
    page = open_page(workshop.context, f"/garage/receptions/new?vehicle={workshop.car.id}", size=DESK)
    heard = Listener(page)

    # The car arrives.
    page.locator("#f-km").fill("45200")
    page.locator("#f-wishes").fill("Thay dầu, kiểm tra phanh")
    save(page)
    page.wait_for_url(re.compile("/garage/receptions/[0-9a-f-]{36}$"))
    expect(page.locator("#main")).to_contain_text("30A-123.45")
    reception = page.url

    # It is quoted, and the customer agrees on the telephone.
    page.get_by_role("link", name="Lập báo giá").first.click()
    for line, (code, shown) in enumerate((("CV-DAU", "Công thay dầu"), ("DAU-5W30", "Dầu máy 5W-30"))):
        choose(page, line, code, shown)
        cell(page, line, "rate").select_option("8")
    cell(page, 1, "quantity").fill(str(USED))
    expect(page.locator("[data-live=total]")).to_have_text("1.296.000 đ")
    save(page)
    expect(page.locator(".lines-shown")).to_contain_text("1.296.000")
    quote = page.url
    page.get_by_role("button", name="Gửi liên kết").or_(page.get_by_role("link", name="Gửi liên kết")).first.click()
    dialog = page.locator("#dialog-body")
    dialog.get_by_role("button", name="Tạo liên kết để sao chép").click()
    link = dialog.get_by_label("Liên kết", exact=True).input_value()
    phone = outside(link[link.index("/p/") :], PHONE)
    phone.locator("summary", has_text="Đồng ý và ký tên").click()
    phone.locator("#name-accept").fill("Nguyễn Anh Tuấn")
    draw(phone)
    looked_at(phone)
    phone.locator("form", has=phone.locator("#name-accept")).get_by_role("button", name="Đồng ý và ký tên").click()
    expect(phone.locator(".public-done")).to_contain_text("Nguyễn Anh Tuấn")

    # The workshop repairs it with parts of the warehouse.
    page.goto(quote)
    press(page, "Lập phiếu sửa chữa")
    page.wait_for_url("**/garage/repair-orders/*")
    order = page.url.partition("?")[0].partition("#")[0]
    press(page, "Xuất vật tư")
    expect(page.locator("#toasts")).to_contain_text("XK-")
    assert workshop.stock() == (LITRES - USED, Decimal(180_000) * (LITRES - USED))
    looked_at(page)

    # It is settled: nothing leaves twice, and the receipt waits for the money.
    press(page, "Lập phiếu quyết toán")
    page.wait_for_url("**/garage/settlements/*")
    settlement = page.url.partition("?")[0].partition("#")[0]
    page.goto(f"{settlement}/edit")
    page.locator("#f-maintenance_on").fill("2027-05-20")
    save(page)
    page.wait_for_url(settlement)
    press(page, "Duyệt xuất kho")
    expect(page.locator("#row-stock")).to_contain_text("Đã duyệt")
    press(page, "Quyết toán")
    expect(page.locator("#row-state")).to_contain_text("Đã quyết toán")
    assert workshop.stock()[0] == LITRES - USED
    assert workshop.debt() == TOTAL
    looked_at(page)

    # Part of it is paid in cash, part by transfer; the rest stays owed.
    page.goto(f"{settlement}/print/settlement")
    expect(page.locator(".sheet-of-paper").first).to_be_visible()
    page.goto("/cash/receipts")
    page.locator("tbody a", has_text=re.compile("^PT-")).first.click()
    in_cash = page.url
    page.goto(f"{in_cash}/edit")
    page.locator("#f-amount").fill("500000")
    page.locator("#field-state").get_by_text("Đã thanh toán").click()
    save(page)
    page.wait_for_url(in_cash)
    assert workshop.debt() == TOTAL - 500_000
    page.goto(settlement)
    press_link(page, "Tạo phiếu thu")
    expect(page.locator("#f-amount")).to_have_value("796.000")
    page.locator("#f-amount").fill("300000")
    page.locator("#field-fund .ts-control").click()
    page.locator(".ts-dropdown").locator("visible=true").locator("[data-selectable]", has_text="Vietcombank").click()
    page.locator("#field-state").get_by_text("Đã thanh toán").click()
    save(page)
    page.wait_for_url(re.compile("/cash/receipts/[0-9a-f-]{36}$"))
    by_transfer = page.url
    assert workshop.debt() == TOTAL - 800_000
    page.goto(settlement)
    expect(page.locator("#row-paid")).to_contain_text("800.000")

    # The car is expected again in six months.
    page.goto(f"/garage/vehicles/{workshop.car.id}")
    expect(page.locator("#row-due_on")).to_contain_text("20/05/2027")

    # The same day backwards: each step is taken back, and nothing is left of it but papers.
    for receipt in (by_transfer, in_cash):
        page.goto(receipt)
        press(page, "Hủy phiếu")
        page.locator("#dialog-body button[type=submit]").click()
        expect(page.locator("#row-state")).to_contain_text("Đã hủy")
    assert workshop.debt() == TOTAL
    page.goto(settlement)
    press(page, "Mở lại phiếu")
    expect(page.locator("#row-state")).to_contain_text("Mới")
    press(page, "Hủy xuất kho")
    expect(page.locator("#row-stock")).to_contain_text("Hủy")
    assert workshop.debt() == 0
    page.goto(f"{order}/edit")
    page.locator("#f-state").select_option("cancelled")
    save(page)
    page.wait_for_url(order)
    assert workshop.stock() == (LITRES, Decimal(180_000) * LITRES)
    page.goto(reception)
    expect(page.locator("#row-state")).to_contain_text("Đã tiếp nhận")
    assert heard.said == []
