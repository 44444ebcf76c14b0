"""The manual's articles on opportunities, each walked through by the labels it names: looking up goods (V-1), exporting
transactions and opportunities (V-2, V-4), searching (V-3), why they fail (V-5), adding, changing and deleting (V-6)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from core.activities.models import Transaction, TransactionType
from core.db.base import now
from core.sdk import Context, Customer, create
from plugins.catalog.api import Product
from plugins.sales.models import LossReason, Opportunity, Stage
from plugins.sales.pipelines import add_preset, furnish
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
Open = Callable[..., Page]


@pytest.fixture
def firm(context: Context) -> Context:
    """A company that sells by the stages of the manual, with two customers, a product and three opportunities."""
    pipeline = add_preset(context, "interest")
    furnish(context)
    stages = {one.name: one.id for one in context.session.query(Stage).filter_by(pipeline_id=pipeline.id)}
    mai, dong = (create(context, Customer, {"name": name}).id for name in ("Công ty Sao Mai", "Nhà hàng Đông Đô"))
    printer = create(context, Product, {"name": "Máy in đa năng", "code": "MI-90", "price": Decimal(3_000_000)})
    today = context.today()
    rows: list[dict[str, Any]] = [
        {"name": "Trang bị máy in", "customer": mai, "stage": "Quan tâm", "goods": [{"product": printer.id}]},
        {"name": "Thuê máy photocopy", "customer": dong, "stage": "Đàm phán", "begins_on": today - timedelta(days=400)},
        {"name": "Phần mềm bán hàng", "customer": dong, "stage": "Thành công", "amount": Decimal(9_000_000)},
    ]
    for row in rows:
        create(context, Opportunity, {"expected_on": today, **row, "stage": stages[row["stage"]]})
    context.session.commit()
    return context


def choose(scope: Page | Locator, label: str, text: str) -> None:
    """Pick a record of those that are offered."""
    page = scope if isinstance(scope, Page) else scope.page
    scope.locator(".form-field", has_text=label).locator(".ts-control").first.click()
    page.locator(".ts-dropdown .option[data-selectable]", has_text=text).first.click()


def saved(page: Page, press: Callable[[], None], folder: Path) -> list[list[Any]]:
    """The rows of the workbook that the browser saves."""
    with page.expect_download() as download:
        press()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    sheet: Any = openpyxl.load_workbook(path).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@SIZES
def test_v1_goods_are_looked_up_in_opportunities(open_page: Open, firm: Context, size: tuple[int, int]) -> None:
    page = open_page(firm, "/sales/opportunities", size=size, dark=size == PHONE)
    heard = Listener(page)
    page.get_by_role("link", name="Tra cứu").first.click()
    expect(page.get_by_role("heading", name="Tra cứu hàng hóa trong cơ hội")).to_be_visible()
    page.get_by_label("Mã HH").fill("mi-90")
    page.get_by_label("Tên hàng hóa").fill("may in")
    page.get_by_label("Khách hàng", exact=True).fill("sao mai")
    page.get_by_label("Ngày bắt đầu, từ ngày").fill(firm.today().isoformat())
    page.get_by_label("Ngày bắt đầu, tới ngày").fill(firm.today().isoformat())
    page.locator("main").get_by_role("button", name="Tìm kiếm").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("3.000.000 đ")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_label("Khách hàng", exact=True).fill("đông")
    page.locator("main").get_by_role("button", name="Tìm kiếm").click()
    expect(page.locator("main")).to_contain_text("Không tìm thấy hàng hóa")
    page.get_by_role("link", name="Mặc định").click()
    expect(page.get_by_label("Mã HH")).to_have_value("")
    row.get_by_role("link", name="Trang bị máy in").click()
    expect(page.get_by_role("heading", name="Trang bị máy in")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Bỏ qua").click()
    expect(page.get_by_role("heading", name="Cơ hội", level=1)).to_be_visible()
    assert heard.said == []


@SIZES
def test_v2_transactions_are_exported_all_or_some(
    open_page: Open, context: Context, size: tuple[int, int], tmp_path: Path
) -> None:
    kind = create(context, TransactionType, {"name": "Gửi báo giá"})
    for name in ("Giao dịch một", "Giao dịch hai", "Giao dịch ba"):
        create(context, Transaction, {"name": name, "type": kind.id, "starts": now(), "ends": now()})
    context.session.commit()
    page = open_page(context, "/transactions", size=size)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xuất khẩu", exact=True).click()
    dialog = page.locator("#dialog")
    rows = saved(page, dialog.get_by_role("button", name="Xuất khẩu").click, tmp_path)
    assert {row[0] for row in rows[1:]} == {"Giao dịch một", "Giao dịch hai", "Giao dịch ba"}
    page.get_by_role("checkbox", name="Giao dịch hai", exact=True).check()
    page.get_by_role("toolbar").get_by_role("button", name="Xuất khẩu giao dịch").click()
    rows = saved(page, dialog.get_by_role("button", name="Xuất khẩu").click, tmp_path)
    assert [row[0] for row in rows[1:]] == ["Giao dịch hai"]


def condition(page: Page, field: str) -> Locator:
    """The part of the filter in which one says what a field shall be."""
    page.get_by_role("button", name="Lọc", exact=True).click()
    panel = page.locator("#add-filter")
    panel.get_by_role("button", name=field, exact=True).click()
    return panel.locator("[data-step]:visible")


def apply(page: Page, part: Locator, chip: str) -> None:
    """Press the last of its buttons, and see the condition above the list."""
    part.get_by_role("button", name="Áp dụng").click()
    expect(page.locator(".filter-chip", has_text=chip)).to_be_visible()


@SIZES
def test_v3_opportunities_are_searched_and_v4_what_is_found_is_exported(
    open_page: Open, firm: Context, size: tuple[int, int], tmp_path: Path
) -> None:
    page = open_page(firm, "/sales/opportunities", size=size)
    heard, found = Listener(page), page.locator("#rows tr")
    expect(found).to_have_count(3)
    page.get_by_role("link", name="Theo dõi", exact=True).click()
    expect(found).to_have_count(2)
    expect(page.locator("#rows")).not_to_contain_text("Phần mềm bán hàng")
    condition(page, "Ngày bắt đầu").get_by_role("button", name="Năm nay").click()
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Trang bị máy in")
    page.get_by_role("link", name="Bỏ bộ lọc Ngày bắt đầu").click()
    expect(found).to_have_count(2)
    for comparison in ("từ", "đến"):
        part = condition(page, "Ngày kỳ vọng")
        part.get_by_role("combobox", name="Điều kiện").select_option(label=comparison)
        part.locator("input[type=date]").fill(firm.today().isoformat())
        apply(page, part, f"Ngày kỳ vọng {comparison}")
    part = condition(page, "Tên cơ hội")
    part.get_by_role("textbox").fill("photo")
    apply(page, part, "photo")
    for field, text in (("Khách hàng", "Nhà hàng"), ("Người tạo", firm.author), ("Giai đoạn", "Đàm")):
        part = condition(page, field)
        part.locator(".ts-control").click()
        part.get_by_role("option", name=text).first.click()
        apply(page, part, field)
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Thuê máy photocopy")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xuất khẩu", exact=True).click()
    press = page.locator("#dialog").get_by_role("button", name="Xuất khẩu").click
    assert [row[0] for row in saved(page, press, tmp_path)[1:]] == ["Thuê máy photocopy"]
    page.goto("/sales/opportunities?q=CH-")
    expect(found).to_have_count(3)
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xuất khẩu", exact=True).click()
    page.locator("#dialog").get_by_text("Tất cả").click()
    rows = saved(page, press, tmp_path)
    assert {"Số cơ hội", "Giai đoạn", "Số tiền", "Người tạo"} <= set(rows[0])
    assert len(rows) == 4
    assert heard.said == []


@SIZES
def test_v5_the_reasons_of_failed_opportunities_stand_on_the_dashboard(
    open_page: Open, firm: Context, size: tuple[int, int]
) -> None:
    create(firm, LossReason, {"name": "Giao hàng chậm"})
    firm.session.commit()
    page = open_page(firm, "/sales/opportunities?mode=board", size=size, dark=size == PHONE)
    heard, dialog = Listener(page), page.locator("#dialog")
    for name, reason in (("Trang bị máy in", "Giao hàng chậm"), ("Thuê máy photocopy", "Giá cao")):
        page.locator(".kcard", has_text=name).get_by_role("button").click()
        page.locator("#move-to button", has_text="Thất bại").click()
        expect(dialog).to_contain_text("Vì sao thất bại?")
        choose(dialog, "Lý do thất bại", reason)
        with page.expect_response(lambda answer: "mode=board" in answer.url):  # the board is drawn anew
            dialog.get_by_role("button", name="Lưu").click()
        expect(dialog).to_be_hidden()
    page.goto("/dashboards")
    card = page.locator(".dashboard-card section", has_text="Cơ hội thất bại")
    card.scroll_into_view_if_needed()
    expect(card.locator("canvas")).to_be_visible()
    card.get_by_text("Xem số liệu").click()
    expect(card.get_by_role("row", name="Giá cao")).to_contain_text("50%")
    assert (findings(page), overflow(page)) == ([], 0)
    card.get_by_role("button", name="Kỳ: Cơ hội thất bại").click()
    card.get_by_role("combobox", name="Kỳ").select_option(label="Tùy chọn ngày…")
    before = firm.today() - timedelta(days=30)
    card.locator("[name=first]").fill(before.isoformat())
    card.locator("[name=last]").fill((before + timedelta(days=1)).isoformat())
    assert findings(page) == []
    card.get_by_role("button", name="Xem", exact=True).click()
    expect(card).to_contain_text("Không có số liệu")
    card.get_by_role("button", name="Kỳ: Cơ hội thất bại").click()
    card.get_by_role("combobox", name="Kỳ").select_option(label="Tháng này")
    card.get_by_role("button", name="Xem", exact=True).click()
    card.get_by_text("Xem số liệu").click()
    card.get_by_role("row", name="Giá cao").get_by_role("link", name="1", exact=True).click()
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("Thuê máy photocopy")
    assert heard.said == []


@SIZES
def test_v6_an_opportunity_is_added_changed_and_deleted(open_page: Open, firm: Context, size: tuple[int, int]) -> None:
    page = open_page(firm, "/sales/opportunities", size=size)
    heard = Listener(page)
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    for field in ("Tên cơ hội", "Khách hàng", "Giai đoạn", "Ngày kỳ vọng"):
        expect(page.get_by_role("alert")).to_contain_text(field)
    page.get_by_label("Tên cơ hội").fill("Camera cho kho")
    choose(page, "Khách hàng", "Sao Mai")
    choose(page, "Giai đoạn", "Quan tâm")
    page.get_by_label("Ngày kỳ vọng").fill(firm.today().isoformat())
    page.get_by_role("button", name="Thêm dòng").click()
    page.locator("[data-line] [name$='.name']").first.fill("Camera")
    page.locator("[data-line] [name$='.price']").first.fill("2000000")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Camera cho kho", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("2.000.000 đ")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="Sửa", exact=True).first.click()
    page.get_by_label("Tên cơ hội").fill("Camera cho hai kho")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Camera cho hai kho", level=1)).to_be_visible()
    page.goto("/sales/opportunities?q=camera")
    page.locator("#rows").get_by_role("link", name="Camera cho hai kho").first.click()
    page.get_by_role("link", name="Sửa", exact=True).first.click()
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_visible()
    expect(page.locator("#rows")).not_to_contain_text("Camera")
    assert heard.said == []


def test_a_new_need_of_a_customer_is_added_from_their_page(open_page: Open, firm: Context) -> None:
    page = open_page(firm, "/customers?q=sao", size=PHONE)
    page.get_by_role("link", name="Công ty Sao Mai", exact=True).first.click()
    page.get_by_role("link", name="Thêm mới: Cơ hội").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Tên cơ hội").fill("Mua thêm mực in")
    choose(dialog, "Giai đoạn", "Quan tâm")
    dialog.get_by_label("Ngày kỳ vọng").fill(firm.today().isoformat())
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("main")).to_contain_text("Mua thêm mực in")
