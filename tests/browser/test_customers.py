"""The manual's articles on sorting customers (V-9), moving them between groups (V-11), tiers (V-13) and types (V-14).

Each is walked through step by step, as its readers would, by the labels the manual names.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Customer, CustomerGroup, CustomerType, Tier
from core.entity import service
from tests.browser.looks import findings, overflow, to_customers

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
    dialog.get_by_role("group", name="Tùy chọn").get_by_text(option, exact=True).click()
    dialog.get_by_text(group, exact=True).click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Cập nhật").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts .toast").first).to_be_visible()


@SIZES
def test_v11_move_add_and_remove_groups(
    open_page: Make, context: Context, regions: dict[str, Any], size: tuple[int, int]
) -> None:
    """V-11: bước 1 đến 3, each option with the manual's own example."""
    customers(context, {"Khách hàng 1": [regions["Miền Nam"]], "Khách hàng 2": [regions["Miền Nam"]]})
    page = to_customers(open_page(context, "/", size=size))
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


def to_catalogue(page: Page, title: str) -> None:
    """Bước 1: click bánh răng cài đặt (on a phone it is among the rest of the menu), Danh mục, chọn Loại/Nhóm khách hàng."""
    rest = page.get_by_role("button", name="Khác", exact=True)
    if rest.is_visible():
        rest.click()
    page.get_by_role("link", name="Cài đặt", exact=True).locator("visible=true").click()
    catalogues = page.locator("section", has=page.get_by_role("heading", name="Danh mục", exact=True))
    catalogues.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def edit(page: Page, name: str, size: tuple[int, int]) -> None:
    """Chọn biểu tượng Sửa of the row; a phone shows rows without it, so there by the name."""
    if size == DESK:
        page.get_by_role("link", name=f"Sửa: {name}", exact=True).click()
    else:
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("link", name="Sửa", exact=True).first.click()


@SIZES
def test_v14_a_type_is_added_and_changed(open_page: Make, context: Context, size: tuple[int, int]) -> None:
    """V-14, 1 and 2: Thêm mới with its one required field and Lưu; Sửa and Cập nhật."""
    page = open_page(context, "/", size=size)
    to_catalogue(page, "Loại khách hàng")
    page.get_by_role("link", name="Thêm mới").first.click()
    expect(page.locator("[required]")).to_have_count(1)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Loại khách hàng")
    page.get_by_label("Loại khách hàng").fill("Ngành nghe")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Ngành nghe", level=1)).to_be_visible()
    to_catalogue(page, "Loại khách hàng")
    edit(page, "Ngành nghe", size)
    page.get_by_label("Loại khách hàng").fill("Ngành nghề")
    page.get_by_role("button", name="Cập nhật", exact=True).click()
    expect(page.get_by_role("heading", name="Ngành nghề", level=1)).to_be_visible()
    assert names(context, CustomerType) == {"Ngành nghề"}


@SIZES
@pytest.mark.parametrize(
    ("answer", "left"), [("Xóa khách hàng", {"Chị C"}), ("Không xóa khách hàng", {"Anh A", "Anh B", "Chị C"})]
)
def test_v14_a_type_is_deleted_with_or_without_its_customers(
    open_page: Make, context: Context, regions: dict[str, Any], size: tuple[int, int], answer: str, left: set[str]
) -> None:
    """V-14, 3: Sửa, Xóa, and both answers of the Pop-up Xác nhận xóa; either can be taken back."""
    filed = {
        "Anh A": [regions["Miền Bắc"]],
        "Anh B": [regions["Miền Nam"], regions["20-30 tuổi"]],
        "Chị C": [regions["20-30 tuổi"]],
    }
    customers(context, filed)
    page = open_page(context, "/", size=size)
    to_catalogue(page, "Loại khách hàng")
    edit(page, "Vùng miền", size)
    page.get_by_role("button", name="Xóa", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Xác nhận xóa")).to_be_visible()
    assert not findings(page)
    dialog.get_by_role("button", name=answer, exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("thùng rác")
    assert names(context, CustomerType) == {"Độ tuổi"}
    assert names(context, Customer) == left
    assert groups_of(context, "Chị C") == {"20-30 tuổi"}
    if "Anh B" in left:
        assert groups_of(context, "Anh B") == {"20-30 tuổi"}

    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("#toasts .toast").last).to_contain_text("Đã hoàn tác")
    assert names(context, CustomerType) == {"Độ tuổi", "Vùng miền"}
    assert names(context, Customer) == {"Anh A", "Anh B", "Chị C"}
    assert groups_of(context, "Anh B") == {"Miền Nam", "20-30 tuổi"}


def choose_groups(page: Page, *groups: str) -> None:
    """Chọn tick các tiêu chí Nhóm/Loại."""
    for group in groups:
        page.get_by_role("combobox", name="Nhóm khách hàng").fill(group)
        page.get_by_role("option", name=group).click()


@SIZES
def test_v9_types_and_groups_come_first(open_page: Make, context: Context, size: tuple[int, int]) -> None:
    """V-9, Tạo nhóm/loại khách hàng: from Danh mục; a group belongs to a type."""
    service.create(context, CustomerType, {"name": "Vùng miền"})
    context.session.commit()
    page = open_page(context, "/", size=size)
    to_catalogue(page, "Nhóm khách hàng")
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_label("Nhóm khách hàng", exact=False).first.fill("Miền Trung")
    page.locator("#f-type-ts-control").fill("Vùng")
    page.get_by_role("option", name="Vùng miền").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Miền Trung", level=1)).to_be_visible()
    expect(page.locator("#row-type")).to_contain_text("Vùng miền")


@SIZES
def test_v9_a_customer_is_sorted_while_it_is_made_and_changed(
    open_page: Make, context: Context, regions: dict[str, Any], size: tuple[int, int]
) -> None:
    """V-9, Phân loại khi Thêm mới; khi chỉnh sửa from the customer's name, and in its place."""
    page = to_customers(open_page(context, "/", size=size))
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_label("Tên khách hàng").fill("Công ty Hoa Sen")
    choose_groups(page, "Miền Bắc", "20-30 tuổi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Công ty Hoa Sen")).to_be_visible()
    assert groups_of(context, "Công ty Hoa Sen") == {"Miền Bắc", "20-30 tuổi"}

    to_customers(page)
    page.get_by_role("link", name="Công ty Hoa Sen", exact=True).first.click()
    page.get_by_role("link", name="Sửa", exact=True).first.click()
    choose_groups(page, "Miền Nam")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#row-groups")).to_contain_text("Miền Nam")
    assert groups_of(context, "Công ty Hoa Sen") == {"Miền Bắc", "Miền Nam", "20-30 tuổi"}

    row = page.locator("#row-groups")
    row.get_by_role("button", name="Sửa Nhóm khách hàng").click()
    row.locator(".item", has_text="Miền Bắc").locator(".remove").click()
    page.keyboard.press("Tab")
    row.get_by_role("button", name="Lưu", exact=True).click()
    expect(row.get_by_role("button", name="Sửa Nhóm khách hàng")).to_contain_text("Miền Nam")
    assert groups_of(context, "Công ty Hoa Sen") == {"Miền Nam", "20-30 tuổi"}


