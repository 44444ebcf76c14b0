"""The company's calendar at a desk: dragged to another hour, lengthened, taken back, looked at by month, added by a click."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from core.activities.models import Meeting
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from tests.browser.looks import findings, overflow

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def meeting(context: Context) -> Meeting:
    """Today from nine to ten."""
    nine = datetime.combine(context.today(), time(9), context.company.zone)
    made = service.create(
        context, Meeting, {"subject": "Gặp chị Lan", "starts": nine, "ends": nine + timedelta(hours=1)}
    )
    context.session.commit()
    return made


def hour_height(page: Page) -> float:
    """How far apart two hours are."""
    ten, eleven = (page.locator(".ec-sidebar time", has_text=text).bounding_box() for text in ("10:00", "11:00"))
    assert ten is not None
    assert eleven is not None
    return eleven["y"] - ten["y"]


def drag(page: Page, what: Locator, hours: float, *, by_its_end: bool = False) -> None:
    what.hover()  # it is there, and stands still
    box, height = what.bounding_box(), hour_height(page)
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 2 if by_its_end else 8)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + hours * height / 2, steps=4)
    page.mouse.move(x, y + hours * height, steps=4)
    page.mouse.up()


def hours_of(context: Context, meeting: Meeting) -> tuple[str, str]:
    context.session.rollback()
    context.session.refresh(meeting)
    assert meeting.ends is not None
    zone = context.company.zone
    return f"{meeting.starts.astimezone(zone):%H:%M}", f"{meeting.ends.astimezone(zone):%H:%M}"


def test_a_meeting_is_dragged_to_another_hour_lengthened_and_put_back(
    open_page: Open, context: Context, meeting: Meeting
) -> None:
    page = open_page(context, "/calendar?view=week", size=DESK)
    event = page.locator(".ec-event", has_text="Gặp chị Lan")
    expect(event).to_contain_text("09:00")
    with page.expect_response("**/calendar/events**"):
        drag(page, event, 2)
    expect(event).to_contain_text("11:00")
    assert hours_of(context, meeting) == ("11:00", "12:00")
    with page.expect_response("**/calendar/events**"):
        drag(page, event, 1, by_its_end=True)
    expect(page.get_by_text("Đã chuyển lịch.")).to_have_count(2)
    assert hours_of(context, meeting) == ("11:00", "13:00")
    page.get_by_role("button", name="Hoàn tác").last.click()
    expect(page.get_by_text("Đã hoàn tác")).to_be_visible()
    assert hours_of(context, meeting) == ("11:00", "12:00")


def test_what_somebody_else_moved_meanwhile_goes_back_to_its_place(
    open_page: Open, context: Context, meeting: Meeting
) -> None:
    page = open_page(context, "/calendar?view=week", size=DESK)
    event = page.locator(".ec-event", has_text="Gặp chị Lan")
    expect(event).to_contain_text("09:00")
    service.update(context, meeting, {"place": "Quán Gió"})
    context.session.commit()
    with page.expect_response("**/meetings/reschedule") as answer:
        drag(page, event, 2)
    assert answer.value.status == 409
    expect(page.get_by_role("alert")).to_be_visible()
    expect(event).to_contain_text("09:00")
    assert hours_of(context, meeting)[0] == "09:00"


@pytest.mark.usefixtures("meeting")
def test_the_month_shows_the_same_and_is_where_one_left_it(open_page: Open, context: Context) -> None:
    page = open_page(context, "/calendar?view=week", size=DESK)
    event = page.locator(".ec-event", has_text="Gặp chị Lan")
    page.get_by_role("button", name="Tháng").click()
    expect(page.locator(".ec-month-view, .ec-day-grid").first).to_be_visible()
    expect(event).to_be_visible()
    page.reload()
    expect(event).to_be_visible()
    assert "view=month" in page.url
    with page.expect_response("**/calendar/prefer"):
        page.locator(".calendar-kinds label", has_text="Cuộc gặp").click()
    expect(event).to_have_count(0)
    page.reload()
    expect(page.get_by_role("checkbox", name="Cuộc gặp")).not_to_be_checked()
    expect(event).to_have_count(0)


@pytest.mark.usefixtures("meeting")
def test_a_click_on_an_empty_hour_adds_and_one_on_an_entry_completes(open_page: Open, context: Context) -> None:
    page = open_page(context, "/calendar?view=day", size=DESK)
    event = page.locator(".ec-event", has_text="Gặp chị Lan")
    box = event.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4 + 4 * hour_height(page))
    page.locator("#dialog").get_by_role("link", name="Cuộc gặp").click()
    page.get_by_label("Mô tả").or_(page.locator("[name=subject]")).first.fill("Gặp anh Kiên")
    assert page.locator("[name=starts]").input_value() == f"{context.today()}T13:00"
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Gặp anh Kiên")).to_be_visible()
    page.goto("/calendar?view=day")
    expect(page.locator(".ec-event", has_text="Gặp anh Kiên")).to_contain_text("13:00")
    event.click()
    page.locator("#dialog").get_by_role("button", name="Hoàn thành").click()
    expect(page.locator(".ec-event.done", has_text="Gặp chị Lan")).to_be_visible()


@pytest.mark.usefixtures("meeting")
def test_in_a_hand_the_day_is_ticked_off_with_a_thumb(open_page: Open, context: Context) -> None:
    page = open_page(context, "/my-day", size=PHONE)
    page.get_by_role("button", name="Hoàn thành “Gặp chị Lan”").click()
    expect(page.get_by_text("Đã hoàn thành 1/1")).to_be_visible()
    expect(page.get_by_role("button", name="Hoàn thành “Gặp chị Lan”")).to_have_count(0)
    page.goto("/calendar")
    expect(page.locator(".ec-list")).to_be_visible()
    page.get_by_role("button", name="Ngày").click()
    expect(page.locator(".ec-event", has_text="Gặp chị Lan")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_stay_is_dragged_into_another_room(open_page: Open, context: Context, size: tuple[int, int]) -> None:
    model = context.hooks.registry.resources["kennel.stay"].model
    owner = service.create(context, Customer, {"name": "Cô Lan"})
    stay, _other = (
        service.create(
            context, model,
            {"pet": pet, "room": room, "customer": owner.id, "arrives": context.today(), "leaves": context.today()},
        )
        for pet, room in (("Mướp", "Chuồng 1"), ("Vàng", "Chuồng 2"))
    )  # fmt: skip
    context.session.commit()
    page = open_page(context, "/kennel/stays?mode=calendar", size=size)
    page.get_by_role("button", name="Tuần · chuồng").click()
    mine, theirs = page.locator(".ec-event", has_text="Mướp"), page.locator(".ec-event", has_text="Vàng")
    expect(page.get_by_text("Chuồng 2")).to_be_visible()
    if size == PHONE:  # a finger that is put down scrolls
        assert (findings(page), overflow(page)) == ([], 0)
        return
    mine.hover()
    start, end = mine.bounding_box(), theirs.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.down()
    page.mouse.move(start["x"] + 20, end["y"] + 4, steps=5)
    page.mouse.move(start["x"] + 20, end["y"] + 10, steps=5)
    with page.expect_response("**/reschedule"):
        page.mouse.up()
    context.session.refresh(stay)
    assert (stay.room, stay.arrives) == ("Chuồng 2", context.today())  # type: ignore[attr-defined] # the example's fields
    assert (findings(page), overflow(page)) == ([], 0)
