"""What a company owes the people it knows, walked through as its administrator does."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.privacy import purposes
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looks import findings, overflow

NAME = "Bà Nguyễn Thị Bảy"


@pytest.fixture
def bay(context: Context) -> Customer:
    """A person, in a company that knows what it asks people for."""
    purposes.furnish(context)
    values = {"name": NAME, "kind": "individual", "mobile": "+84912345678", "birthday": date(1985, 2, 3)}
    made = service.create(context, Customer, values)
    service.update(context, made, {"sector": "Thủy sản"})
    service.update(context, made, {"sector": "Chè"})
    context.session.commit()
    return made


def test_consent_is_written_down_and_withdrawn(open_page: Callable[..., Page], context: Context, bay: Customer) -> None:
    page = open_page(context, f"/customers/{bay.id}")
    page.locator("#consents summary").first.click()
    expect(page.locator("#consents")).to_contain_text("chưa đồng ý điều gì")
    page.get_by_role("button", name="Ghi nhận sự đồng ý").click()
    dialog = page.locator("#dialog-body")
    expect(dialog.locator("input[type=checkbox]:checked")).to_have_count(0)  # the law: nothing beforehand
    dialog.get_by_role("button", name="Lưu").click()
    expect(dialog).to_contain_text("Chọn mục đích mà khách đồng ý.")
    dialog.get_by_label("Tiếp thị").check()
    dialog.get_by_label("Zalo").check()
    dialog.get_by_label("Cách lấy sự đồng ý").select_option("paper")
    dialog.get_by_label("Bằng chứng").fill("Phiếu số 7")
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("#consents")).to_contain_text("Tiếp thị · Zalo")
    page.locator("#consents .withdraw summary").click()
    page.locator("#consents .withdraw input").fill("Gọi tổng đài")
    page.locator("#consents .withdraw button").click()
    expect(page.locator("#consents .ended")).to_contain_text("Gọi tổng đài")


def test_an_old_value_comes_back_from_the_timeline(
    open_page: Callable[..., Page], context: Context, bay: Customer
) -> None:
    page = open_page(context, f"/customers/{bay.id}")
    page.get_by_role("button", name="Khôi phục: Ngành nghề = Thủy sản").click()
    expect(page.locator("body")).to_contain_text("đã trở lại như cũ")
    context.session.expire_all()
    assert service.get(context, Customer, bay.id).sector == "Thủy sản"


def test_whom_nobody_may_contact_says_so_at_the_top_and_in_the_list(
    open_page: Callable[..., Page], context: Context, bay: Customer
) -> None:
    service.update(context, bay, {"do_not_contact": ["phone", "sms"]})
    context.session.commit()
    page = open_page(context, f"/customers/{bay.id}")
    expect(page.locator("#record-head")).to_contain_text("Không liên hệ: Điện thoại, SMS")
    page.goto("/customers")
    expect(page.locator("tbody")).to_contain_text("SMS")


def test_a_person_is_erased_by_typing_the_name(open_page: Callable[..., Page], context: Context, bay: Customer) -> None:
    page = open_page(context, f"/customers/{bay.id}")
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xoá dữ liệu cá nhân").click()
    dialog = page.locator("#dialog-body")
    dialog.get_by_label("Lý do").fill("Khách yêu cầu")
    dialog.get_by_label("Nhập tên để xác nhận").fill("Bà Bảy")
    dialog.get_by_role("button", name="Xoá dữ liệu cá nhân").click()
    expect(dialog).to_contain_text("Chưa đúng tên")
    dialog.get_by_label("Nhập tên để xác nhận").fill(NAME)
    dialog.get_by_role("button", name="Xoá dữ liệu cá nhân").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã xoá")
    expect(page.locator("body")).not_to_contain_text("Bảy")


def test_a_rule_of_retention_is_tried(open_page: Callable[..., Page], context: Context, bay: Customer) -> None:
    page = open_page(context, "/settings/retention")
    form = page.locator("[id='retention-core.customer']")
    form.get_by_role("button", name="Thử").click()
    expect(form).to_contain_text("áp dụng cho 0 bản ghi")
    assert bay.id


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_fit_and_can_be_read(
    open_page: Callable[..., Page], context: Context, bay: Customer, size: tuple[int, int], *, dark: bool
) -> None:
    service.update(context, bay, {"do_not_contact": ["any"]})
    service.delete(
        context, [service.create(context, Customer, {"name": "Công ty Một Tên Rất Dài Để Xem Có Vừa Không"})]
    )
    context.session.commit()
    page = open_page(context, "/settings/audit", size=size, dark=dark)
    for path in ("/settings/audit", "/settings/retention", f"/customers/{bay.id}"):
        page.goto(path)
        if path.startswith("/customers"):
            page.locator("#consents summary").first.click()
            expect(page.locator("#consents .audience-foot")).to_be_visible()
        assert overflow(page) == 0, path
        assert findings(page) == [], path
