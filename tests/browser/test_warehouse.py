"""A warehouse's day in a real browser: goods scanned onto a slip and approved, counted with a telephone, read in figures."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.db.database import Database
from core.sdk import Context, create
from core.testing.automation import work_off
from plugins.catalog.api import Product
from plugins.warehouse.beginning import furnish
from plugins.warehouse.counting import Stocktake
from plugins.warehouse.slips import GoodsReceipt
from plugins.warehouse.stocks import default_warehouse
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]
CODE = "8931234567897"
CAMERA = """
const widths = { L: ["0001101", "0011001", "0010011", "0111101", "0100011",
  "0110001","0101111","0111011","0110111","0001011"] };
const flip = (bits) => [...bits].map((bit) => 1 - bit).join("");
const sides = ["LLLLLL", "LLGLGG","LLGGLG","LLGGGL","LGLLGG","LGGLLG","LGGGLL","LGLGLG","LGLGGL","LGGLGL"];
function bars(code) {
  const digits = [...code].map(Number), by = sides[digits[0]];
  const left = digits.slice(1, 7).map((digit, at) => by[at] === "L" ? widths.L[digit] : [...flip(widths.L[digit])].reverse().join(""));
  return "101" + left.join("") + "01010" + digits.slice(7).map((digit) => flip(widths.L[digit])).join("") + "101";
}
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas"), drawing = canvas.getContext("2d");
  [canvas.width, canvas.height] = [640, 360];
  setInterval(() => {
    drawing.fillStyle = "#fff"; drawing.fillRect(0, 0, 640, 360); drawing.fillStyle = "#000";
    [...bars("8931234567897")].forEach((bit, at) => bit === "1" && drawing.fillRect(130 + at * 4, 80, 4, 200));
  }, 100);
  return canvas.captureStream(10);
};
"""
"""A camera that sees one barcode."""
CUT_OFF = """() => [...document.querySelectorAll(".segment, main .tabs")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
"""What somebody chooses from of which some is beyond the edge."""


@pytest.fixture
def shop(context: Context) -> dict[str, Any]:
    """A warehouse, something to keep in it, and a supply of it."""
    furnish(context)
    filter_ = create(context, Product, {"name": "Lọc gió Vios", "code": "LG-VIOS", "barcode": CODE})
    oil = create(context, Product, {"name": "Dầu máy 5W-30", "code": "DAU-5W30"})
    goods = [{"product": oil.id, "quantity": Decimal(10), "price": Decimal(100_000)}]
    warehouse = default_warehouse(context)
    create(context, GoodsReceipt, {"warehouse": warehouse, "state": "approved", "goods": goods})
    stocktake = create(context, Stocktake, {"warehouse": warehouse})
    context.session.commit()
    return {"filter": filter_, "oil": oil, "stocktake": stocktake}


def test_goods_are_scanned_onto_a_slip_approved_and_printed(
    open_page: Open, context: Context, shop: dict[str, Any]
) -> None:
    page = open_page(context, "/warehouse/goods-receipts/new", size=DESK)
    heard = Listener(page)
    page.locator("#field-warehouse .ts-control").click()
    page.locator(".ts-dropdown [data-selectable]", has_text="Kho chính").first.click()
    box = page.locator("[data-line-scan]")
    for code in (CODE, CODE, "DAU-5W30"):
        box.fill(code)
        box.press("Enter")
        expect(box).to_have_value("")
        page.locator(".toast", has_text="Lọc gió" if code == CODE else "Dầu máy").last.wait_for()
    expect(page.locator("[name$='.quantity']").first).to_have_value("2")
    expect(page.locator("tr[data-line]")).to_have_count(2)
    box.fill("không có")
    box.press("Enter")
    expect(page.locator(".toast", has_text="Không tìm thấy")).to_be_visible()
    page.locator("[name$='.price']").first.fill("50000")
    assert findings(page) == []
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.locator("#record-head")).to_contain_text("Đã duyệt")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="In", exact=True).click()
    expect(page.locator(".sheet-of-paper").first).to_be_visible()
    for path, words in (
        (f"/warehouse/card?product={shop['filter'].id}", "100.000 đ"),
        ("/warehouse/balance", "Tồn cuối kỳ"),
        ("/warehouse/balance?by=warehouse", "Kho chính"),
        ("/warehouse/valuation", "1.100.000 đ"),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(words)
        assert (findings(page), overflow(page)) == ([], 0), path
    assert heard.said == []


def test_the_stock_is_counted_with_the_camera_of_a_telephone(
    open_page: Open, context: Context, shop: dict[str, Any], database: Database, tmp_path: Path
) -> None:
    number = f"/warehouse/stocktakes/{shop['stocktake'].id}"
    page = open_page(context, number, size=PHONE, dark=True)
    heard = Listener(page)
    page.add_init_script(CAMERA)
    page.get_by_role("button", name="Lấy danh sách tồn").click()
    page.get_by_role("dialog").get_by_role("button", name="Lấy danh sách", exact=True).click()
    page.get_by_text("Danh sách kiểm kê có 1 dòng").wait_for()
    page.goto(f"/warehouse/stocktake/{shop['stocktake'].id}/count")
    row = page.locator(".count-row", has_text="Dầu máy")
    for _press in range(4):
        row.get_by_role("button", name="Thêm một").click()
    expect(row.get_by_role("textbox")).to_have_value("4")
    expect(row).to_contain_text("-6")
    so_far = page.locator("#count-progress")
    expect(so_far).to_contain_text("1/1 dòng")
    expect(so_far).to_contain_text("1 dòng thiếu")
    row.get_by_role("textbox").fill("9")
    row.get_by_role("textbox").press("Enter")
    expect(row).to_contain_text("-1")
    expect(row.get_by_role("textbox")).to_have_value("9")
    page.get_by_role("button", name="Quét bằng camera").click()
    expect(page.locator(".count-row.fresh")).to_contain_text("Lọc gió Vios")  # it was on no list
    expect(page.locator(".scanner [role=status]")).to_have_text(CODE)
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Quét bằng camera").click()
    expect(page.locator(".scanner")).to_be_hidden()
    page.goto(number)
    page.get_by_role("button", name="Duyệt", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.locator("main")).to_contain_text("2 dòng chênh lệch chưa điều chỉnh")
    work_off(context, database, tmp_path)
    page.reload()
    expect(page.locator("main")).not_to_contain_text("chênh lệch chưa điều chỉnh")
    page.goto(f"/warehouse/card?product={shop['filter'].id}")
    expect(page.locator("main")).to_contain_text("KK-")
    assert (findings(page), overflow(page)) == ([], 0)
    page.goto("/warehouse/balance")
    expect(page.locator("main")).to_contain_text("Nhập trong kỳ: ")
    expect(page.locator("main")).to_contain_text("Giá trị nhập: ")
    assert page.evaluate(CUT_OFF) == []
    page.goto("/warehouse/goods-receipts/new")
    assert page.evaluate(CUT_OFF) == []
    page.set_viewport_size({"width": 1024, "height": 768})
    assert (page.evaluate(CUT_OFF), overflow(page)) == ([], 0)
    assert heard.said == []
