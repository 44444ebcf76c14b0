"""Leads in a real browser: dragged among the customers after a question, stopped for a reason, come in by a form."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from core.sdk import Call, Context, create
from plugins.leads import public
from plugins.leads.doors import Form
from plugins.leads.models import Lead
from plugins.sales.pipelines import furnish
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def leads(context: Context) -> Context:
    """A firm that was called once, and two people."""
    furnish(context)
    firm = {"name": "Anh Nam", "kind": "organisation", "company": "Công ty An Phát", "mobile": "+84912345678"}
    nam = create(context, Lead, firm)
    said = {"subject": "Gọi giới thiệu", "state": "held", "starts": datetime(2026, 6, 1, 2, tzinfo=UTC)}
    create(context, Call, {**said, "about": f"leads.lead/{nam.id}"})
    for name in ("Chị Hoa", "Cô Lan"):
        create(context, Lead, {"name": name})
    context.session.commit()
    return context


def lane(page: Page, value: str) -> Locator:
    return page.locator(f'.lane[data-value="{value}"]')


def move(page: Page, name: str, value: str) -> None:
    """By the card's menu, as on a telephone."""
    page.locator(".kcard", has_text=name).get_by_role("button").click()
    page.locator(f"#move-to [data-value={value}]").click()


def test_a_lead_that_is_dragged_among_the_customers_becomes_one_if_the_answer_is_yes(
    open_page: Open, leads: Context
) -> None:
    page = open_page(leads, "/leads/leads?mode=board", size=DESK)
    heard, dialog, card = Listener(page), page.locator("#dialog"), page.locator(".kcard", has_text="Anh Nam")
    expect(page.locator(".lane")).to_have_count(4)
    expect(page.locator(".lane").nth(2)).to_contain_text("Phát sinh nhu cầu")
    card.drag_to(lane(page, "interested").locator(".lane-cards"))
    expect(dialog).to_contain_text("không thể chuyển đổi ngược lại")
    expect(dialog).to_contain_text("một liên hệ")
    assert findings(page) == []
    dialog.get_by_role("button", name="Không").click()
    expect(dialog).to_be_hidden()
    expect(lane(page, "new")).to_contain_text("Anh Nam")
    card.drag_to(lane(page, "contacting").locator(".lane-cards"))
    expect(lane(page, "contacting").locator(".count")).to_have_text("1")
    card.drag_to(lane(page, "interested").locator(".lane-cards"))
    dialog.get_by_role("button", name="Có, chuyển đổi").click()
    page.wait_for_url("**/customers/*")
    expect(page.get_by_role("heading", name="Công ty An Phát")).to_be_visible()
    expect(page.locator("#timeline, .timeline").first).to_contain_text("Gọi giới thiệu")
    expect(page.locator("main")).to_contain_text("Tìm hiểu nhu cầu")
    page.goto("/leads/leads?mode=board")
    expect(lane(page, "interested")).to_contain_text("Anh Nam")
    assert heard.said == []


def test_on_a_telephone_a_lead_is_converted_by_its_menu_and_another_is_not_cared_for_any_more(
    open_page: Open, leads: Context
) -> None:
    page = open_page(leads, "/leads/leads?mode=board", size=PHONE, dark=True)
    heard, dialog = Listener(page), page.locator("#dialog")
    assert overflow(page) == 0
    move(page, "Chị Hoa", "interested")
    expect(dialog).not_to_contain_text("một liên hệ")
    dialog.get_by_role("button", name="Có, chuyển đổi").click()
    page.wait_for_url("**/customers/*")
    expect(page.get_by_role("heading", name="Chị Hoa")).to_be_visible()
    page.goto("/leads/leads?q=lan")
    page.get_by_role("link", name="Cô Lan").first.click()
    page.get_by_role("button", name="Ngừng chăm sóc").or_(page.get_by_role("link", name="Ngừng chăm sóc")).first.click()
    dialog.get_by_label("Lý do ngừng chăm sóc").fill("Đã mua của bên khác")
    assert (findings(page), overflow(page)) == ([], 0)
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("main")).to_contain_text("Đã mua của bên khác")
    assert heard.said == []


def test_a_stranger_fills_in_a_form(open_page: Open, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "SOONEST", 0)
    form = create(
        context, Form, {"name": "Đăng ký tư vấn", "asks": ["mobile", "note"], "text": "Gọi lại trong một giờ."}
    )
    context.session.commit()
    page = open_page(context, f"/leads/forms/{form.id}", size=PHONE)
    page.get_by_role("link", name="Địa chỉ").or_(page.get_by_role("button", name="Địa chỉ")).first.click()
    url = page.get_by_label("Địa chỉ", exact=True).input_value()
    assert (findings(page), overflow(page)) == ([], 0)
    heard = Listener(page)
    page.goto(url)
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("main")).to_contain_text("Vui lòng nhập họ tên")
    page.get_by_label("Họ tên").fill("Chị Hoa")
    page.get_by_label("Di động").fill("0912 345 678")
    page.get_by_label("Nội dung cần tư vấn").fill("Cần máy in cho văn phòng")
    assert (findings(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("main")).to_contain_text("Cảm ơn bạn")
    page.goto("/leads/leads")
    expect(page.locator("main")).to_contain_text("0912 345 678")
    assert heard.said == []
