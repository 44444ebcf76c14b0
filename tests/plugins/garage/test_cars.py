"""Cars: plates however they are typed, whose a car was, when it is due, and an odometer that runs forward."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.sdk import Context, Customer, InvalidError, Query, create, delete, read_page, update
from core.testing.web import ApiClient
from plugins.catalog.api import Product
from plugins.garage.due import Visit, maintenance_due, next_inspection, pace_of
from plugins.garage.models import Holding, Norm, Reception, Standard, Vehicle
from plugins.garage.standards import catalogue
from plugins.garage.vehicles import written

D = date
CAME = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def owner(context: Context) -> Customer:
    return create(context, Customer, {"name": "Nguyễn Văn An"})


@pytest.fixture
def car(context: Context, owner: Customer) -> Vehicle:
    return create(context, Vehicle, {"plate": "30a 123.45", "customer": owner.id, "km": 40_000})


def receive(context: Context, car: Vehicle, **values: Any) -> Reception:
    return create(context, Reception, {"vehicle": car.id} | values)


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("30a12345", "30A-123.45"), ("30A-1234", "30A-1234"), ("29ld 123.45", "29LD-123.45"), ("80-NG 12", "80-NG 12"),
        ("59x1-12345", "59X1-123.45"),
    ],
)  # fmt: skip
def test_a_plate_is_kept_as_it_is_written_on_the_car(typed: str, plate: str) -> None:
    assert written(typed) == plate


@pytest.mark.parametrize("typed", ["30A-123.45", "30a12345", "30A 123 45", "30a-12345", "12345", "123.45"])
def test_a_car_is_found_however_its_plate_is_typed(context: Context, car: Vehicle, typed: str) -> None:
    found = read_page(context, Query(context.resource(Vehicle), columns=[Vehicle.__fields__["plate"]], q=typed))
    assert [row["plate"] for row in found.rows] == ["30A-123.45"]


def test_plates_and_owners_of_a_car_are_kept(context: Context, car: Vehicle) -> None:
    second = create(context, Customer, {"name": "Trần Thị Bình"})
    update(context, car, {"color": "Trắng"})
    update(context, car, {"customer": second.id, "plate": "51K67890"})
    kept = sa.select(Holding).where(Holding.tenant_id == context.tenant, Holding.vehicle_id == car.id)
    rows = sorted(context.session.scalars(kept), key=lambda one: one.until is None)
    assert [(one.plate, one.customer.name, one.until) for one in rows] == [
        ("30A-123.45", "Nguyễn Văn An", context.today()),
        ("51K-678.90", "Trần Thị Bình", None),
    ]


@pytest.mark.parametrize(
    ("inspected", "registered", "made", "seats", "commercial", "due"),
    [
        (None, None, 2020, 5, False, None),
        (None, D(2024, 5, 20), 2024, 5, False, D(2027, 5, 20)),
        (None, D(2024, 5, 20), 2024, 5, True, D(2026, 5, 20)),
        (D(2026, 2, 28), None, 2019, 5, False, D(2028, 2, 28)),
        (D(2026, 8, 31), None, 2018, 9, False, D(2027, 8, 31)),
        (D(2026, 8, 31), None, 2005, 5, False, D(2027, 2, 28)),
        (D(2026, 1, 15), None, 2022, 16, False, D(2027, 1, 15)),
        (D(2026, 1, 15), None, 2015, 5, True, D(2026, 7, 15)),
    ],
)  # fmt: skip
def test_the_next_inspection_is_worked_out_by_law(
    inspected: date | None, registered: date | None, made: int, seats: int, commercial: bool, due: date | None
) -> None:
    assert next_inspection(inspected, registered, made, seats=seats, commercial=commercial) == due


def test_a_typed_inspection_stays_until_the_car_is_inspected_again(context: Context, car: Vehicle) -> None:
    update(context, car, {"year": 2021, "inspected_on": D(2026, 1, 10)})
    assert car.inspection_on == D(2028, 1, 10)
    update(context, car, {"inspection_on": D(2027, 6, 1)})
    update(context, car, {"color": "Đen"})
    assert car.inspection_on == D(2027, 6, 1)
    update(context, car, {"inspected_on": D(2027, 6, 1)})
    assert car.inspection_on == D(2029, 6, 1)


def test_maintenance_comes_by_date_or_by_kilometres() -> None:
    visits = [Visit(D(2026, 4, 10), 46_000), Visit(D(2026, 3, 1), 44_000)]
    pace = pace_of(visits)
    assert pace == Decimal(50)
    assert pace_of(visits[:1]) is None
    assert pace_of([visits[0], visits[0]]) is None
    by_km = maintenance_due(None, 50_000, 46_000, pace, D(2026, 4, 10))
    assert by_km == D(2026, 6, 29)
    assert maintenance_due(D(2026, 6, 1), 50_000, 46_000, pace, D(2026, 4, 10)) == D(2026, 6, 1)
    assert maintenance_due(D(2026, 9, 1), 50_000, 46_000, pace, D(2026, 4, 10)) == by_km
    assert maintenance_due(None, 40_000, 46_000, pace, D(2026, 4, 10)) == D(2026, 4, 10)
    assert maintenance_due(None, 50_000, 46_000, None, D(2026, 4, 10)) is None


def test_a_reception_says_whose_the_car_is_and_tells_the_car_its_kilometres(
    context: Context, car: Vehicle, owner: Customer
) -> None:
    update(context, car, {"maintenance_km": 50_000})
    first = receive(context, car, km=44_000, received_at=CAME)
    assert (first.customer_id, first.state) == (owner.id, "waiting")
    assert (car.km, car.pace, car.due_on) == (44_000, None, None)
    receive(context, car, km=46_000, received_at=CAME + timedelta(days=40))
    assert (car.km, car.pace, car.due_on) == (46_000, Decimal(50), D(2026, 6, 29))
    late = receive(context, car, km=45_000, received_at=CAME + timedelta(days=20))
    assert (car.km, car.pace) == (46_000, Decimal(50))
    delete(context, [late])
    assert receive(context, car).received_at is not None


def test_an_odometer_runs_backwards_only_for_a_reason(context: Context, car: Vehicle) -> None:
    receive(context, car, km=44_000, received_at=CAME)
    with pytest.raises(InvalidError) as refused:
        receive(context, car, km=43_000)
    assert set(refused.value.errors) == {"km_reason"}
    receive(context, car, km=43_500, received_at=CAME - timedelta(days=1))
    with pytest.raises(InvalidError):
        receive(context, car, km=43_400, received_at=CAME - timedelta(hours=1))
    changed = receive(context, car, km=120, km_reason="Thay đồng hồ")
    assert car.km == 120
    update(context, changed, {"km": 150, "note": "Gõ nhầm"})
    assert car.km == 150
    with pytest.raises(InvalidError) as asked:
        update(context, car, {"km": 100})
    assert set(asked.value.errors) == {"km_reason"}
    assert update(context, car, {"km": 100, "km_reason": "Gõ nhầm"})


def test_why_a_car_has_less_kilometres_is_asked_only_where_it_has(
    client: FlaskClient, context: Context, car: Vehicle
) -> None:
    came = receive(context, car, km=44_000)
    context.session.commit()
    path, control = f"/garage/receptions/{came.id}", 'name="km_reason"'
    for page in ("/garage/receptions/new", f"{path}/edit"):
        assert control not in client.get(page).text, page
    assert "row-km_reason" not in client.get(path).text
    typed = {"vehicle": str(car.id), "km": "43.000", "kind": "private", "state": "waiting"}
    refused = client.post("/garage/receptions/new", data=typed)
    assert refused.status_code == 422
    assert control in refused.text
    assert "44.000" in refused.text
    client.post("/garage/receptions/new", data={**typed, "km_reason": "Thay đồng hồ"})
    context.session.expire_all()
    assert car.km == 43_000
    last = receive(context, car, km=43_100)
    context.session.commit()
    path = f"/garage/receptions/{last.id}"
    said = client.post(f"{path}/field?field=km", data={"km": "42.000", "version": "1"}, headers={"HX-Request": "true"})
    assert "/asked?" in said.headers["HX-Trigger"]
    client.post(f"{path}/asked", data={"km": "42.000", "km_reason": "Gõ nhầm", "version": "1"})
    context.session.expire_all()
    assert (last.km, last.km_reason) == (42_000, "Gõ nhầm")
    again = receive(context, car, km=100, km_reason="Thay đồng hồ")
    context.session.commit()
    assert control in client.get(f"/garage/receptions/{again.id}/edit").text


def test_nobody_learns_the_kilometres_of_a_car_they_may_not_see(
    other_api: ApiClient, context: Context, car: Vehicle
) -> None:
    context.session.commit()
    answer = other_api.post("/api/v1/garage/receptions", json={"vehicle": str(car.id), "km": 1})
    assert answer.status_code == 422
    assert "40" not in str(answer.get_json()["errors"])


def test_work_has_its_standards_among_the_columns_of_the_catalogue(client: FlaskClient, context: Context) -> None:
    oil = create(context, Product, {"name": "Thay dầu máy", "code": "DV-01", "kind": "service"})
    other = create(context, Product, {"name": "Rửa xe", "code": "DV-02", "kind": "service"})
    norm = create(context, Norm, {"product": oil.id, "hours": Decimal("1.5"), "every_km": 5000})

    def beside() -> dict[Any, Any]:
        rows = sa.select(Standard).where(Standard.tenant_id == context.tenant)
        context.session.expire_all()
        return {one.id: (one.hours, one.every_km) for one in context.session.scalars(rows)}

    assert beside() == {oil.id: (Decimal("1.5"), 5000)}
    context.session.commit()
    page = client.get(catalogue("service")).text
    assert "Thay dầu máy" in page
    assert "5.000" in page
    update(context, norm, {"product": other.id, "every_km": 6000})
    assert beside() == {other.id: (Decimal("1.5"), 6000)}
    delete(context, [norm])
    assert beside() == {}
