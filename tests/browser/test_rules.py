"""Rules of owners and shares as an administrator sets them up (OWN-07, OWN-09), and what a seller meets of them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from core.context import Context
from tests.browser.looks import findings, overflow
from tests.core.rules.conftest import Office
from tests.core.rules.conftest import office as office  # noqa: PLC0414 # the fixture

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
HERE = "/settings/rules/core.customer"


def condition(page: Page, field: str, value: str, *, operator: str = "") -> None:
    """Thêm điều kiện: chọn trường, phép so sánh, giá trị."""
    lines = page.locator("[data-condition]")
    there = lines.count()
    page.get_by_role("combobox", name="Thêm điều kiện…").select_option(label=field)
    expect(lines).to_have_count(there + 1)
    line = lines.nth(there)
    if operator:
        line.locator("[data-op]").select_option(label=operator)
    line.locator(".ts-control").click()
    line.get_by_role("option", name=value).click()
    page.keyboard.press("Escape")


def pick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=re.compile(f"^{name}")).check()
    page.get_by_role("button", name="Copy", exact=True).click()


def drag(page: Page, item: Locator, onto: Locator) -> None:
    """Kéo một dòng tới chỗ của dòng khác."""
    grip, target = item.locator(".grip").bounding_box(), onto.bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    for part in (0.5, 0.8, 0.95):
        page.mouse.move(target["x"] + 30, target["y"] + target["height"] * part, steps=6)
    page.mouse.up()


@SIZES
def test_own07_a_rule_is_built_tried_saved_and_applied(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    for number in range(3):
        office.customer(f"Khách {number}", source=office.facebook)
    page = open_page(office.admin, "/settings/rules", size=size)
    page.get_by_role("link", name="Thêm quy tắc").first.click()
    page.get_by_label("Tên quy tắc").fill("Khách Facebook")
    page.get_by_label("Sửa thông tin").check()
    condition(page, "Nguồn gốc", "Facebook")
    condition(page, "Người tạo", "Người bán")
    condition(page, "Nguồn gốc", "Zalo", operator="khác")
    pick(page, "An", "Bình")
    page.get_by_role("button", name="Chạy thử").click()
    expect(page.locator("#tried .who-got li")).to_have_text(["An2", "Bình1"])
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Nguồn gốc: Facebook", exact=True)).to_be_visible()
    expect(page.get_by_text("Người tạo: Người bán")).to_be_visible()

    page.get_by_role("button", name="Chạy thử trên dữ liệu hiện có").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".who-got li")).to_have_text(["An2", "Bình1"])
    dialog.get_by_role("button", name="Áp dụng ngay").click()
    expect(page.locator(".who-got li")).to_have_text(["An2", "Bình1"])
    page.get_by_role("button", name="Hoàn tác").last.click()
    expect(page.get_by_text("Đã hoàn tác").first).to_be_visible()
    office.fresh()
    dealt = [office.owner(office.customer(name, source=office.facebook)) for name in ("Khách mới", "Khách nữa")]
    assert dealt == ["Bình", "An"]


@SIZES
def test_own09_what_is_shared_by_itself_is_seen(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    page = open_page(office.admin, f"{HERE}/new?kind=share", size=size)
    page.get_by_label("Tên quy tắc").fill("Kế toán xem")
    pick(page, "Bình")
    page.get_by_text("Xem và sửa").click()
    page.get_by_label("Trong bao lâu").fill("30")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Bình · Xem và sửa · trong 30 ngày")).to_be_visible()
    made = office.customer()
    page.goto(f"/customers/{made.id}")
    expect(page.get_by_text("Kế toán xem").first).to_be_visible()


@SIZES
def test_the_order_of_rules_and_their_switches(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int]
) -> None:
    office.rule(name="Một", users=(office.people["An"],))
    office.rule(name="Hai", users=(office.people["Bình"],))
    page = open_page(office.admin, HERE, size=size)
    page.get_by_role("button", name="Chuyển lên: Hai").click()
    expect(page.locator(".rules .strong")).to_have_text(["Hai", "Một"])
    expect(page.get_by_role("button", name="Chuyển lên: Hai")).to_be_hidden()
    with page.expect_response("**/order?kind=owner"):
        drag(page, page.locator(".rule", has_text="Hai"), page.locator(".rule", has_text="Một"))
    expect(page.locator(".rules .strong")).to_have_text(["Một", "Hai"])
    page.reload()
    expect(page.locator(".rules .strong")).to_have_text(["Một", "Hai"])
    page.get_by_role("button", name="Chuyển lên: Hai").click()
    expect(page.locator(".rules .strong")).to_have_text(["Hai", "Một"])
    page.get_by_role("switch", name="Hai").click()
    expect(page.locator("#toasts .toast").first).to_contain_text("đã được tắt")
    assert office.owner(office.customer()) == "An"


def test_whoever_gives_a_record_away_by_a_rule_is_told(open_page: Callable[..., Page], office: Office) -> None:
    office.rule(users=(office.people["An"],))
    page = open_page(office.seller, "/customers/new")
    page.get_by_label("Tên khách hàng").fill("Công ty Hoa Sen")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#toasts .toast").first).to_contain_text("nay thuộc An")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@SIZES
def test_the_pages_fit_and_can_be_used_by_everybody(
    open_page: Callable[..., Page], office: Office, size: tuple[int, int], dark: bool
) -> None:
    office.rule(
        name="Khách từ Facebook và Zalo",
        departments=(office.department,),
        conditions=[("source__eq", str(office.facebook))],
    )
    office.rule(name="Còn lại", users=(office.people["An"],), active=False)
    office.rule("recall", name="30 ngày không chăm sóc", days=30, notice=3)
    office.customer(source=office.zalo)
    page = open_page(office.admin, HERE, size=size, dark=dark)
    for path in (HERE, f"{HERE}/new?kind=owner", f"{HERE}/new?kind=share", f"{HERE}/new?kind=recall"):
        page.goto(path)
        assert not overflow(page), path
        assert not findings(page), path


def test_only_administrators_find_the_way(open_page: Callable[..., Page], office: Office, context: Context) -> None:
    page = open_page(office.seller, "/settings/rules")
    expect(page.get_by_text("Quy tắc chuyển chủ sở hữu")).to_have_count(0)
    page = open_page(context, "/settings")
    page.get_by_role("link", name="Chủ sở hữu và chia sẻ").click()
    expect(page.get_by_role("heading", name="Quy tắc chuyển chủ sở hữu")).to_be_visible()
