"""A day outside with a telephone: calls, meetings, notes and tasks at a customer's (O-23), as the manual tells it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.activities.models import Meeting
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from tests.browser.conftest import PHONE
from tests.browser.looks import Listener, findings, overflow

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def visit(open_page: Open, context: Context) -> Callable[[], Page]:
    """The page of a customer on a telephone."""

    def go() -> Page:
        one = service.create(context, Customer, {"name": "Công ty Hoa Mai"})
        context.session.commit()
        return open_page(context, f"/customers/{one.id}", size=PHONE)

    return go


def add(page: Page, kind: str, label: str, text: str) -> Locator:
    """Press “+” of a kind, and fill in what it is called."""
    page.locator(".composer").get_by_role("button", name=kind, exact=True).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label(label).fill(text)
    return dialog


def line(page: Page, text: str) -> Locator:
    """An activity of the timeline."""
    return page.locator("#timeline li", has_text=text)


def test_a_call_is_planned_with_a_reminder_and_closed_with_what_follows(visit: Callable[[], Page]) -> None:
    page = visit()
    heard = Listener(page)
    dialog = add(page, "Cuộc gọi", "Mô tả", "Gọi xác nhận lịch giao hàng")
    expect(dialog.get_by_text("Tình trạng")).to_be_visible()
    dialog.get_by_label("Nhắc nhở", exact=True).select_option(label="Trước 15 phút")
    dialog.get_by_text("Nhắc nhở thông báo").click()
    dialog.get_by_text("Nhắc nhở qua email").click()
    assert overflow(page) == 0
    assert findings(page) == []
    dialog.get_by_role("button", name="Lưu").click()
    expect(line(page, "Gọi xác nhận lịch giao hàng")).to_contain_text("Lên kế hoạch")
    line(page, "Gọi xác nhận").get_by_role("button", name="Đóng với kết quả").click()
    dialog.get_by_text("Cuộc gặp").click()
    dialog.get_by_label("Mô tả").fill("Gặp ký hợp đồng")
    assert overflow(page) == 0
    dialog.get_by_role("button", name="Hoàn thành").click()
    expect(page.locator("#timeline .ahead li")).to_have_count(1)
    expect(page.locator("#timeline .ahead")).to_contain_text("Gặp ký hợp đồng")
    expect(line(page, "Gọi xác nhận")).to_contain_text("Hoàn thành")
    assert heard.said == []


def test_a_task_is_ticked_and_the_tick_taken_back(visit: Callable[[], Page]) -> None:
    page = visit()
    dialog = add(page, "Công việc", "Chủ đề", "Soạn báo giá")
    dialog.get_by_text("Cao", exact=True).click()
    dialog.get_by_role("button", name="Lưu").click()
    page.locator("#timeline .ahead").get_by_role("checkbox").click()
    expect(page.locator("#timeline .ahead")).to_have_count(0)
    expect(line(page, "Soạn báo giá")).to_contain_text("Đã hoàn thành")
    page.locator(".toast", has_text="Soạn báo giá").get_by_role("button", name="Hoàn tác").last.click()
    expect(page.locator("#timeline .ahead")).to_contain_text("Soạn báo giá")


def test_notes_and_comments_are_written_in_place_and_found_by_kind(visit: Callable[[], Page]) -> None:
    page = visit()
    page.get_by_placeholder("Viết ghi chú…").fill("Khách thích uống trà")
    page.get_by_role("button", name="Lưu ghi chú").click()
    expect(line(page, "Khách thích uống trà")).to_be_visible()
    expect(page.get_by_placeholder("Viết ghi chú…")).to_have_value("")
    page.locator("[data-mention]").fill("Nhờ anh xem giúp")
    page.get_by_role("button", name="Gửi bình luận").click()
    expect(line(page, "Nhờ anh xem giúp")).to_be_visible()
    page.locator(".timeline-kinds").get_by_role("button", name="Ghi chú").click()
    expect(page.locator("#timeline .timeline > li")).to_have_count(1)
    assert overflow(page) == 0


def test_a_meeting_is_checked_in_at_with_a_picture(open_page: Open, context: Context, tmp_path: Path) -> None:
    one = service.create(context, Customer, {"name": "Công ty Hoa Mai"})
    service.create(context, Meeting, {"subject": "Khảo sát mặt bằng", "starts": now(), "customer": one.id})
    context.session.commit()
    page = open_page(context, f"/customers/{one.id}", size=PHONE)
    photo = tmp_path / "anh.jpg"
    Image.new("RGB", (80, 60), "teal").save(photo)
    camera = page.locator("[data-check-in]")
    page.context.clear_permissions()
    camera.set_input_files(photo)
    expect(page.locator(".toast.error")).to_contain_text("vị trí")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 16.4637, "longitude": 107.5909, "accuracy": 9})
    camera.set_input_files(photo)
    expect(line(page, "Khảo sát mặt bằng").locator("figcaption")).to_contain_text("16.4637, 107.5909, sai số 9 m")
    expect(line(page, "Khảo sát mặt bằng").get_by_role("link", name="Xem bản đồ")).to_be_visible()
    assert overflow(page) == 0
