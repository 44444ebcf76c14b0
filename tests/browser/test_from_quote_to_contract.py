"""From a quote to a contract on paper: typed, sent, signed by the customer, agreed, printed in the company's own words."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.entity.values import value_of
from core.public.models import PublicLink
from core.sdk import Context, Customer, create
from plugins.sales.documents import Contract
from plugins.sales.pipelines import furnish
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, cell, draw, looked_at

pytestmark = pytest.mark.browser
DESK = (1440, 900)
Open = Callable[..., Page]


@pytest.fixture
def firm(context: Context) -> Context:
    """A company that sells, with a customer who reads e-mail."""
    furnish(context)
    create(context, Customer, {"name": "Công ty Sao Mai", "email": "lan@saomai.example.com", "tax_code": "0100109106"})
    context.session.commit()
    return context


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_a_quote_is_sent_signed_and_becomes_a_contract_on_paper(
    open_page: Open, outside: Callable[..., Page], firm: Context, size: tuple[int, int]
) -> None:
    page = open_page(firm, "/sales/quotes/new", size=size, dark=size == PHONE)
    heard = Listener(page)
    page.locator("#f-customer + .ts-wrapper .ts-control").click()
    page.keyboard.type("sao")
    page.locator(".ts-dropdown [data-selectable]", has_text="Công ty Sao Mai").first.click()
    if page.locator("[data-line]").count() == 0:
        page.get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Máy in laser"), ("quantity", "2"), ("price", "3490000"), ("cut", "5")):
        cell(page, 0, field).fill(text)
    cell(page, 0, "rate").select_option("8")
    page.get_by_role("button", name="Thêm dòng").click()
    for field, text in (("name", "Công lắp đặt"), ("price", "500000")):
        cell(page, 1, field).fill(text)
    cell(page, 1, "rate").select_option("10")
    page.locator("#f-discount").fill("131000")
    total = page.locator("[data-live=total]")
    expect(page.locator("[data-live=subtotal]")).to_have_text("7.131.000 đ")
    expect(total).to_have_text("7.569.817 đ")
    looked_at(page)
    page.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".lines-shown")).to_contain_text("7.569.817")
    quote = page.url

    page.get_by_role("button", name="Gửi liên kết").or_(page.get_by_role("link", name="Gửi liên kết")).first.click()
    dialog = page.locator("#dialog-body")
    expect(dialog.locator("[name=to]")).to_have_value("lan@saomai.example.com")
    dialog.get_by_role("button", name="Tạo liên kết để sao chép").click()
    link = dialog.get_by_label("Liên kết", exact=True).input_value()
    dialog.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("lan@saomai.example.com").last).to_be_visible()

    customer = outside(link[link.index("/p/") :], size)
    expect(customer.locator(".public-doc")).to_contain_text("7.569.817")
    customer.locator("summary", has_text="Đồng ý và ký tên").click()
    customer.locator("#name-accept").fill("Nguyễn Thị Lan")
    draw(customer)
    looked_at(customer)
    customer.locator("form", has=customer.locator("#name-accept")).get_by_role(
        "button", name="Đồng ý và ký tên"
    ).click()
    expect(customer.locator(".public-done")).to_contain_text("Nguyễn Thị Lan")
    expect(customer.locator(".public-done svg.signature path")).to_have_count(1)

    page.goto(quote)
    expect(page.locator("#main")).to_contain_text("Khách đồng ý")
    page.get_by_role("button", name="Tạo hợp đồng").first.click()
    page.wait_for_url("**/sales/contracts/*")
    expect(page.locator(".lines-shown").first).to_contain_text("Máy in laser")
    contract = page.url.partition("#")[0].partition("?")[0]
    page.goto(f"{contract}/print/contract")
    expect(page.locator(".sheet-of-paper").first).to_be_visible()
    looked_at(page)

    page.get_by_role("link", name="Nội dung", exact=True).click()
    body = page.locator("#f-body")
    expect(body).to_have_value(re.compile("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    body.fill("<h1>Hợp đồng của chúng tôi</h1>\n<p>Số: </p>\n")
    page.locator("[data-put-in='{{ record.goods }}']").click()
    expect(body).to_have_value(re.compile("record.goods"))
    expect(page.locator("#print-preview .sheet-of-paper").first).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu mẫu.")).to_be_visible()
    expect(page.get_by_text("Các bản trước")).to_be_visible()
    page.goto(f"{contract}/print/contract")
    expect(page.locator(".sheet-of-paper")).to_have_count(1)
    assert heard.said == []

    firm.session.rollback()
    made = firm.session.query(Contract).filter_by(tenant_id=firm.tenant).one()
    assert value_of(made, Contract.__fields__["total"]) == Decimal(7_569_817)
    signed = firm.session.query(PublicLink).filter_by(tenant_id=firm.tenant).filter(PublicLink.acted_at.is_not(None))
    assert [(one.action, one.name) for one in signed] == [("accept", "Nguyễn Thị Lan")]
