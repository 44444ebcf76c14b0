"""A real file goes in, is known the second time and comes out whole, with nothing but a browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.app import EXTENSION, Platform
from core.context import Context
from core.customers.models import Customer
from core.entity.query import Query, count
from core.jobs.drain import Drain
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
DESK = (1440, 900)
ACCOUNTS = Path(__file__).parents[1] / "data" / "accounts.csv"
Open = Callable[..., Page]
Work = Callable[[], int]


@pytest.fixture
def work(app: Flask, context: Context) -> Work:
    """Let a worker do what is due for the test's company."""
    platform: Platform = app.extensions[EXTENSION]
    drain = Drain(platform.database, platform.hooks, settings=platform.settings)
    return lambda: drain.company(context.tenant)


def customers(context: Context) -> int:
    context.session.rollback()
    return count(context, Query(context.resource(Customer)), None)[0]


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    wide = overflow(page)
    return [*findings(page), *([f"{page.url} is {wide} px too wide"] if wide else [])]


def bring(page: Page, work: Work) -> list[str]:
    """Go through the four steps with the real file, as they are proposed; what is wrong with their pages."""
    page.goto("/customers/import")
    wrong = looked_at(page)
    page.set_input_files("input[type=file]", ACCOUNTS)
    expect(page.get_by_text("accounts.csv")).to_be_visible()
    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.get_by_text("85 dòng")).to_be_visible()
    expect(page.get_by_label("Trường cho cột account")).to_have_value("name")
    wrong += looked_at(page)
    page.get_by_role("button", name="Kiểm tra các dòng").click()

    expect(page.get_by_role("row").filter(has_text="Acme Corporation")).to_be_visible()
    wrong += looked_at(page)
    page.get_by_role("button", name="Nhập ngay").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}$"))
    wrong += looked_at(page)
    work()
    expect(page.get_by_role("link", name="Nhập tệp khác")).to_be_visible()
    return wrong + looked_at(page)


def figures(page: Page) -> dict[str, str]:
    """The numbers above the result, by what stands over them."""
    found = page.locator(".figure").all()
    return {one.locator(".label").inner_text().strip(): one.locator(".value").inner_text().strip() for one in found}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_real_file_goes_in_is_known_the_second_time_and_is_taken_back(
    open_page: Open, context: Context, work: Work, size: tuple[int, int]
) -> None:
    page = open_page(context, "/customers", size=size)
    heard = Listener(page)

    wrong = bring(page, work)
    assert figures(page) == {"Đã thêm": "85", "Đã cập nhật": "0", "Giữ nguyên": "0", "Lỗi": "0"}
    assert customers(context) == 85
    first = page.url

    wrong += bring(page, work)
    assert figures(page) == {"Đã thêm": "0", "Đã cập nhật": "0", "Giữ nguyên": "85", "Lỗi": "0"}
    assert customers(context) == 85

    page.goto(first)
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    expect(page.get_by_text("Đang hoàn tác")).to_be_visible()
    work()
    expect(page.get_by_text("Đã hoàn tác: gỡ 85")).to_be_visible()
    wrong += looked_at(page)
    assert customers(context) == 0

    page.goto("/imports")
    expect(page.get_by_role("link", name="accounts.csv").first).to_be_visible()
    wrong += looked_at(page)
    assert wrong == []
    assert heard.said == []
