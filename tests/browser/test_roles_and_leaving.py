"""Vai trò và nghỉ việc: an administrator says who may do what, hides a field, and lets somebody leave."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.access.models import Role, User
from core.context import CompanyInfo, Context, Grants
from core.customers.models import Customer
from core.entity import service
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looks import findings, overflow

Open = Callable[..., Page]
OWN = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "share", "transfer"), "own")})


@pytest.fixture
def role(context: Context) -> Role:
    made = service.create(context, Role, {"name": "Kinh doanh"})
    made.grants = {"*": {"see": "own", "edit": "own"}}
    context.session.commit()
    return made


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_phan_quyen_cho_vai_tro(open_page: Open, context: Context, role: Role, size: tuple[int, int]) -> None:
    page = open_page(context, f"/roles/{role.id}", size=size)
    page.get_by_role("link", name="Phân quyền").click()
    expect(page.get_by_text("Mặc định không ai được xóa hay xuất dữ liệu")).to_be_visible()
    customers = page.get_by_label("Xem: Khách hàng", exact=True)
    expect(customers).to_have_attribute("data-scope", "own")
    page.get_by_label("Xem: Cả phân hệ Khách hàng", exact=True).select_option(label="Cả cấp dưới")
    expect(customers.locator("option:checked")).to_have_text("↑ Cả cấp dưới")
    expect(customers).to_have_attribute("data-scope", "below")
    delete = page.get_by_label("Xóa: Khách hàng", exact=True)
    expect(delete.locator("option:checked")).to_have_text("↑ Không ai")
    delete.focus()
    for _step in range(4):
        page.keyboard.press("ArrowDown")
    expect(delete).to_have_value("own")
    assert not findings(page)
    assert overflow(page) == 0
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu phân quyền của “Kinh doanh”")).to_be_visible()
    context.session.refresh(role)
    assert role.grants["core.*"] == {"see": "below"}
    assert role.grants["core.customer"] == {"delete": "own"}


def test_an_truong_khoi_vai_tro(
    open_page: Open, context: Context, make_context: Callable[..., Context], company: CompanyInfo, role: Role
) -> None:
    page = open_page(context, f"/roles/{role.id}/permissions")
    page.get_by_role("row", name="Khách hàng", exact=False).get_by_role("link", name="Trường").first.click()
    page.get_by_role("group", name="Doanh thu").get_by_text("Ẩn").click()
    assert not findings(page)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("link", name="Trường 1")).to_be_visible()
    colleague = make_context(company, grants=OWN, name="Lê Chi")
    made = service.create(colleague, Customer, {"name": "Công ty Mơ", "revenue": Decimal(987_654)})
    pair = {"tenant_id": context.tenant, "right_id": role.id}
    colleague.session.execute(
        sa.insert(User.__links__["roles"]).values(left_id=colleague.user and colleague.user.id, **pair)
    )
    colleague.grants = Grants()
    colleague.session.commit()
    theirs = open_page(colleague, f"/customers/{made.id}")
    expect(theirs.get_by_role("heading", name="Công ty Mơ")).to_be_visible()
    assert "987" not in theirs.content()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_nhan_vien_nghi_viec(
    open_page: Open,
    context: Context,
    make_context: Callable[..., Context],
    company: CompanyInfo,
    size: tuple[int, int],
) -> None:
    gone, binh = (make_context(company, grants=OWN, name=name) for name in ("Trần Nghỉ", "Phạm Bình"))
    for number in range(3):
        service.create(gone, Customer, {"name": f"Khách {number}"})
    gone.session.commit()
    assert gone.user is not None and binh.user is not None  # noqa: PT018 # for the types
    page = open_page(context, f"/users/{gone.user.id}", size=size)
    page.get_by_role("link", name="Bàn giao và khóa tài khoản").click()
    expect(page.get_by_role("listitem").filter(has_text="Khách hàng").get_by_text("3", exact=True)).to_be_visible()
    page.get_by_role("button", name="Bàn giao và khóa tài khoản").click()
    expect(page.get_by_text("Chọn người nhận")).to_be_visible()
    assert not findings(page)
    assert overflow(page) == 0
    page.get_by_label("Phạm Bình").check()
    page.get_by_role("button", name="Copy", exact=True).click()
    along = page.get_by_role("group", name="Chuyển kèm theo: Khách hàng")
    along.get_by_label("Chuyển cả liên hệ và tài khoản ngân hàng").check()
    page.get_by_role("button", name="Bàn giao và khóa tài khoản").click()
    expect(page.get_by_text("Đã khóa tài khoản Trần Nghỉ và bàn giao toàn bộ dữ liệu.")).to_be_visible()
    owners = sa.select(Customer.__table__.c.owner_id).where(Customer.tenant_id == context.tenant)
    assert set(context.session.connection().execute(owners).scalars()) == {binh.user.id}
    page.goto(f"/users/{gone.user.id}")
    page.get_by_role("button", name="Mở lại tài khoản").click()
    expect(page.get_by_text("Vai trò và phòng ban không tự khôi phục")).to_be_visible()
