"""The company's calendar: all kinds together, of whom one asks for, each by what one may see; moved and completed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from core.access.organisation import Department
from core.activities.models import Call, Meeting, Task
from core.context import Context, Grants
from core.customers.models import Customer
from core.entity import service
from core.entity.entity import Entity

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 3, 9)
WEEK = "start=2026-03-09T00:00:00&end=2026-03-16T00:00:00"
EVERY_KIND = "core.task,core.call,core.meeting,core.transaction,kennel.stay"
SEES_OWN = Grants(verbs={"*": {"see": "own", "edit": "own", "create": "own"}})
Events = Callable[..., dict[str, Any]]


def at(hour: float, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HANOI) + timedelta(hours=hour)


@pytest.fixture
def events(client: FlaskClient) -> Events:
    """What a period shows, by title."""

    def ask(query: str = f"{WEEK}&whose=all", *, kinds: str = EVERY_KIND, of: FlaskClient = client) -> dict[str, Any]:
        answer = of.get(f"/calendar/events?{query}&kinds={kinds}")
        assert answer.status_code == 200
        return {one["title"]: one for one in answer.get_json()}

    return ask


def meeting(context: Context, subject: str = "Gặp khách", **values: Any) -> Entity:
    made = service.create(context, Meeting, {"subject": subject, "starts": at(9), "ends": at(10), **values})
    context.session.commit()
    return made


def test_all_kinds_stand_together_with_hours_days_and_length(context: Context, events: Events) -> None:
    stays = context.hooks.registry.resources["kennel.stay"].model
    customer = service.create(context, Customer, {"name": "Chị Lan"})
    stay = {"pet": "Mướp", "customer": customer.id, "arrives": MONDAY, "leaves": MONDAY + timedelta(days=2)}
    service.create(context, stays, stay)
    service.create(context, Call, {"subject": "Gọi lại", "starts": at(14)})
    service.create(context, Task, {"subject": "Soạn báo giá", "starts": at(8), "ends": at(8 + 24 * 3)})
    service.create(context, Task, {"subject": "Chỉ có hạn", "ends": at(17)})
    service.create(context, Task, {"subject": "Không ngày"})
    meeting(context, "Qua nửa đêm", starts=at(23), ends=at(25))
    meeting(context, "Tuần trước", starts=at(-100), ends=at(-99))
    found = events()
    assert {title: (one["start"], one["end"], one["allDay"]) for title, one in found.items()} == {
        "Mướp": ("2026-03-09", "2026-03-12", True),
        "Gọi lại": ("2026-03-09T14:00", "2026-03-09T14:30", False),
        "Soạn báo giá": ("2026-03-09", "2026-03-13", True),
        "Chỉ có hạn": ("2026-03-09T17:00", "2026-03-09T17:30", False),
        "Qua nửa đêm": ("2026-03-09T23:00", "2026-03-10T01:00", False),
    }
    assert len({one["extendedProps"]["color"] for one in found.values()}) == 4
    assert set(events(kinds="core.call")) == {"Gọi lại"}


def test_hours_are_those_of_whoever_looks_across_a_change_of_clocks(
    context: Context, events: Events, make_client: Callable[..., FlaskClient], make_context: Callable[..., Context]
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    meeting(context, starts=datetime(2026, 3, 29, 1, tzinfo=berlin), ends=datetime(2026, 3, 29, 4, tzinfo=berlin))
    abroad = make_context(context.company, name="Anh Kiên")
    from core.access.models import User

    person = abroad.session.get_one(User, (abroad.tenant, abroad.user.id if abroad.user else None))
    person.timezone = "Europe/Berlin"
    abroad.session.commit()
    query = "start=2026-03-23T00:00:00&end=2026-03-30T00:00:00&whose=all"
    seen = events(query, of=make_client(abroad))["Gặp khách"]
    assert (seen["start"], seen["end"]) == ("2026-03-29T01:00", "2026-03-29T04:00")
    assert events(query)["Gặp khách"]["start"] == "2026-03-29T07:00"


def test_mine_is_what_i_own_or_was_given_and_others_see_no_more_than_they_may(
    context: Context, events: Events, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
) -> None:
    colleague = make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")
    assert context.user is not None
    assert colleague.user is not None
    theirs = make_client(colleague, grants=SEES_OWN)
    meeting(context, "Của tôi")
    meeting(context, "Giao cho Tuấn", assignees=[colleague.user.id])
    meeting(colleague, "Của Tuấn")
    assert set(events(f"{WEEK}&whose=me")) == {"Của tôi", "Giao cho Tuấn"}
    assert set(events(f"{WEEK}&whose={colleague.user.id}")) == {"Giao cho Tuấn", "Của Tuấn"}
    for whose in ("me", "all", "nonsense", "%00"):
        assert set(events(f"{WEEK}&whose={whose}", of=theirs)) == {"Giao cho Tuấn", "Của Tuấn"}
    assert set(events(f"{WEEK}&whose={context.user.id}", of=theirs)) == {"Giao cho Tuấn"}


def test_a_head_sees_their_team(
    context: Context, events: Events, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
) -> None:
    grants = Grants(verbs={"*": {"see": "below", "edit": "own", "create": "own"}})
    head, member = (make_context(context.company, grants=grants, name=name) for name in ("Trưởng phòng", "Nhân viên"))
    assert head.user is not None
    assert member.user is not None
    department = {"name": "Kinh doanh", "head": head.user.id, "members": [member.user.id]}
    service.create(context, Department, department)
    window = make_client(head, grants=grants)
    make_client(member, grants=grants)
    meeting(context, "Của giám đốc")
    meeting(member, "Của nhân viên")
    meeting(head, "Của trưởng phòng")
    assert set(events(f"{WEEK}&whose=team", of=window)) == {"Của nhân viên", "Của trưởng phòng"}
    assert set(events(f"{WEEK}&whose=me", of=window)) == {"Của trưởng phòng"}


def test_moving_keeps_what_was_not_touched_and_can_be_taken_back(client: FlaskClient, context: Context) -> None:
    long = service.create(context, Task, {"subject": "Ba ngày", "starts": at(8), "ends": at(17 + 48)})
    call = service.create(context, Call, {"subject": "Gọi", "starts": at(9)})
    due = service.create(context, Task, {"subject": "Hạn", "ends": at(17)})
    open_ended = meeting(context, ends=None)

    def move(record: Entity, start: str, end: str, **more: str) -> Any:
        path = context.resource(type(record)).path
        form = {"id": str(record.id), "start": start, "end": end, "version": "1", **more}
        answer = client.post(f"/{path}/reschedule", data=form)
        assert answer.status_code == 200
        context.session.refresh(record)
        return answer.get_json()

    answer = move(long, "2026-03-16T00:00", "2026-03-19T00:00", all_day="1")
    assert (long.starts, long.ends) == (at(8 + 168), at(17 + 48 + 168))
    move(call, "2026-03-10T15:00", "2026-03-10T15:30")
    assert call.starts == at(15 + 24)
    move(due, "2026-03-10T11:00", "2026-03-10T11:30")
    assert (due.starts, due.ends) == (None, at(11 + 24))
    move(open_ended, "2026-03-10T11:00", "2026-03-10T11:30")
    assert (open_ended.starts, open_ended.ends) == (at(11 + 24), None)  # type: ignore[attr-defined] # a meeting's
    move(open_ended, "2026-03-10T11:00", "2026-03-10T13:00", resized="1", version="2")
    assert open_ended.ends == at(13 + 24)  # type: ignore[attr-defined] # a meeting's
    assert client.post(answer["undo_url"]).status_code in {204, 302}
    context.session.refresh(long)
    assert (long.starts, long.ends) == (at(8), at(17 + 48))


def test_a_card_tells_the_little_one_needs_and_completes(client: FlaskClient, context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Chị Lan", "mobile": "+84912345678"})
    one = meeting(context, customer=customer.id, place="Quán Gió")
    card = f"/calendar/entries/core.meeting/{one.id}"
    text = client.get(card).get_data(as_text=True)
    assert all(part in text for part in ("Gặp khách", "Chị Lan", "tel:+84912345678", "Quán Gió", "09:00–10:00"))
    answer = client.post(f"{card}/complete")
    assert "calendarChanged" in answer.headers["HX-Trigger"]
    context.session.refresh(one)
    assert one.state == "held"  # type: ignore[attr-defined] # a meeting's
    assert f"{card}/complete" not in client.get(card).get_data(as_text=True)


def test_what_one_may_not_see_has_no_card(
    client: FlaskClient,
    context: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
) -> None:
    one = meeting(context)
    colleague = make_client(make_context(context.company, grants=SEES_OWN, name="Người khác"), grants=SEES_OWN)
    for kind in ("core.meeting", "core.call", "core.customer", "core.nothing", "nothing"):
        assert colleague.get(f"/calendar/entries/{kind}/{one.id}").status_code == 404
        assert colleague.post(f"/calendar/entries/{kind}/{one.id}/complete").status_code == 404
    assert client.get(f"/calendar/entries/core.customer/{one.id}").status_code == 404


def test_a_click_asks_for_the_kind_and_carries_the_time_into_its_form(client: FlaskClient) -> None:
    text = client.get("/calendar/new?start=2026-03-10T09:30&end=2026-03-10T11:00").get_data(as_text=True)
    assert "/meetings/new?starts=2026-03-10T09%3A30&amp;ends=2026-03-10T11%3A00" in text
    assert "/kennel/stays/new?arrives=2026-03-10" in text
    form = client.get("/meetings/new?starts=2026-03-10T09:30&ends=2026-03-10T11:00").get_data(as_text=True)
    assert 'value="2026-03-10T09:30"' in form
    assert client.get("/calendar/new?start=mai").status_code == 400


def test_whose_and_which_kinds_are_remembered_per_person(
    client: FlaskClient,
    context: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
) -> None:
    assert client.post("/calendar/prefer", data={"whose": "team", "kind": ["core.task"]}).status_code == 200
    mine = client.get("/calendar").get_data(as_text=True)
    assert '<option value="team" selected>' in mine
    assert 'value="core.task" checked' in mine
    assert 'value="core.call" checked' not in mine
    other = make_client(make_context(context.company, name="Người khác")).get("/calendar").get_data(as_text=True)
    assert 'value="core.call" checked' in other


@pytest.mark.parametrize("query", ["", "start=x&end=y", "start=2026-02-01&end=2026-01-01", "start=1900-01-01&end=2100-01-01"])  # fmt: skip
def test_a_period_that_makes_no_sense_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/calendar/events?{query}&kinds=core.task").status_code == 400
