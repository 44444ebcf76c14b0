"""Tiers in a real browser: set up, asked about goods, reached by a contract, and what customers' lists are narrowed by."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.db.database import Database
from core.jobs.drain import Drain
from core.sdk import Context, Customer, Tier, create
from core.testing.automation import have_modules
from plugins.catalog.models import Product
from plugins.loyalty.models import PointEntry
from plugins.loyalty.policy import policy_of
from plugins.sales.documents import Contract, ContractStatus, Order
from plugins.sales.pipelines import furnish
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def company(context: Context, database: Database) -> Context:
    """With two customers, one of silver, and something to sell."""
    furnish(context)
    silver = create(context, Tier, {"name": "Bạc", "rank": 1})
    create(context, Customer, {"name": "Công ty Sao Mai"})
    create(context, Customer, {"name": "Anh Nam", "tier": silver.id})
    create(context, Product, {"name": "Giấy A4", "code": "A4", "price": Decimal(100_000)})
    policy_of(context)
    have_modules(context, database)
    context.session.commit()
    return context


def customer(context: Context, name: str) -> Customer:
    return context.session.scalars(
        sa.select(Customer).where(Customer.tenant_id == context.tenant, Customer.name == name)
    ).one()


def sign_contract(context: Context, million: int) -> None:
    """A contract of Sao Mai that counts as debt."""
    mine = (ContractStatus.tenant_id == context.tenant, ContractStatus.counts)
    goods = [{"name": "Máy in", "price": Decimal(million * 1_000_000)}]
    status = context.session.scalars(sa.select(ContractStatus.id).where(*mine).limit(1)).one()
    values = {"customer": customer(context, "Công ty Sao Mai").id, "status": status, "starts_on": context.today()}
    create(context, Contract, {**values, "goods": goods})
    context.session.commit()


def narrow_down(page: Page, tier: str, inside: str, outside: str) -> None:
    """V-13: one tier, or every tier."""
    page.goto("/customers")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Cấp độ", exact=True).click()
    page.locator("#narrow-tier").get_by_role("link", name=tier).click()
    expect(page.locator("#list")).to_contain_text(inside)
    expect(page.locator("#list")).not_to_contain_text(outside)
    page.get_by_role("button", name="Cấp độ", exact=True).click()
    page.locator("#narrow-tier").get_by_role("link", name="Cấp độ").click()
    expect(page.locator("#list")).to_contain_text(outside)
    expect(page.locator("#list")).to_contain_text(inside)


def test_tiers_are_set_up_and_a_contract_moves_its_customer(
    open_page: Open, company: Context, database: Database
) -> None:
    page = open_page(company, "/settings", size=DESK)
    heard, dialog, main = Listener(page), page.locator("#dialog"), page.locator("main")
    page.get_by_role("link", name="Phân cấp khách hàng").click()
    page.get_by_role("button", name="Sửa loại phân cấp").click()
    dialog.get_by_label("Thanh toán", exact=True).check()
    dialog.get_by_role("button", name="Lưu").click()
    expect(main.locator("dl")).to_contain_text("Thanh toán")
    page.get_by_role("button", name="Sửa loại phân cấp").click()
    dialog.get_by_label("Doanh thu", exact=True).check()
    assert findings(page) == []
    dialog.get_by_role("button", name="Lưu").click()
    expect(main.locator("dl")).to_contain_text("Doanh thu")
    page.get_by_role("switch", name="Tự động cập nhật phân cấp").click()
    expect(main.locator("dl")).to_contain_text("Đang bật")
    main.get_by_role("button", name="Thêm mới", exact=True).click()
    dialog.get_by_label("Cấp độ").fill("Vàng")
    dialog.get_by_label("Số lượng hợp đồng").fill("3")
    dialog.get_by_label("Mốc tiền").fill("50000000")
    dialog.get_by_label("Chiết khấu (%)").fill("101")
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog.locator(".form-error")).to_contain_text("100")
    dialog.get_by_label("Chiết khấu (%)").fill("10")
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog).to_contain_text("Nhập một trong hai tiêu chí")
    dialog.get_by_label("Số lượng hợp đồng").fill("")
    assert findings(page) == []
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog.get_by_role("button", name="Không cập nhật hàng hóa")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_role("button", name="Cập nhật cho toàn bộ hàng hóa").click()
    expect(main.locator("table")).to_contain_text("50.000.000 đ")
    expect(main.locator("table")).to_contain_text("10%")
    assert findings(page) == []
    sign_contract(company, 60)
    while Drain(database, company.hooks).company(company.tenant):
        pass
    narrow_down(page, "Vàng", "Công ty Sao Mai", "Anh Nam")
    page.goto(f"/customers/{customer(company, 'Công ty Sao Mai').id}")
    page.get_by_role("button", name="Cấp độ đã đạt").click()
    expect(dialog).to_contain_text("doanh thu 60.000.000 đ, 1 hợp đồng")
    assert findings(page) == []
    assert heard.said == []


def test_on_a_telephone_a_tier_is_edited_and_deleted_and_an_order_is_paid_by_points(
    open_page: Open, company: Context
) -> None:
    page = open_page(company, "/loyalty/tiers", size=PHONE, dark=True)
    heard, dialog, main = Listener(page), page.locator("#dialog"), page.locator("main")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Thiết lập điểm tích lũy").click()
    dialog.get_by_role("switch").check()
    dialog.get_by_label("Giá trị một điểm").fill("2000")
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.get_by_role("button", name="Lưu").click()
    expect(main.locator("dl")).to_contain_text("mỗi điểm trị giá 2.000 đ")
    page.get_by_role("button", name="Sửa Bạc").click()
    dialog.get_by_label("Mốc tiền").fill("20000000")
    dialog.get_by_label("Chiết khấu (%)").fill("3")
    dialog.get_by_role("button", name="Cập nhật", exact=True).click()
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.get_by_role("button", name="Không cập nhật hàng hóa").click()
    expect(main.locator("table")).to_contain_text("3%")
    assert overflow(page) == 0
    narrow_down(page, "Bạc", "Anh Nam", "Công ty Sao Mai")
    nam = customer(company, "Anh Nam")
    create(company, PointEntry, {"customer": nam.id, "points": 50, "reason": "Tri ân khách hàng"})
    order = create(company, Order, {"customer": nam.id, "goods": [{"name": "Giấy", "price": Decimal(500_000)}]})
    company.session.commit()
    page.goto(f"/sales/orders/{order.id}")
    page.get_by_role("button", name="Dùng điểm").click()
    dialog.get_by_label("Số điểm muốn dùng").fill("60")
    dialog.get_by_role("button", name="Dùng điểm").click()
    expect(dialog).to_contain_text("chỉ còn 50 điểm")
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.get_by_label("Số điểm muốn dùng").fill("40")
    dialog.get_by_role("button", name="Dùng điểm").click()
    expect(main).to_contain_text("420.000 đ")
    page.goto(f"/customers/{nam.id}")
    page.get_by_role("button", name="10 điểm").click()
    expect(dialog).to_contain_text("Tri ân khách hàng")
    assert (findings(page), overflow(page)) == ([], 0)
    page.goto("/loyalty/tiers")
    page.get_by_role("button", name="Sửa Bạc").click()
    dialog.get_by_role("button", name="Xóa").click()
    expect(dialog).to_contain_text("1 khách hàng đang ở cấp độ này")
    dialog.get_by_role("button", name="Xác nhận xóa").click()
    expect(main).to_contain_text("Chưa có cấp độ nào")
    assert heard.said == []
