"""Boards and calendars: the same records laid out by state and by day, and moved by dragging."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.entity import Entity
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]
DAY = date(2026, 3, 10)


@pytest.fixture
def stay(context: Context, customer: Made) -> Callable[..., Entity]:
    """A pet's stay: the example of a partner's entity with a state, an amount and two days."""
    model = context.hooks.registry.resources["kennel.stay"].model
    owner = customer("Chủ nuôi")

    def make(pet: str = "Mướp", **values: Any) -> Entity:
        given = {"pet": pet, "customer": owner.id, "arrives": DAY, "leaves": DAY + timedelta(days=2), **values}
        made = service.create(context, model, given)
        context.session.commit()
        return made

    return make


def lane(page: str, value: str) -> str:
    return page.split(f'data-value="{value}"')[1].split("</section>", maxsplit=1)[0]


def test_a_board_has_a_lane_per_state_with_count_and_sum(pages: Pages, stay: Callable[..., Entity]) -> None:
    stay("Mướp", price=Decimal(100_000))
    stay("Vàng", price=Decimal(250_000))
    stay("Mực", state="staying")
    page = pages.get("/kennel/stays?mode=board")
    booked = lane(page, "booked")
    assert "Mướp" in booked
    assert '<b class="count">2</b>' in booked
    assert "350.000 đ" in booked
    assert "Mực" in lane(page, "staying")
    assert "Chủ nuôi" in booked, "whom a card is about is read at a glance"


def test_a_lane_is_paged_on_its_own_and_the_board_is_searched_and_filtered(
    pages: Pages, stay: Callable[..., Entity]
) -> None:
    for number in range(23):
        stay(f"Miu {number:02d}", price=Decimal(1000))
    stay("Vàng", price=Decimal(1000))
    page = pages.get("/kennel/stays?mode=board&q=miu")
    booked = lane(page, "booked")
    assert '<b class="count">23</b>' in booked
    assert booked.count('class="kcard"') == 20
    url = booked.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    rest = pages.part(url)
    assert rest.count('class="kcard"') == 3
    assert "Vàng" not in rest
    assert lane(pages.get("/kennel/stays?mode=board&price__gte=5000"), "booked").count('class="kcard"') == 0


def test_a_card_is_moved_and_the_lanes_figures_come_back(pages: Pages, stay: Callable[..., Entity]) -> None:
    one = stay(price=Decimal(100_000))
    answer = pages.send("/kennel/stays/move", id=str(one.id), value="staying", version="1").get_json()
    assert answer["version"] == 2
    assert {lane["value"]: lane["count"] for lane in answer["lanes"]} == {"booked": "0", "staying": "1"}


def test_a_card_that_somebody_else_moved_is_not_moved_over_them(
    pages: Pages, stay: Callable[..., Entity], context: Context
) -> None:
    one = stay()
    service.update(context, one, {"state": "collected"})
    context.session.commit()
    answer = pages.send("/kennel/stays/move", 409, id=str(one.id), value="staying", version="1")
    assert answer.get_json()["detail"]
    context.session.refresh(one)
    assert one.state == "collected"  # type: ignore[attr-defined] # the example's field


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"value": "nowhere"}, 422), ({"version": "x"}, 400), ({"id": "x"}, 400),
        ({"id": "00000000-0000-0000-0000-000000000000"}, 404),
    ],
)  # fmt: skip
def test_a_move_that_makes_no_sense_is_refused(
    pages: Pages, stay: Callable[..., Entity], form: dict[str, str], status: int
) -> None:
    one = stay()
    given = {"id": str(one.id), "value": "staying", "version": "1", **form}
    assert pages.client.post("/kennel/stays/move", data=given).status_code == status
    assert (one.state, one.version) == ("booked", 1)  # type: ignore[attr-defined] # the example's field


def test_the_calendar_asks_for_a_period_and_gets_what_touches_it(pages: Pages, stay: Callable[..., Entity]) -> None:
    inside = stay("Trong", arrives=DAY, leaves=DAY + timedelta(days=2))
    stay("Trước", arrives=DAY - timedelta(days=9), leaves=DAY - timedelta(days=5))
    stay("Bắc cầu", arrives=DAY - timedelta(days=9), leaves=DAY + timedelta(days=30))
    page = pages.get("/kennel/stays?mode=calendar")
    assert 'data-events-url="/kennel/stays/events?mode=calendar"' in page
    answer = pages.client.get(
        "/kennel/stays/events?mode=calendar&start=2026-03-09T00:00:00&end=2026-03-16T00:00:00"
    ).get_json()
    found = {one["title"]: one for one in answer}
    assert set(found) == {"Trong", "Bắc cầu"}
    assert found["Trong"] == {
        "id": str(inside.id), "title": "Trong", "start": "2026-03-10", "end": "2026-03-13", "allDay": True,
        "resourceIds": ["="],
        "extendedProps": {"url": f"/kennel/stays/{inside.id}", "color": "blue", "version": 1},
    }  # fmt: skip


def test_an_event_is_dragged_to_another_day(pages: Pages, stay: Callable[..., Entity], context: Context) -> None:
    one = stay()
    form = {"id": str(one.id), "start": "2026-03-20T00:00", "end": "2026-03-23T00:00", "version": "1"}
    assert pages.send("/kennel/stays/reschedule", **form).get_json()["version"] == 2
    context.session.refresh(one)
    assert (one.arrives, one.leaves) == (date(2026, 3, 20), date(2026, 3, 22))  # type: ignore[attr-defined] # the example's fields
    assert pages.send("/kennel/stays/reschedule", 409, **form).get_json()["detail"]
    assert pages.send("/kennel/stays/reschedule", 400, **{**form, "start": "mai"}).status_code == 400


def test_a_period_that_makes_no_sense_is_refused(pages: Pages) -> None:
    for query in (
        "",
        "start=2026-01-01",
        "start=x&end=y",
        "start=2026-02-01&end=2026-01-01",
        "start=1900-01-01&end=2100-01-01",
    ):
        assert pages.client.get(f"/kennel/stays/events?{query}").status_code == 400, query


def test_a_new_record_begins_on_the_day_that_was_clicked(pages: Pages) -> None:
    assert 'value="2026-03-10"' in pages.get("/kennel/stays/new?date=2026-03-10")


def test_an_entity_without_states_or_days_has_neither(pages: Pages) -> None:
    page = pages.get("/tags?mode=board")
    assert 'class="board"' not in page
    assert pages.client.get("/tags/events?start=2026-01-01&end=2026-02-01").status_code == 404
    assert pages.client.post("/tags/move", data={"id": "x", "value": "y", "version": "1"}).status_code == 404


def test_those_who_may_only_look_cannot_drag(pages_of: Callable[..., Pages], stay: Callable[..., Entity]) -> None:
    one = stay()
    viewer = pages_of(kennel_stay=["see"])
    assert 'data-move-url=""' in viewer.get("/kennel/stays?mode=board")
    assert "data-move-url" not in viewer.get("/kennel/stays?mode=calendar")
    viewer.send("/kennel/stays/move", 403, id=str(one.id), value="staying", version="1")
    viewer.send("/kennel/stays/reschedule", 403, id=str(one.id), start="2026-03-20", end="2026-03-23", version="1")


def columns(pages: Pages, first: str = "2026-03-09T00:00:00", last: str = "2026-03-16T00:00:00") -> list[str]:
    answer = pages.client.get(f"/kennel/stays/calendar-columns?start={first}&end={last}").get_json()
    return [one["id"] for one in answer]


def test_rooms_stand_beside_each_other_and_a_stay_is_dragged_into_another(
    pages: Pages, stay: Callable[..., Entity], context: Context
) -> None:
    one = stay(room="Chuồng 9")
    stay("Vàng", room="Chuồng 10")
    stay("Mực")
    stay("Cũ", room="Chuồng 1", arrives=DAY - timedelta(days=400), leaves=DAY - timedelta(days=399))
    page = pages.get("/kennel/stays?mode=calendar")
    assert 'data-columns-url="/kennel/stays/calendar-columns"' in page
    assert columns(pages) == ["=", "=Chuồng 9", "=Chuồng 10"], "who has none first, then by name and number"
    shown = pages.client.get("/kennel/stays/events?start=2026-03-09T00:00:00&end=2026-03-16T00:00:00").get_json()
    assert {found["title"]: found["resourceIds"] for found in shown} == {
        "Mướp": ["=Chuồng 9"], "Vàng": ["=Chuồng 10"], "Mực": ["="],
    }  # fmt: skip
    form = {"id": str(one.id), "start": "2026-03-10T00:00", "end": "2026-03-13T00:00"}
    moved = pages.send("/kennel/stays/reschedule", **form, version="1", column="=Chuồng 10").get_json()
    context.session.refresh(one)
    assert one.room == "Chuồng 10"  # type: ignore[attr-defined] # the example's field
    pages.send("/kennel/stays/reschedule", **form, version=str(moved["version"]), column="=")
    context.session.refresh(one)
    assert one.room is None  # type: ignore[attr-defined] # the example's field
    pages.send("/kennel/stays/reschedule", 422, **form, version="3", column=f"={'x' * 30}")


def test_columns_of_a_link_are_its_records_and_a_stranger_is_none(
    pages: Pages, stay: Callable[..., Entity], customer: Made, stranger: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stay by the customer it is for, as another trade would lay its records out by a record of its own."""
    monkeypatch.setattr("core.web.entity.calendar.column_field", lambda resource: resource.fields["customer"])
    one, other = stay(), customer("Bác Tư")
    assert f"={other.id}" in columns(pages)
    form = {"id": str(one.id), "start": "2026-03-10T00:00", "end": "2026-03-13T00:00", "version": "1"}
    foreign = service.create(stranger, Customer, {"name": "Người lạ"})
    stranger.session.commit()
    pages.send("/kennel/stays/reschedule", 422, **form, column=f"={foreign.id}")
    pages.send("/kennel/stays/reschedule", 400, **form, column="=ai")
    pages.send("/kennel/stays/reschedule", **form, column=f"={other.id}")
    monkeypatch.undo()
    pages.get("/meetings/calendar-columns?start=2026-03-09T00:00:00&end=2026-03-16T00:00:00", 404)


def test_a_calendar_says_when_it_leaves_something_out(
    pages: Pages, stay: Callable[..., Entity], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        stay(f"Miu {number}")
    period = "/kennel/stays/events?start=2026-03-09T00:00:00&end=2026-03-16T00:00:00"
    assert "Ghep-Cut-At" not in pages.client.get(period).headers
    monkeypatch.setattr("core.web.entity.calendar.MOST", 2)
    answer = pages.client.get(period)
    assert (len(answer.get_json()), answer.headers["Ghep-Cut-At"]) == (2, "2")
