"""A car is received on a tablet and on a telephone: found by its plate, or new with its owner; drawn on, photographed, signed for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.sdk import Context, Customer, create, get
from plugins.garage.models import Photo, Reception, Vehicle
from tests.browser.conftest import PHONE
from tests.browser.looks import findings, overflow

pytestmark = pytest.mark.browser
TABLET = (1024, 768)
RECORD = re.compile(r"/garage/receptions/[0-9a-f-]{36}$")


def stroke(page: Page, sheet: Locator) -> None:
    """Draw a line on a sheet."""
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.6, steps=5)
    page.mouse.up()


def looked_at(page: Page) -> None:
    """Nothing hangs out, and a screen reader finds its way."""
    assert overflow(page) == 0
    assert findings(page) == []


@pytest.fixture
def shop(context: Context) -> Context:
    """A workshop that knows a car."""
    owner = create(context, Customer, {"name": "Nguyễn Văn An", "mobile": "+84912345678"})
    create(context, Vehicle, {"plate": "30A-123.45", "customer": owner.id, "brand": "Toyota", "km": 40_000})
    context.session.commit()
    return context


def last(context: Context) -> Reception:
    context.session.rollback()
    newest = sa.select(Reception).where(Reception.tenant_id == context.tenant).order_by(Reception.id.desc()).limit(1)
    return context.session.scalars(newest.execution_options(populate_existing=True)).one()


def test_a_known_car_is_received_on_a_tablet(open_page: Callable[..., Page], shop: Context, tmp_path: Path) -> None:
    page = open_page(shop, "/garage/receive", size=TABLET)
    page.get_by_label("Biển số, số điện thoại hoặc tên").press_sequentially("30a1234")
    page.get_by_role("link", name="Tiếp nhận xe này").click()
    page.get_by_label("Số km", exact=True).fill("39000")
    stroke(page, page.locator("#field-damage canvas"))
    looked_at(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Xe đã chạy 40.000 km")
    page.get_by_label("Số km", exact=True).fill("41500")
    expect(page.locator("#field-damage img")).to_have_attribute("src", re.compile("^/files/"))
    stroke(page, page.locator("#field-damage canvas"))
    page.get_by_role("button", name="Vẽ lại").first.click()
    expect(page.locator("#field-damage img")).to_have_attribute("src", "/garage/car.svg")
    stroke(page, page.locator("#field-damage canvas"))
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(RECORD)
    expect(page.locator("#row-damage img")).to_be_visible()
    assert last(shop).km == 41_500
    page.get_by_role("button", name="Khách ký").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog.get_by_role("alert")).to_have_text("Chưa có chữ ký.")
    stroke(page, dialog.locator("canvas"))
    looked_at(page)
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("#row-signature img")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Ảnh xe").first.click()
    for place, color in enumerate(("red", "blue")):
        Image.new("RGB", (400, 300), color).save(tmp_path / f"{place}.jpg")
    page.locator("input[name=pictures]").nth(1).set_input_files([tmp_path / "0.jpg", tmp_path / "1.jpg"])
    expect(page.locator(".gallery figure")).to_have_count(2)
    looked_at(page)
    kept = sa.select(Photo.reception_id).where(Photo.tenant_id == shop.tenant)
    assert set(shop.session.scalars(kept)) == {last(shop).id}


def test_a_new_car_comes_with_its_owner_on_a_telephone(open_page: Callable[..., Page], shop: Context) -> None:
    page = open_page(shop, "/garage/receive", size=PHONE, dark=True)
    page.get_by_label("Biển số, số điện thoại hoặc tên").fill("51k 67890")
    page.get_by_label("Họ tên").fill("Nguyễn Văn An")
    page.get_by_label("Điện thoại", exact=True).fill("0912 345 678")
    looked_at(page)
    page.get_by_role("button", name="Lưu và tiếp nhận").click()
    expect(page.get_by_label("Nguyễn Văn An")).to_be_checked()
    looked_at(page)
    page.get_by_role("button", name="Lưu và tiếp nhận").click()
    page.wait_for_url(re.compile("/garage/receptions/new"))
    expect(page.locator("#field-vehicle")).to_contain_text("51K-678.90")
    stroke(page, page.locator("#field-signature canvas"))
    looked_at(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(RECORD)
    expect(page.locator("#row-signature img")).to_be_visible()
    made = last(shop)
    car = get(shop, Vehicle, made.vehicle_id)
    assert (car.plate, car.customer.name) == ("51K-678.90", "Nguyễn Văn An")
