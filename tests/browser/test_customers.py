"""The manual's articles on sorting customers (V-9), moving them between groups (V-11) and types (V-14), as its readers would."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Customer, CustomerGroup, CustomerType
from core.entity import service
from tests.browser.looks import findings, overflow

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
Make = Callable[..., Page]


@pytest.fixture
def regions(context: Context) -> dict[str, Any]:
    """The type of the manual's example with its groups, and another one."""
    found: dict[str, Any] = {}
    for kind, groups in {"Vùng miền": ("Miền Bắc", "Miền Nam"), "Độ tuổi": ("20-30 tuổi",)}.items():
        made = service.create(context, CustomerType, {"name": kind})
        found[kind] = made.id
        for name in groups:
            found[name] = service.create(context, CustomerGroup, {"name": name, "type": made.id}).id
    context.session.commit()
    return found


def customers(context: Context, groups: dict[str, list[Any]]) -> None:
    for name in reversed(groups):
        service.create(context, Customer, {"name": name, "groups": groups[name]})
    context.session.commit()


def groups_of(context: Context, name: str) -> set[str]:
    context.session.rollback()
    customer = context.session.scalar(
        sa.select(Customer).where(Customer.tenant_id == context.tenant, Customer.name == name)
    )
    assert customer is not None
    return {one.name for one in customer.groups}


def names(context: Context, model: type[Customer | CustomerType]) -> set[str]:
    context.session.rollback()
    table = model.__table__
    living = sa.select(table.c.name).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    return set(context.session.scalars(living))


def move(page: Page, option: str, group: str, *ticked: str) -> None:
    """Bước 2 và 3: tích chọn khách hàng, Chuyển nhóm khách hàng, chọn Tùy chọn và nhóm."""
    for name in ticked:
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("toolbar").get_by_role("button", name="Chuyển nhóm khách hàng").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(option, exact=True).click()
    dialog.get_by_text(group, exact=True).click()
    dialog.get_by_role("button", name="Cập nhật").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts .toast").first).to_be_visible()


@SIZES
def test_v11_move_add_and_remove_groups(
    open_page: Make, context: Context, regions: dict[str, Any], size: tuple[int, int]
) -> None:
    customers(context, {"Khách hàng 1": [regions["Miền Nam"]], "Khách hàng 2": [regions["Miền Nam"]]})
    page = open_page(context, "/customers", size=size)
    move(page, "Chuyển nhóm", "Miền Bắc", "Khách hàng 1", "Khách hàng 2")
    assert groups_of(context, "Khách hàng 1") == groups_of(context, "Khách hàng 2") == {"Miền Bắc"}

    move(page, "Thêm nhóm", "20-30 tuổi", "Khách hàng 1")
    assert groups_of(context, "Khách hàng 1") == {"Miền Bắc", "20-30 tuổi"}
    assert groups_of(context, "Khách hàng 2") == {"Miền Bắc"}

    move(page, "Bỏ nhóm", "Miền Bắc", "Khách hàng 1")
    assert groups_of(context, "Khách hàng 1") == {"20-30 tuổi"}

    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác")).to_be_visible()
    assert groups_of(context, "Khách hàng 1") == {"Miền Bắc", "20-30 tuổi"}


