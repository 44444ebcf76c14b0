"""Getting in and looking after one's own account, as somebody does it who reads Vietnamese."""

import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from core.access import second_factor
from core.access.codes import STEP
from core.access.models import User
from core.app import EXTENSION
from core.context import Context
from core.db.database import Database
from core.jobs.drain import Drain
from tests.browser.conftest import PATIENCE, close_pages
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
PASSWORD, NEW = "mật khẩu của Hạnh", "mật khẩu mới của Hạnh"
CODE = re.compile(r"^[a-z2-9]{4}(-[a-z2-9]{4}){3}$")


@pytest.fixture
def hanh(app: Flask, context: Context, make_user: Callable[..., Context]) -> Context:
    """Somebody with a password."""
    assert context.user is not None
    make_user(context)
    kept = app.extensions[EXTENSION].doors.passwords.hash(PASSWORD)
    context.session.execute(sa.update(User).where(User.id == context.user.id).values(password_hash=kept))
    context.session.commit()
    return context


@pytest.fixture
def open_door(chromium: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """A window that nobody is signed in with."""
    opened = []

    def make(path: str, size: tuple[int, int] = DESK) -> Page:
        window = chromium.new_context(base_url=live_server, locale="vi", viewport={"width": size[0], "height": size[1]})
        opened.append(window)
        window.set_default_timeout(PATIENCE)
        window.add_cookies([{"name": "locale", "value": "vi", "url": live_server}])
        page = window.new_page()
        page.goto(path)
        return page

    yield make
    close_pages(opened)


@pytest.fixture
def mailbox(app: Flask, database: Database, hanh: Context) -> Callable[[], str]:
    """Let the worker send; the link of the newest message."""

    def newest() -> str:
        settings = app.extensions[EXTENSION].settings
        Drain(database, hanh.hooks, settings=settings).company(hanh.tenant, seconds=30)
        paths = sorted((Path(settings.var) / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        body = message_from_bytes(paths[-1].read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        found = re.search(r"/set-password/\S+", body.get_content())
        assert found
        return found[0]

    return newest


def sign_in(page: Page, hanh: Context, password: str = PASSWORD) -> None:
    assert hanh.user is not None
    page.get_by_label("Mã công ty").fill(hanh.company.slug)
    page.get_by_label("Email").fill(hanh.user.email)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def look(page: Page) -> None:
    """Nothing keeps anybody from using the page, and it fits."""
    assert findings(page) == []
    assert overflow(page) == 0


def next_code(secret: str) -> str:
    """A code that was not accepted yet, shortly before its time."""
    return pyotp.TOTP(secret).at(int(time.time()) + STEP)


@SIZES
def test_who_forgot_the_password_sets_a_new_one(
    open_door: Callable[..., Page], hanh: Context, mailbox: Callable[[], str], size: tuple[int, int]
) -> None:
    assert hanh.user is not None
    page = open_door("/login", size)
    listener = Listener(page)
    page.get_by_role("link", name="Quên mật khẩu?").click()
    look(page)
    page.get_by_label("Mã công ty").fill(hanh.company.slug)
    page.get_by_label("Email").fill(hanh.user.email)
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(page.get_by_role("heading", name="Hãy kiểm tra hộp thư")).to_be_visible()
    look(page)

    link = mailbox()
    page.goto(link)
    look(page)
    page.get_by_label("Mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Lưu mật khẩu").click()
    expect(page.get_by_text("Đã đặt mật khẩu.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(hanh.user.email)
    page.get_by_label("Mật khẩu").fill(NEW)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert listener.said == []
    page.goto(link)
    expect(page.get_by_role("heading", name="Liên kết không còn dùng được")).to_be_visible()


@SIZES
def test_a_second_factor_is_set_up_and_asked_for(
    open_door: Callable[..., Page], open_page: Callable[..., Page], hanh: Context, size: tuple[int, int]
) -> None:
    page = open_page(hanh, "/account/security", size=size)
    listener = Listener(page)
    look(page)
    page.get_by_role("link", name="Cài đặt").last.click()
    expect(page.get_by_role("img", name="Mã QR cho ứng dụng")).to_be_visible()
    page.get_by_text("Không quét được?").click()
    look(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Nhập sáu chữ số").fill("000000")
    page.get_by_role("button", name="Bật").click()
    expect(page.get_by_text("Mã không đúng.")).to_be_visible()
    page.get_by_label("Nhập sáu chữ số").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Bật").click()
    expect(page.get_by_role("heading", name="Mã khôi phục của bạn")).to_be_visible()
    look(page)
    codes = page.get_by_role("list", name="Mã khôi phục").get_by_role("listitem").all_text_contents()
    assert len(codes) == 10
    assert all(CODE.match(one) for one in codes)
    page.get_by_role("link", name="Tôi đã lưu mã").click()
    expect(page.get_by_text("Còn 10 mã khôi phục")).to_be_visible()
    look(page)
    assert listener.said == []

    door = open_door("/login", size)
    sign_in(door, hanh)
    expect(door.get_by_role("heading", name="Nhập mã xác thực")).to_be_visible()
    look(door)
    door.get_by_label("Mã", exact=True).fill("123456")
    door.get_by_role("button", name="Tiếp tục").click()
    expect(door.get_by_text("Mã không đúng hoặc đã được dùng rồi.")).to_be_visible()
    door.get_by_label("Mã", exact=True).fill(next_code(secret))
    door.get_by_role("button", name="Tiếp tục").click()
    door.goto("/account/sessions")
    expect(door.get_by_text("Thiết bị này")).to_be_visible()

    again = open_door("/login", size)
    sign_in(again, hanh)
    again.get_by_label("Mã", exact=True).fill(codes[0].upper())
    again.get_by_role("button", name="Tiếp tục").click()
    again.goto("/account/security")
    expect(again.get_by_text("Còn 9 mã khôi phục")).to_be_visible()
    again.get_by_role("link", name="Tắt").click()
    look(again)
    again.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    again.get_by_role("button", name="Tiếp tục").click()
    expect(again.get_by_text("Đã tắt xác thực hai lớp.")).to_be_visible()


@SIZES
def test_devices_are_signed_out(
    open_door: Callable[..., Page], open_page: Callable[..., Page], hanh: Context, size: tuple[int, int]
) -> None:
    lost, kept = open_page(hanh, "/", size=size), open_page(hanh, "/account/sessions", size=size)
    listener = Listener(kept)
    devices = kept.get_by_role("list", name="Thiết bị đang đăng nhập").get_by_role("listitem")
    expect(devices).to_have_count(2)
    expect(devices.first).to_contain_text("Thiết bị này")
    look(kept)
    kept.get_by_role("button", name="Đăng xuất mọi thiết bị khác").click()
    expect(devices).to_have_count(1)
    lost.goto("/customers")
    expect(lost.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    devices.get_by_role("button", name="Đăng xuất").click()
    expect(kept.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    for page in (lost, kept):  # Chromium may never answer that a window was closed which is still on its way
        page.wait_for_load_state("networkidle")
    assert listener.said == []


@SIZES
def test_a_token_is_made_shown_once_and_revoked(
    open_page: Callable[..., Page], hanh: Context, size: tuple[int, int]
) -> None:
    page = open_page(hanh, "/account/tokens", size=size)
    listener = Listener(page)
    expect(page.get_by_text("Chưa có token")).to_be_visible()
    look(page)
    page.get_by_label("Dùng cho việc gì").fill("Website")
    page.get_by_label("Xem và sửa").check()
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Thời hạn").select_option("30 ngày")
    page.get_by_role("button", name="Tạo token").click()
    assert page.get_by_label("Token mới của bạn").input_value().startswith(f"ghep_{hanh.tenant}_")
    look(page)
    page.goto("/account/tokens")
    expect(page.get_by_label("Token mới của bạn")).to_have_count(0)
    row = page.get_by_role("list", name="Token API").get_by_role("listitem").filter(has_text="Website")
    expect(row).to_contain_text("Chưa dùng")
    page.goto("/settings/tokens")
    look(page)
    row.get_by_role("button", name="Thu hồi").click()
    page.get_by_role("dialog").get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Chưa có token")).to_be_visible()
    assert listener.said == []


@SIZES
def test_a_company_demands_a_second_factor(
    open_page: Callable[..., Page], app: Flask, hanh: Context, make_context: Callable[..., Context],
    size: tuple[int, int],
) -> None:  # fmt: skip
    vault = app.extensions[EXTENSION].vault
    enrolment = second_factor.begin(hanh, vault)
    second_factor.switch_on(hanh, vault, enrolment, pyotp.TOTP(enrolment.secret).now())
    hanh.session.commit()
    colleague = make_context(hanh.company, name="Trần Anh Tuấn")
    page, other = open_page(hanh, "/settings/sign-in", size=size), open_page(colleague, "/customers", size=size)
    expect(page.get_by_text("Trần Anh Tuấn")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Bắt buộc").click()
    expect(page.get_by_role("button", name="Bỏ bắt buộc")).to_be_visible()

    other.goto("/customers")
    expect(other.get_by_role("heading", name="Cài đặt xác thực hai lớp")).to_be_visible()
    look(other)
    other.get_by_text("Không quét được?").click()
    secret = other.locator(".secret").inner_text().replace(" ", "")
    other.get_by_label("Nhập sáu chữ số").fill(pyotp.TOTP(secret).now())
    other.get_by_role("button", name="Bật").click()
    expect(other.get_by_role("heading", name="Mã khôi phục của bạn")).to_be_visible()
    other.goto("/customers")
    expect(other.get_by_role("heading", name="Khách hàng", exact=True)).to_be_visible()


@SIZES
def test_a_profile_with_a_picture(open_page: Callable[..., Page], hanh: Context, size: tuple[int, int]) -> None:
    page = open_page(hanh, "/account", size=size)
    listener = Listener(page)
    look(page)
    page.get_by_label("Di động").fill("0912 345 678")
    page.get_by_label("Chữ ký").fill("Nguyễn Thị Hạnh\nPhòng kinh doanh")
    picture = Path(__file__).resolve().parents[2] / "docs" / "images" / "customers-phone.png"
    page.locator("input[type=file]").set_input_files(picture)
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".top .avatar img").first).to_be_visible()
    expect(page.get_by_label("Chữ ký")).to_have_value("Nguyễn Thị Hạnh\nPhòng kinh doanh")
    look(page)
    page.goto("/users")
    expect(page.locator("main img").first).to_be_visible()
    assert listener.said == []
