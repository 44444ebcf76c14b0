"""One customer met twice: warned while typing, asked for access, merged and taken back; and edited by two at once."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.testing import limited_to
from tests.browser.looks import findings, overflow

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
WORK = ["see", "create", "edit", "delete", "share", "transfer"]


@pytest.fixture
def colleague(
    context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> Callable[..., Context]:
    """Somebody who sees their own customers, or everybody's."""

    def make(name: str, reach: str = "own") -> Context:
        grants = limited_to(reach, **{"*": WORK})
        return make_user(make_context(context.company, grants=grants, name=name), grants=grants)

    return make


def customer(owner: Context, name: str, **values: Any) -> UUID:
    made = service.create(owner, Customer, {"name": name, **values}).id
    owner.session.commit()
    return made


def quiet(page: Page) -> None:
    """Readable by everybody, and no wider than the screen."""
    assert findings(page) == []
    assert overflow(page) == 0


@SIZES
def test_bat_trung_while_typing_and_once_more_before_saving(
    open_page: Callable[..., Page], colleague: Callable[..., Context], size: tuple[int, int]
) -> None:
    an = colleague("Nguyễn An")
    customer(an, "Công ty Trà Việt", mobile="+84912345678")
    page = open_page(an, "/customers/new", size=size)
    page.get_by_label("Tên khách hàng").fill("Trà Việt")
    mobile = page.get_by_label("Di động", exact=False).first
    mobile.press_sequentially("0912 345 678")
    before = page.locator("#field-email").bounding_box()
    warning = page.locator("#field-mobile .dup")
    expect(warning).to_contain_text("đã có ở Công ty Trà Việt")
    expect(mobile).to_be_focused()
    after = page.locator("#field-email").bounding_box()
    if size == DESK:
        assert before == after, "nothing jumps"
    quiet(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    note = page.get_by_role("alert").filter(has_text="Có thể đã có rồi.")
    expect(note).to_contain_text("Di động: đã có ở Công ty Trà Việt")
    quiet(page)
    page.get_by_role("button", name="Vẫn lưu").click()
    expect(page.get_by_role("heading", name="Trà Việt", exact=True)).to_be_visible()


@SIZES
def test_bat_trung_where_a_field_is_changed_in_its_place(
    open_page: Callable[..., Page], colleague: Callable[..., Context], size: tuple[int, int]
) -> None:
    an = colleague("Nguyễn An")
    customer(an, "Công ty Trà Việt", mobile="+84912345678")
    record = customer(an, "Cty Trà", mobile="+84987000111", phones=[{"value": "+842838223344", "label": "Cơ quan"}])
    page = open_page(an, f"/customers/{record}", size=size)
    row = page.locator("#row-mobile")
    row.get_by_role("button", name="Sửa Di động").click()
    row.get_by_role("textbox").press_sequentially("0912 345 678")
    expect(row.locator(".dups .dup")).to_contain_text("đã có ở Công ty Trà Việt")
    row.get_by_role("button", name="Lưu", exact=True).click()
    expect(row.get_by_role("alert")).to_contain_text("Có thể đã có rồi.")
    quiet(page)
    row.get_by_role("button", name="Vẫn lưu").click()
    expect(row.get_by_role("button", name="Sửa Di động")).to_contain_text("0912 345 678")

    several = page.locator("#row-phones")
    several.get_by_role("button", name="Sửa Điện thoại khác").click()
    several.get_by_role("button", name="Đặt làm số chính").click()
    expect(row.get_by_role("button", name="Sửa Di động")).to_contain_text("028 3822 3344")
    expect(several.get_by_role("button", name="Sửa Điện thoại khác")).to_contain_text("0912 345 678")


@SIZES
def test_whoever_may_not_see_the_other_asks_its_owner_who_grants(
    open_page: Callable[..., Page], colleague: Callable[..., Context], size: tuple[int, int]
) -> None:
    an, binh = colleague("Nguyễn An"), colleague("Trần Bình")
    hidden = customer(an, "Công ty Bí Mật", mobile="+84912345678")
    page = open_page(binh, "/customers/new", size=size)
    page.locator("#f-mobile").press_sequentially("84912345678")
    warning = page.locator("#field-mobile .dup")
    expect(warning).to_contain_text("Nguyễn An có hồ sơ mang giá trị này mà bạn không được xem.")
    assert "Bí Mật" not in page.content()
    warning.get_by_role("button", name="Xin quyền xem").click()
    expect(page.locator("#toasts")).to_contain_text("Nếu có hồ sơ như vậy")

    owner = open_page(an, "/", size=size)
    owner.get_by_role("button", name="Thông báo: 1 chưa đọc").click()
    owner.locator("#bell-menu").get_by_text("Trần Bình").click()
    expect(owner.get_by_text("Trần Bình")).to_be_visible()
    quiet(owner)
    owner.get_by_role("button", name="Cho xem").click()
    expect(owner.locator("#toasts")).to_contain_text("Trần Bình đã được xem.")
    expect(owner.get_by_text("Không có ai đang chờ")).to_be_visible()

    page = open_page(binh, f"/customers/{hidden}", size=size)
    expect(page.get_by_role("heading", name="Công ty Bí Mật", exact=True)).to_be_visible()


def test_an_address_one_may_not_see_offers_to_ask_and_tells_nothing(
    open_page: Callable[..., Page], colleague: Callable[..., Context]
) -> None:
    an, binh = colleague("Nguyễn An"), colleague("Trần Bình")
    hidden = customer(an, "Công ty Bí Mật")
    said = []
    for record in (hidden, UUID("01890000-0000-7000-8000-000000000000")):
        page = open_page(binh, f"/customers/{record}", size=PHONE)
        said.append(page.locator("main").inner_text())
        page.get_by_label("Bạn cần để làm gì").fill("Khách gọi cho tôi")
        page.get_by_role("button", name="Xin quyền xem").click()
        expect(page.locator("#toasts")).to_contain_text("Nếu có hồ sơ như vậy")
    assert said[0] == said[1]


@SIZES
def test_gop_khach_hang_side_by_side_and_taken_back(
    open_page: Callable[..., Page], colleague: Callable[..., Context], size: tuple[int, int]
) -> None:
    an = colleague("Nguyễn An")
    keep = customer(an, "Công ty Trà Việt", sector="Trà", mobile="+84912345678", website="traviet.vn")
    loser = customer(an, "Cty Trà Việt", sector="Chè", email="lan@traviet.vn")
    service.create(an, Contact, {"name": "Chị Lan", "customer": loser})
    an.session.commit()
    page = open_page(an, "/customers", size=size)
    for name in ("Công ty Trà Việt", "Cty Trà Việt"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("toolbar").get_by_role("button", name="Gộp khách hàng").click()
    expect(page.get_by_role("heading", name="Gộp khách hàng")).to_be_visible()
    quiet(page)
    page.locator(f'[name=keep][value="{keep}"]').check()
    page.get_by_role("radiogroup", name="Ngành nghề").get_by_role("radio", name="Chè").check()
    page.get_by_role("button", name="Gộp", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Đã gộp 2 bản ghi làm một")
    expect(page.locator("main")).to_contain_text("Chị Lan")
    an.session.expire_all()
    found = service.get(an, Customer, keep)
    assert (found.sector, found.email, found.website) == ("Chè", "lan@traviet.vn", "traviet.vn")

    page.goto(f"/customers/{loser}")
    expect(page).to_have_url(re.compile(f"/customers/{keep}$"))
    page.goto("/bulk-operations")
    quiet(page)
    page.get_by_role("button", name=re.compile("^Hoàn tác")).click()
    expect(page.get_by_text("Đã hoàn tác").first).to_be_visible()
    page.goto(f"/customers/{loser}")
    expect(page.get_by_role("heading", name="Cty Trà Việt", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Chị Lan")


@SIZES
def test_two_people_edit_one_customer_and_the_second_chooses_per_field(
    open_page: Callable[..., Page], colleague: Callable[..., Context], size: tuple[int, int]
) -> None:
    an, boss = colleague("Nguyễn An"), colleague("Lê Sếp", "all")
    record = customer(an, "Công ty Trà Việt", sector="Trà", website="cu.vn")
    mine = open_page(an, f"/customers/{record}/edit", size=size)
    theirs = open_page(boss, f"/customers/{record}/edit", size=size)
    theirs.locator("#f-sector").fill("Cà phê")
    theirs.locator("#f-website").fill("moi.vn")
    theirs.get_by_role("button", name="Lưu", exact=True).click()
    expect(theirs).to_have_url(re.compile(f"/customers/{record}$"))

    mine.locator("#f-sector").fill("Chè")
    mine.locator("#f-website").fill("cua-toi.vn")
    mine.get_by_role("button", name="Lưu", exact=True).click()
    expect(mine.get_by_role("heading", name=re.compile("^Lê Sếp vừa sửa"))).to_be_visible()
    quiet(mine)
    mine.locator("[name='choose.website'][value=theirs]").check()
    mine.get_by_role("button", name="Lưu theo lựa chọn").click()
    expect(mine).to_have_url(re.compile(f"/customers/{record}$"))
    an.session.expire_all()
    found = service.get(an, Customer, record)
    assert (found.sector, found.website) == ("Chè", "moi.vn")