def remove(page: Page, answer: str) -> None:
    """Từ bánh răng cài đặt: danh sách Loại khách hàng, Sửa, Xóa, rồi trả lời trong Pop-up Xác nhận xóa."""
    page.get_by_role("link", name="Loại khách hàng").first.click()
    page.get_by_role("link", name="Vùng miền", exact=True).first.click()
    page.get_by_role("link", name="Sửa", exact=True).first.click()
    page.get_by_role("button", name="Xóa", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Xác nhận xóa")).to_be_visible()
    assert not findings(page)
    dialog.get_by_role("button", name=answer, exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("thùng rác")


@SIZES
@pytest.mark.parametrize(
    ("answer", "left"), [("Xóa khách hàng", {"Chị C"}), ("Không xóa khách hàng", {"Anh A", "Anh B", "Chị C"})]
)
def test_v14_a_type_is_deleted_with_or_without_its_customers(
    open_page: Make, context: Context, regions: dict[str, Any], size: tuple[int, int], answer: str, left: set[str]
) -> None:
    customers(
        context,
        {
            "Anh A": [regions["Miền Bắc"]],
            "Anh B": [regions["Miền Nam"], regions["20-30 tuổi"]],
            "Chị C": [regions["20-30 tuổi"]],
        },
    )
    page = open_page(context, "/settings", size=size)
    remove(page, answer)
    assert names(context, CustomerType) == {"Độ tuổi"}
    assert names(context, Customer) == left
    assert groups_of(context, "Chị C") == {"20-30 tuổi"}
    if "Anh B" in left:
        assert groups_of(context, "Anh B") == {"20-30 tuổi"}


def test_v9_a_customer_is_sorted_while_it_is_made_and_changed(
    open_page: Make, context: Context, regions: dict[str, Any]
) -> None:
    page = open_page(context, "/customers", size=DESK)
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_label("Tên khách hàng").fill("Công ty Hoa Sen")
    for group in ("Miền Bắc", "20-30 tuổi"):
        page.get_by_role("combobox", name="Nhóm khách hàng").fill(group)
        page.get_by_role("option", name=group).click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Công ty Hoa Sen")).to_be_visible()
    assert groups_of(context, "Công ty Hoa Sen") == {"Miền Bắc", "20-30 tuổi"}


@SIZES
def test_cus07_mine_and_everyones(
    open_page: Make,
    context: Context,
    make_user: Callable[..., Context],
    make_context: Callable[..., Context],
    size: tuple[int, int],
) -> None:
    service.create(context, Customer, {"name": "Của tôi lập"})
    other = make_user(make_context(context.company, name="Lê Bình"))
    service.create(other, Customer, {"name": "Của Bình lập"})
    for one in (context, other):
        one.session.commit()
    page = open_page(context, "/customers?kind__eq=organisation", size=size)
    toggle = page.get_by_role("navigation", name="Của ai")
    toggle.get_by_role("link", name="Của tôi").click()
    expect(page.get_by_text("Của Bình lập")).to_have_count(0)
    expect(page.get_by_text("Của tôi lập").first).to_be_visible()
    assert "kind__eq=organisation" in page.url
    page.get_by_role("navigation", name="Của ai").get_by_role("link", name="Mọi người").click()
    expect(page.get_by_text("Của Bình lập").first).to_be_visible()
    assert overflow(page) == 0


def test_an_old_address_proposes_the_new_one(open_page: Make, context: Context) -> None:
    page = open_page(context, "/customers/new", size=DESK)
    page.get_by_label("Tên khách hàng").fill("Chị Lan")
    page.get_by_text("Địa chỉ cũ (trước 07/2025)").click()
    page.get_by_role("textbox", name="Địa chỉ cũ (trước 07/2025)").press_sequentially(
        "12 Lê Lợi, P. Bến Nghé, Q.1, TPHCM"
    )
    page.get_by_role("button", name="Phường Sài Gòn, TP. Hồ Chí Minh").click()
    page.get_by_role("button", name="Thêm số điện thoại").click()
    page.locator("input[name=phones]:not([type=hidden])").fill("028 3822 3344")
    page.locator("input[name='phones.label']").fill("Cơ quan")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("12 Lê Lợi, Phường Sài Gòn, TP. Hồ Chí Minh").first).to_be_visible()
    expect(page.get_by_text("Trước 07/2025: 12 Lê Lợi, P. Bến Nghé, Q.1, TPHCM").first).to_be_visible()
    expect(page.get_by_text("028 3822 3344").first).to_be_visible()
    assert not findings(page)


@SIZES
def test_a_contact_is_added_from_the_customers_page(open_page: Make, context: Context, size: tuple[int, int]) -> None:
    one = service.create(context, Customer, {"name": "Công ty Hoa Sen"})
    context.session.commit()
    page = open_page(context, f"/customers/{one.id}", size=size)
    page.get_by_role("link", name="Thêm mới: Liên hệ").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tên người liên hệ").fill("Lê Minh")
    dialog.get_by_label("Di động").fill("0912345678")
    assert not findings(page)
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("complementary").get_by_role("link", name="Lê Minh 0912 345 678")).to_be_visible()
    assert page.url.endswith(str(one.id))


def test_pinned_and_recent_records_stand_first_in_the_palette(open_page: Make, context: Context) -> None:
    kept = service.create(context, Customer, {"name": "Khách ghim"})
    seen = service.create(context, Customer, {"name": "Khách vừa xem"})
    context.session.commit()
    page = open_page(context, f"/customers/{kept.id}", size=DESK)
    page.get_by_role("button", name="Ghim", exact=True).click()
    expect(page.locator(".pin[aria-pressed=true]")).to_be_visible()
    page.goto(f"/customers/{seen.id}")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog")
    expect(palette.get_by_role("group", name="Đã ghim").get_by_text("Khách ghim")).to_be_visible()
    expect(palette.get_by_role("group", name="Xem gần đây").get_by_text("Khách vừa xem")).to_be_visible()