def test_v9_a_customer_is_sorted_from_its_row(open_page: Make, context: Context, regions: dict[str, Any]) -> None:
    """V-9, Phân loại khi chỉnh sửa: tác vụ chỉnh sửa tại đầu bản ghi."""
    customers(context, {"Anh Bắc": [regions["Miền Bắc"]], "Anh Nam": [regions["Miền Nam"]]})
    page = to_customers(open_page(context, "/", size=DESK))
    edit(page, "Anh Bắc", DESK)
    choose_groups(page, "20-30 tuổi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#row-groups")).to_contain_text("20-30 tuổi")
    assert groups_of(context, "Anh Bắc") == {"Miền Bắc", "20-30 tuổi"}
    assert groups_of(context, "Anh Nam") == {"Miền Nam"}


def test_v13_one_tier_or_every_tier(open_page: Make, context: Context) -> None:
    """V-13: a tier chosen on the list shows its customers; Cấp độ shows those of every tier."""
    gold, silver = (service.create(context, Tier, {"name": n, "rank": r}) for n, r in (("Vàng", 2), ("Bạc", 1)))
    for name, tier in {"Anh Vàng": gold, "Chị Bạc": silver, "Cô Không": None}.items():
        service.create(context, Customer, {"name": name, "tier": tier.id if tier else None})
    context.session.commit()
    page = to_customers(open_page(context, "/", size=DESK))
    shown = page.locator("tbody td.key")
    page.get_by_role("button", name="Cấp độ").click()
    expect(page.locator("#narrow-tier a")).to_have_text(["Cấp độ", "Bạc", "Vàng"])
    page.locator("#narrow-tier").get_by_role("link", name="Vàng").click()
    expect(shown).to_have_text(["Anh Vàng"])
    expect(page.locator(".filter-chip")).to_contain_text("Cấp độ: Vàng")
    page.get_by_role("button", name="Cấp độ", exact=True).click()
    page.locator("#narrow-tier").get_by_role("link", name="Cấp độ").click()
    expect(shown).to_have_count(3)
    assert not findings(page)


def test_v13_on_a_phone_the_filter_does_it(open_page: Make, context: Context) -> None:
    """V-13 where there is no room for a button of its own: Lọc, Cấp độ, the tier."""
    gold = service.create(context, Tier, {"name": "Vàng", "rank": 1})
    for name, tier in {"Anh Vàng": gold.id, "Cô Không": None}.items():
        service.create(context, Customer, {"name": name, "tier": tier})
    context.session.commit()
    page = to_customers(open_page(context, "/", size=PHONE))
    page.get_by_role("button", name="Lọc", exact=True).click()
    panel = page.locator("#add-filter")
    panel.get_by_role("button", name="Cấp độ", exact=True).click()
    panel.locator("[data-filter=tier] .ts-control:visible").click()
    panel.get_by_role("option", name="Vàng").click()
    panel.get_by_role("button", name="Áp dụng").locator("visible=true").click()
    expect(page.get_by_text("Cô Không")).to_have_count(0)
    expect(page.get_by_text("Anh Vàng").first).to_be_visible()
    assert overflow(page) == 0


@SIZES
def test_v13_a_tier_is_given_by_hand(open_page: Make, context: Context, size: tuple[int, int]) -> None:
    """V-13, phân cấp chủ động: the list of the tier has the customer from then on."""
    gold = service.create(context, Tier, {"name": "Vàng", "rank": 1})
    customers(context, {"Anh Thường": [], "Chị Quý": []})
    page = to_customers(open_page(context, "/", size=size))
    page.get_by_role("link", name="Chị Quý", exact=True).first.click()
    page.get_by_role("link", name="Sửa", exact=True).first.click()
    page.locator(".form-field", has_text="Cấp độ").locator(".ts-control").click()
    page.get_by_role("option", name="Vàng").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#row-tier")).to_contain_text("Vàng")
    page.goto(f"/customers?tier__eq={gold.id}")
    expect(page.locator("tbody td.key")).to_have_text(["Chị Quý"])


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
