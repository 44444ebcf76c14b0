"""The workshop seen from afar: cars by bay and state, no more than whoever looks may know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from core.sdk import Context, create, update
from core.testing import limited
from plugins.garage.documents import RepairOrder
from plugins.garage.models import Bay
from plugins.garage.workshop import wall


def test_cars_stand_in_their_bays_until_they_are_handed_over(context: Context, order: RepairOrder) -> None:
    second = create(context, Bay, {"name": "Khoang 2", "position": 2})
    create(context, Bay, {"name": "Khoang 1", "position": 1})
    assert [car.plate for car in wall(context).waiting] == ["30A-123.45"]
    works = [{"id": order.works[0].id, "done": True}, {"id": order.works[1].id}]
    more = {"name": "Thay má phanh", "price": Decimal(300_000), "agreed": "proposed"}
    late = datetime.now(UTC) - timedelta(hours=1)
    values = {"bay": second.id, "state": "working", "works": [*works, more], "promised_at": late}
    update(context, order, values)
    found = wall(context)
    assert [(name, len(cars)) for name, cars in found.bays] == [("Khoang 1", 0), ("Khoang 2", 1)]
    (car,) = found.bays[1][1]
    assert (car.model, car.done, car.works, car.asks, car.late) == ("Toyota Vios", 1, 2, True, True)
    assert {state.value: n for state, n in found.counts if n} == {"working": 1}
    update(context, order, {"state": "done"})
    assert [(car.plate, car.late) for car in wall(context).done] == [("30A-123.45", False)]
    update(context, order, {"state": "delivered"})
    assert not any(n for _state, n in wall(context).counts)


def test_the_screen_tells_no_more_than_the_list(
    context: Context, order: RepairOrder, make_client: Callable[..., FlaskClient]
) -> None:
    context.session.commit()
    nobody = make_client(context, grants=limited(garage_vehicle=["see"]))
    assert nobody.get("/garage/workshop").status_code == 403
    hidden = {"garage.repair_order": {"vehicle": "hidden", "technicians": "hidden"}}
    grants = replace(limited(garage_repair_order=["see"]), fields=hidden)
    page = make_client(context, grants=grants).get("/garage/workshop").get_data(as_text=True)
    assert order.number in page
    assert "30A-123.45" not in page


def test_calendars_say_which_car_and_whose(
    context: Context, order: RepairOrder, make_client: Callable[..., FlaskClient]
) -> None:
    update(context, order, {"promised_at": datetime(2026, 3, 10, 9, tzinfo=UTC)})
    context.session.commit()
    week = "start=2026-03-09T00:00:00&end=2026-03-16T00:00:00"
    paths = "/garage/repair-orders/events?", "/calendar/events?kinds=garage.repair_order&whose=all&"

    def told(client: FlaskClient) -> list[list[str]]:
        return [[one["title"] for one in client.get(path + week).get_json()] for path in paths]

    hidden = {"garage.repair_order": {"vehicle": "hidden"}}
    limits = replace(limited(garage_repair_order=["see"]), fields=hidden)
    assert told(make_client(context, grants=limits)) == [[f"Anh Tuấn · {order.number}"]] * 2
    everything = limited(garage_repair_order=["see"])
    assert told(make_client(context, grants=everything)) == [[f"30A-123.45 · Anh Tuấn · {order.number}"]] * 2
