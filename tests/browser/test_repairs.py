"""A car in the workshop: quoted, signed for on a phone, repaired, with extra work that its owner decides line by line."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.sdk import Context, Customer, create
from plugins.catalog.api import Product
from plugins.garage.models import Bay, Reception, Vehicle
from plugins.warehouse import api as warehouse
from plugins.warehouse.beginning import furnish
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, cell, draw, looked_at

pytestmark = pytest.mark.browser
DESK, SCREEN = (1440, 900), (1920, 1080)


@pytest.fixture
def reception(context: Context) -> Reception:
    """A car that was received in a workshop with a bay and oil on the shelf."""
    furnish(context)
    create(context, Bay, {"name": "Khoang 1"})
    oil = create(context, Product, {"name": "Dầu máy 5W-30", "code": "DAU", "price": Decimal(250_000)})
    goods = [{"product": oil.id, "quantity": Decimal(10), "price": Decimal(180_000)}]
    place = warehouse.default_warehouse(context)
    create(context, warehouse.GoodsReceipt, {"warehouse": place, "state": "approved", "goods": goods})
    owner = create(context, Customer, {"name": "Anh Tuấn", "email": "tuan@example.com"})
    car = create(context, Vehicle, {"plate": "30A-123.45", "customer": owner.id, "brand": "Toyota", "model": "Vios"})
    made = create(context, Reception, {"vehicle": car.id, "km": 45_200, "wishes": "Thay dầu"})
    context.session.commit()
    return made


def link_from(page: Page) -> str:
    """A link to copy, as the dialog of the record gives it."""
    page.get_by_role("button", name="Gửi liên kết").or_(page.get_by_role("link", name="Gửi liên kết")).first.click()
    dialog = page.locator("#dialog-body")
    dialog.get_by_role("button", name="Tạo liên kết để sao chép").click()
    found = dialog.get_by_label("Liên kết", exact=True).input_value()
    return found[found.index("/p/") :]


def choose(page: Page, line: int, field: str, text: str) -> None:
    """Pick a record of those that a line offers."""
    control = cell(page, line, field)
    control.focus()
    page.locator(".ts-dropdown .option[data-selectable]", has_text=text).first.click()
    expect(control).not_to_have_value("")


def test_a_repair_from_the_quote_to_the_screen_on_the_wall(
    open_page: Callable[..., Page], outside: Callable[..., Page], context: Context, reception: Reception
) -> None:
    page = open_page(context, f"/garage/receptions/{reception.id}", size=DESK)
    heard = Listener(page)
    page.get_by_role("link", name="Lập báo giá").first.click()
    expect(page.locator("#f-km")).to_have_value("45200")
    if page.locator("[data-line]").count() == 0:
        page.get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Công thay dầu"), ("price", "200000")):
        cell(page, 0, field).fill(text)
    page.get_by_role("button", name="Thêm dòng").click()
    choose(page, 1, "product", "Dầu máy")
    cell(page, 1, "quantity").fill("4")
    expect(page.locator("[data-live=total]")).to_have_text("1.200.000 đ")
    looked_at(page)
    page.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".lines-shown").first).to_contain_text("1.000.000")

    phone = outside(link_from(page), PHONE)
    expect(phone.locator(".public-doc")).to_contain_text("30A-123.45")
    phone.locator("summary", has_text="Đồng ý và ký tên").click()
    phone.locator("#name-accept").fill("Anh Tuấn")
    draw(phone)
    looked_at(phone)
    phone.locator("form", has=phone.locator("#name-accept")).get_by_role("button", name="Đồng ý và ký tên").click()
    expect(phone.locator(".public-done")).to_contain_text("Anh Tuấn")

    page.reload()
    page.get_by_role("button", name="Lập phiếu sửa chữa").first.click()
    page.wait_for_url("**/garage/repair-orders/*")
    order = page.url.partition("#")[0]
    page.get_by_role("button", name="Xuất vật tư").click()
    expect(page.get_by_text("Đã xuất vật tư")).to_be_visible()
    page.goto(f"{order}/edit")
    page.locator("#lines-works").get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Thay má phanh"), ("price", "300000")):
        cell(page, 1, field).fill(text)
    cell(page, 1, "agreed").select_option("proposed")
    page.locator("#lines-works").get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Vệ sinh dàn lạnh"), ("price", "450000")):
        cell(page, 2, field).fill(text)
    cell(page, 2, "agreed").select_option("proposed")
    looked_at(page)
    page.locator("button[type=submit].btn-primary").click()
    expect(page.get_by_text("2 hạng mục đang chờ khách trả lời.")).to_be_visible()

    follows = outside(link_from(page), PHONE)
    asked = follows.locator(".public-choice")
    asked.filter(has_text="Thay má phanh").get_by_text("Đồng ý làm").click()
    asked.filter(has_text="Vệ sinh dàn lạnh").get_by_text("Không").click()
    follows.locator("#name-extra").fill("Anh Tuấn")
    looked_at(follows)
    follows.locator(".public-action").get_by_role("button", name="Trả lời xưởng").click()
    expect(follows.locator(".public-done")).to_contain_text("Anh Tuấn")
    expect(follows.locator(".public-doc")).to_contain_text("1.500.000 đ")
    expect(follows.locator(".public-choice")).to_have_count(0)

    page.goto(order)
    expect(page.locator("#main")).not_to_contain_text("đang chờ khách trả lời")
    assert heard.said == []
    wall = open_page(context, "/garage/workshop", size=SCREEN, dark=True)
    rail = wall.locator(".wall-rail .wall-car")
    expect(rail).to_contain_text("30A-123.45")
    expect(rail).to_contain_text("0/2")
    expect(wall.locator(".wall-bay")).to_contain_text("Trống")
    looked_at(wall)
    wall.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    looked_at(wall)
