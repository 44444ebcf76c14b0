"""The day's work in a real browser: sign in, add, find, change, delete, undo; on a desk and in a hand."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.access.models import Role
from core.access.people import create_user
from core.app import EXTENSION
from core.context import Context
from core.customers.models import Contact, Customer, Source, Tag
from core.entity import service
from core.entity.customize import add_field
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
Open = Callable[..., Page]


@pytest.fixture
def furnished(context: Context) -> Context:
    """A company with a little of everything."""
    source = service.create(context, Source, {"name": "Hội chợ"})
    tag = service.create(context, Tag, {"name": "Thân thiết"})
    add_field(context, context.resource(Customer), "Hạng khách", "choice", choices=["Vàng", "Bạc"])
    names = ["Công ty Cổ phần Thương mại và Dịch vụ An Phát", "Trần Thị Bé", "Nhà hàng Sao Mai", "Spa Hoa Sen"]
    rows = [
        {
            "name": name, "mobile": f"+849123456{number:02d}", "email": f"lienhe{number}@example.com", "source": source.id,
            "tags": [tag.id], "birthday": date(1990, 1 + number % 12, 3), "kind": "individual" if number % 2 else "organisation",
            "custom.hang_khach": "vang",
        }
        for number, name in enumerate(names * 8)
    ]  # fmt: skip
    customers = service.create_many(context, Customer, rows)
    service.create_many(context, Contact, [{"name": f"Liên hệ {n}", "customer": customers[0].id} for n in range(7)])
    stays = context.hooks.registry.resources["kennel.stay"].model
    today = context.today()
    service.create_many(
        context,
        stays,
        [
            {
                "pet": pet,
                "customer": customers[n].id,
                "arrives": today,
                "leaves": today + timedelta(days=n),
                "state": state,
            }
            for n, (pet, state) in enumerate([("Mướp", "booked"), ("Vàng", "booked"), ("Mực", "staying")])
        ],
    )
    service.delete(context, [customers[-1]])
    context.session.commit()
    return context


@SIZES
def test_a_customer_is_added_found_changed_deleted_and_brought_back(
    open_page: Open, context: Context, size: tuple[int, int]
) -> None:
    page = open_page(context, "/customers", size=size)
    heard = Listener(page)
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_label("Tên khách hàng").fill("Nguyễn Thị Hồng Nhung")
    page.get_by_label("Di động").fill("12")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_label("Di động")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Tên khách hàng")).to_have_value("Nguyễn Thị Hồng Nhung")
    page.get_by_label("Di động").fill("0912 345 678")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Hồng Nhung")

    page.goto("/customers")
    page.get_by_role("searchbox").fill("nguyen")
    expect(page).to_have_url(re.compile("q=nguyen"))
    page.get_by_role("link", name="Nguyễn Thị Hồng Nhung", exact=True).click()

    mobile = page.locator("#row-mobile")
    mobile.get_by_role("button").first.click()
    mobile.get_by_role("textbox").fill("0987 000 111")
    mobile.get_by_role("textbox").press("Enter")
    expect(mobile).to_contain_text("0987 000 111")
    expect(page.locator(".timeline")).to_contain_text("0987 000 111")

    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(page).to_have_url(re.compile("/customers$"))
    expect(page.locator("tbody")).to_have_count(0)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Hồng Nhung")
    assert heard.said == []


@SIZES
def test_a_person_signs_in_with_a_password(
    open_page: Open, app: Flask, context: Context, size: tuple[int, int]
) -> None:
    page = open_page(context, "/", size=size)
    role = service.create(context, Role, {"name": "Quản trị", "admin": True})
    email = f"minh.{size[0]}@example.com"
    create_user(
        context, email, "mat-khau-dai-1", passwords=app.extensions[EXTENSION].doors.passwords, roles=[role.name]
    )
    context.session.commit()
    page.context.clear_cookies()
    heard = Listener(page)
    page.goto("/customers")
    assert findings(page) == []
    assert overflow(page) == 0
    page.locator("#company").fill(context.company.slug)
    page.locator("#email").fill(email)
    page.locator("#password").fill("mat-khau-dai-1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers$"))
    assert heard.said == []


PAGES = (
    "/customers", "/customers?kind__eq=individual&q=tran", "/customers?q=khongco", "/customers/new", "/customers/{customer}",
    "/customers/{customer}/edit", "/customers?mode=board", "/customers?mode=calendar", "/kennel/stays?mode=board",
    "/contacts/new?customer={customer}", "/recycle", "/settings", "/settings/fields/core.customer",
    "/settings/fields/core.customer/new", "/settings/fields/core.customer/new?kind=choice", "/roles/{role}/permissions",
    "/roles", "/users", "/search?q=an",
    "/calendar", "/calendar?view=month", "/my-day", "/work/given?what=all", "/work/report", "/work/list?what=planned",
    "/account/calendar",
)  # fmt: skip


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk-light", "phone-dark"])
def test_every_page_can_be_read_and_fits_the_screen(
    open_page: Open, furnished: Context, size: tuple[int, int], *, dark: bool
) -> None:
    customer = service.create(furnished, Customer, {"name": "Nguyễn Văn An", "mobile": "+84912345678"})
    role = service.create(furnished, Role, {"name": "Lễ tân"})
    furnished.session.commit()
    page = open_page(furnished, "/", size=size, dark=dark)
    heard = Listener(page)
    problems: list[str] = []
    for path in PAGES:
        page.goto(path.format(customer=customer.id, role=role.id))
        problems += [f"{path}: {one}" for one in findings(page)]
        problems += [f"{path}: {overflow(page)} px too wide"] * bool(overflow(page))
    page.goto(f"/customers/{customer.id}")
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Nhắc tôi").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    problems += [f"the dialog to be reminded: {one}" for one in findings(page)]
    assert problems == []
    assert heard.said == []


def test_filters_columns_and_views_are_chosen_without_leaving_the_list(open_page: Open, furnished: Context) -> None:
    page = open_page(furnished, "/customers", size=DESK)
    heard = Listener(page)
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("button", name="Loại hình khách hàng").click()
    panel = page.locator("#add-filter")
    panel.get_by_label("Cá nhân").check()
    panel.get_by_role("button", name="Áp dụng").last.click()
    expect(page.locator(".filter-chip")).to_contain_text("Cá nhân")
    expect(page).to_have_url(re.compile("kind__eq=individual"))
    page.get_by_role("button", name="Cột").click()
    page.locator("#pick-columns").get_by_label("Mã số thuế").check()
    page.locator("#pick-columns").get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_role("columnheader", name="Mã số thuế")).to_be_visible()
    expect(page).to_have_url(re.compile("kind__eq=individual"))
    page.get_by_role("button", name="Lưu chế độ xem").click()
    page.get_by_label("Tên", exact=False).last.fill("Khách lẻ")
    page.get_by_role("dialog").get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("link", name="Khách lẻ")).to_have_attribute("aria-current", "true")
    page.locator(".filter-chip a").click()
    expect(page.locator(".filter-chip")).to_have_count(0)
    assert heard.said == []


@SIZES
def test_ticked_rows_are_changed_together_and_undone(
    open_page: Open, furnished: Context, size: tuple[int, int]
) -> None:
    page = open_page(furnished, "/customers?sort=name", size=size)
    for place in (0, 1):
        page.locator("input[name=ids]").nth(place).check()
    bar = page.get_by_role("toolbar")
    expect(bar).to_contain_text("2")
    bar.get_by_role("button", name="Xóa", exact=True).click()
    expect(page.locator(".list-foot")).to_contain_text("29")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".list-foot")).to_contain_text("31")
    assert overflow(page) == 0


def test_the_palette_finds_a_customer_from_anywhere_by_keyboard(open_page: Open, furnished: Context) -> None:
    page = open_page(furnished, "/settings", size=DESK)
    heard = Listener(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("hoa sen")
    expect(page.locator("#palette-found")).to_contain_text("Spa Hoa Sen")
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Spa Hoa Sen")
    assert heard.said == []


def test_a_card_is_moved_by_its_menu_and_the_lanes_count_again(open_page: Open, furnished: Context) -> None:
    page = open_page(furnished, "/kennel/stays?mode=board", size=DESK)
    heard = Listener(page)
    booked, staying = (page.locator(f'.lane[data-value="{value}"]') for value in ("booked", "staying"))
    card = booked.locator(".kcard", has_text="Mướp")
    card.hover()
    card.get_by_role("button").click()
    page.locator("#move-to [data-value=staying]").click()
    expect(staying).to_contain_text("Mướp")
    expect(staying.locator(".count")).to_have_text("2")
    expect(booked.locator(".count")).to_have_text("1")
    page.reload()
    expect(staying).to_contain_text("Mướp")
    assert heard.said == []


def test_a_card_is_dragged_and_goes_back_when_somebody_was_faster(open_page: Open, furnished: Context) -> None:
    page = open_page(furnished, "/kennel/stays?mode=board", size=DESK)
    stays = furnished.hooks.registry.resources["kennel.stay"].model
    one = next(iter(furnished.session.query(stays).filter(stays.pet == "Mướp")))  # type: ignore[attr-defined] # the example's field
    service.update(furnished, one, {"price": Decimal(5)})
    furnished.session.commit()
    booked, staying = (page.locator(f'.lane[data-value="{value}"]') for value in ("booked", "staying"))
    booked.locator(".kcard", has_text="Mướp").drag_to(staying.locator(".lane-cards"))
    expect(page.locator(".toast.error")).to_be_visible()
    expect(booked).to_contain_text("Mướp")


def test_two_versions_stand_side_by_side(open_page: Open, furnished: Context) -> None:
    one = service.create(furnished, Customer, {"name": "Nguyễn Văn An", "sector": "Nông nghiệp"})
    furnished.session.commit()
    page = open_page(furnished, f"/customers/{one.id}/edit", size=DESK)
    heard = Listener(page)
    service.update(furnished, one, {"sector": "Thủy sản"})
    furnished.session.commit()
    page.get_by_label("Ngành nghề").fill("Lâm nghiệp")
    page.get_by_role("button", name="Lưu", exact=True).click()
    versions = page.locator(".versions")
    expect(versions.get_by_role("textbox", name="Ngành nghề")).to_have_value("Lâm nghiệp")
    expect(versions).to_contain_text("Thủy sản")
    assert findings(page) == []
    page.get_by_role("button", name="Lưu theo lựa chọn").click()
    expect(page.locator("#row-sector")).to_contain_text("Lâm nghiệp")
    assert heard.said == []


@SIZES
def test_a_link_is_picked_by_typing_and_a_missing_record_is_made_in_passing(
    open_page: Open, furnished: Context, size: tuple[int, int]
) -> None:
    page = open_page(furnished, "/contacts/new", size=size)
    heard = Listener(page)
    page.get_by_label("Tên người liên hệ").fill("Lan")
    page.locator("#f-customer-ts-control").fill("sao mai")
    page.locator(".ts-dropdown .option", has_text="Nhà hàng Sao Mai").first.click()
    page.locator("#f-customer-ts-control").fill("Khách Chưa Có")
    page.locator(".ts-dropdown .create").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Tên khách hàng")).to_have_value("Khách Chưa Có")
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("#field-customer .ts-control .item")).to_have_text("Khách Chưa Có")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#row-customer")).to_contain_text("Khách Chưa Có")
    assert heard.said == []
