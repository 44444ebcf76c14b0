"""Reports and dashboards (O-5, OPP-10's shape) in a browser: built, read, followed to the records, kept, pinned, drawn."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Customer, Source
from core.entity import service
from tests.browser.looks import findings, overflow

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)


def drawn(page: Page) -> None:
    """Biểu đồ đã vẽ xong."""
    expect(page.locator("[data-chart] canvas").first).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_a_report_is_built_followed_to_its_records_kept_and_pinned(
    open_page: Callable[..., Page], context: Context, size: tuple[int, int]
) -> None:
    web, fair = (service.create(context, Source, {"name": name}).id for name in ("Website", "Hội chợ"))
    for place, source in enumerate((web, web, web, fair, None)):
        kind = "individual" if place else "organisation"
        values = {"name": f"Khách {place}", "kind": kind, "source": source, "revenue": Decimal(100)}
        service.create(context, Customer, values)
    context.session.commit()
    page = open_page(context, "/reports", size=size)
    page.get_by_role("button", name="Lập báo cáo về").click()
    page.locator("#report-new").get_by_role("link", name="Khách hàng", exact=True).click()
    page.wait_for_url("**/reports/new**")  # and its scripts: what is chosen before them nobody hears
    page.get_by_label("Nhóm theo").select_option(label="Nguồn gốc")
    table = page.locator(".report-table")
    expect(table.get_by_role("row", name=re.compile("Website"))).to_contain_text("3")
    page.get_by_role("checkbox", name="Doanh thu (tổng)").check()
    expect(table.get_by_role("row", name=re.compile("Tổng cộng"))).to_contain_text("500")
    page.get_by_role("radio", name="Cột").check(force=True)
    drawn(page)
    expect(page).to_have_url(re.compile("chart=bar"))
    page.get_by_role("combobox", name="Thêm điều kiện…").select_option(label="Loại hình khách hàng")
    page.locator("[data-condition]").get_by_text("Cá nhân").click()
    expect(table.get_by_role("row", name=re.compile("Website"))).to_contain_text("2")
    assert not overflow(page)
    assert not findings(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_label("Tên").fill("Nguồn khách")
    page.locator("#dialog-body").get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name="Nguồn khách")).to_be_visible()
    drawn(page)
    page.get_by_role("button", name="Thao tác khác").click()
    page.locator("#report-menu").get_by_role("button", name="Ghim vào bảng điều khiển").click()
    page.get_by_role("button", name="Ghim", exact=True).click()
    expect(page.get_by_role("heading", name="Bảng điều khiển của tôi")).to_be_visible()
    drawn(page)
    page.get_by_text("Xem số liệu").click()
    assert not overflow(page)
    assert not findings(page)
    page.get_by_role("row", name=re.compile("Website")).get_by_role("link", name="2", exact=True).click()
    expect(page.locator("#rows tr")).to_have_count(2)
    expect(page.get_by_text("Nguồn gốc: Website")).to_be_visible()
