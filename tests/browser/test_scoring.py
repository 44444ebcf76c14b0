"""Potential scores in a real browser: stars and rules are set up, points come with a reason, the list shows four stars."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.customers.models import CustomerType
from core.db.database import Database
from core.sdk import Context, Customer, CustomerGroup, create
from core.testing.automation import work_off
from plugins.sales.api import Quote
from plugins.sales.pipelines import furnish
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
MILLION = 1_000_000
Open = Callable[..., Page]


@pytest.fixture
def customers(context: Context) -> Context:
    """Two customers, one of them with a quote over eighty million."""
    furnish(context)
    kind = create(context, CustomerType, {"name": "Loại hình kinh doanh"})
    group = create(context, CustomerGroup, {"name": "Nhóm 1", "type": kind.id, "points": 20})
    lan = create(context, Customer, {"name": "Công ty Sao Mai", "groups": [group.id]})
    create(context, Customer, {"name": "Anh Nam", "groups": [group.id]})
    goods = [{"name": "Máy in", "quantity": Decimal(1), "price": Decimal(81 * MILLION)}]
    create(context, Quote, {"customer": lan.id, "goods": goods})
    context.session.commit()
    return context


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)])
def test_scores_are_set_up_explained_and_filtered_by(
    open_page: Open, customers: Context, database: Database, tmp_path: Path, size: tuple[int, int], *, dark: bool
) -> None:
    page = open_page(customers, "/customers", size=size, dark=dark)
    heard, phone = Listener(page), size == PHONE

    def good() -> None:
        assert (findings(page), overflow(page)) == ([], 0)

    # V-7 §1: the points of each star.
    page.get_by_role("button", name="Thao tác khác").first.click()
    page.get_by_role("link", name="Thiết lập xếp hạng tiềm năng").click()
    good()
    page.get_by_label("2 sao").fill("10")
    page.get_by_role("button", name="Cập nhật").click()
    expect(page.locator("main")).to_contain_text("Mức sao sau phải cần nhiều điểm hơn mức trước")
    good()
    for number, points in enumerate((10, 20, 30, 55, 90), 1):
        page.get_by_label(f"{number} sao").fill(str(points))
    page.get_by_role("button", name="Cập nhật").click()
    expect(page.locator(".toast")).to_contain_text("Đã cập nhật xếp hạng tiềm năng")
    # V-7 §2.2: a quote over eighty million gives thirty points, each quote five, each stage its own.
    page.get_by_role("link", name="Cài đặt điểm tiềm năng").click()
    good()
    value = page.locator("#rules-quote_value")
    value.get_by_role("button", name="Thêm thiết lập").click()
    value.get_by_label("Giá trị từ").fill("80000000")
    value.get_by_label("Số điểm").fill("30")
    page.locator("#rules-quote_count").get_by_label("Mỗi báo giá").fill("năm")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#rules-quote_count")).to_contain_text("Nhập số điểm nguyên")
    page.locator("#rules-quote_count").get_by_label("Mỗi báo giá").fill("5")
    expect(page.locator("#rules-opportunity_stage")).to_contain_text("Tìm hiểu nhu cầu")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#scoring-progress")).to_contain_text("Đang tính lại điểm")
    good()
    work_off(customers, database, tmp_path)
    expect(page.locator("#scoring-progress")).to_contain_text("Đã tính lại điểm")
    expect(value.get_by_label("Giá trị từ")).to_have_value("80.000.000")
    # Why this score.
    page.goto("/customers?q=sao mai")
    page.get_by_role("link", name="Công ty Sao Mai").first.click()
    card = page.locator("aside .card", has_text="Điểm tiềm năng")
    expect(card).to_contain_text("55 ★★★★☆")
    expect(card).to_contain_text("+30")
    good()
    card.get_by_role("link", name="Xem tất cả").click()
    table = page.locator("main table")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table).to_contain_text("Nhóm 1")
    expect(table).to_contain_text("từ 80.000.000 đ")
    expect(table.get_by_role("link", name="BG-").first).to_be_visible()
    good()
    # V-8: only those of four stars.
    page.goto("/customers")
    if phone:
        page.get_by_role("button", name="Lọc").click()
        page.locator("#add-filter").get_by_role("button", name="Xếp hạng tiềm năng").click()
        page.locator("#add-filter").get_by_label("★★★★☆").check()
        page.locator("#add-filter").get_by_role("button", name="Áp dụng").first.locator("visible=true").click()
    else:
        page.get_by_role("button", name="Xếp hạng tiềm năng").click()
        page.locator("#narrow-stars").get_by_role("link", name="★★★★☆").click()
    expect(page.locator(".chips")).to_contain_text("Xếp hạng tiềm năng: ★★★★☆")
    expect(page.locator("#list")).to_contain_text("Công ty Sao Mai")
    expect(page.locator("#list")).not_to_contain_text("Anh Nam")
    page.mouse.move(0, 0)
    good()
    assert heard.said == []
