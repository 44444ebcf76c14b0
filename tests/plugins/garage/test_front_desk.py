"""The front desk: a car is found or taken in anew with its owner, photographed, signed for, printed."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from core.context import Context
from core.printing.documents import documents, print_of
from core.sdk import Customer, create, get, update
from core.web.entity.form import storage
from plugins.cash.models import Fund
from plugins.garage.documents import Settlement
from plugins.garage.glance import cards
from plugins.garage.models import Photo, Reception, Vehicle
from plugins.garage.receiving import find_cars

PHONE = "0912 345 678"


@pytest.fixture
def owner(context: Context) -> Customer:
    return create(context, Customer, {"name": "Nguyễn Văn An", "mobile": "+84912345678"})


@pytest.fixture
def car(context: Context, owner: Customer) -> Vehicle:
    return create(context, Vehicle, {"plate": "30a12345", "customer": owner.id, "brand": "Toyota", "km": 40_000})


def picture(color: str = "red") -> io.BytesIO:
    found = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(found, "PNG")
    found.seek(0)
    return found


def new_car(client: FlaskClient, **said: str) -> Any:
    return client.post("/garage/receive/new", data={"plate": "51k67890", "name": "Lê Cúc", "mobile": PHONE} | said)


def test_a_car_at_the_gate_is_found_by_plate_or_by_its_owner(
    client: FlaskClient, context: Context, car: Vehicle
) -> None:
    context.session.commit()
    for typed in ("30A 123", "912345678", "nguyen van an"):
        assert [one.row["plate"] for one in find_cars(context, typed)] == ["30A-123.45"], typed
    assert find_cars(context, "30") == []
    page = client.get("/garage/receive?plate=30a12345", headers={"HX-Request": "true"}).text
    assert f"/garage/receptions/new?vehicle={car.id}" in page
    assert "new-car" not in page
    here = create(context, Reception, {"vehicle": car.id})
    context.session.commit()
    page = client.get("/garage/receive?plate=30a12345").text
    assert f"/garage/receptions/{here.id}" in page
    assert "/garage/receptions/new?vehicle" not in page


def test_a_car_that_was_never_here_comes_with_a_new_owner(client: FlaskClient, context: Context) -> None:
    answer = new_car(client)
    made = context.session.scalars(sa.select(Vehicle).where(Vehicle.tenant_id == context.tenant)).one()
    assert answer.headers["Location"].endswith(f"/garage/receptions/new?vehicle={made.id}")
    assert (made.plate, made.customer.name, made.customer.mobile) == ("51K-678.90", "Lê Cúc", "+84912345678")


def test_a_number_that_is_known_asks_whose_the_car_is(client: FlaskClient, context: Context, owner: Customer) -> None:
    context.session.commit()
    asked = new_car(client)
    assert asked.status_code == 422
    assert str(owner.id) in asked.text
    assert new_car(client, customer=str(owner.id)).status_code == 302
    made = context.session.scalars(sa.select(Vehicle).where(Vehicle.tenant_id == context.tenant)).one()
    assert made.customer_id == owner.id
    assert new_car(client, customer="new", plate="51k67891").status_code == 302


@pytest.mark.parametrize(
    "said", [{"name": ""}, {"mobile": "12"}, {"plate": ""}, {"customer": "nobody"}, {"plate": "30A-123.45"}]
)  # fmt: skip
def test_nothing_is_kept_of_a_car_that_cannot_be(
    client: FlaskClient, context: Context, car: Vehicle, said: dict[str, str]
) -> None:
    context.session.commit()
    many = sa.select(sa.func.count()).select_from(Customer).where(Customer.tenant_id == context.tenant)
    before = context.session.scalar(many)
    assert new_car(client, mobile="0987654321", **said).status_code == 422 if "mobile" not in said else True
    assert context.session.scalar(many) == before


def test_photos_and_a_signature_belong_to_the_reception(
    client: FlaskClient, make_client: Callable[..., FlaskClient], stranger: Context, context: Context, car: Vehicle
) -> None:
    reception = create(context, Reception, {"vehicle": car.id, "km": 41_000, "wishes": "Kiểm tra phanh"})
    context.session.commit()
    path = f"/garage/receptions/{reception.id}"
    both = [(picture(), "a.png"), (picture("blue"), "b.png")]
    assert client.post(f"{path}/photos", data={"pictures": both}).status_code == 302
    photos = context.session.scalars(sa.select(Photo).where(Photo.tenant_id == context.tenant)).all()
    assert {one.reception_id for one in photos} == {reception.id}
    shown = client.get(f"{path}/photos").text
    assert all(f"/files/{one.picture_id}" in shown for one in photos)
    assert f"/files/{photos[0].picture_id}?small=1" in client.get(path).text
    assert client.post(f"{path}/photos", data={"pictures": (io.BytesIO(b"MZ"), "a.exe")}).status_code == 422
    assert client.post(f"/garage/photos/{photos[0].id}/delete").status_code == 302
    assert f"/files/{photos[0].picture_id}" not in client.get(f"{path}/photos").text
    assert client.post(f"{path}/sign").status_code == 422
    assert client.post(f"{path}/sign", data={"signature": (picture(), "drawing.png")}).status_code == 302
    context.session.expire_all()
    assert get(context, Reception, reception.id).signature_id is not None
    assert f"/files/{reception.signature_id}" in client.get(path).text
    other_client = make_client(stranger)
    for method, url in (
        ("get", f"{path}/photos"),
        ("post", f"{path}/sign"),
        ("post", f"/garage/photos/{photos[1].id}/delete"),
    ):
        assert getattr(other_client, method)(url).status_code == 404


def test_a_reception_is_printed_with_its_drawings(
    client: FlaskClient, context: Context, car: Vehicle, app: Flask
) -> None:
    reception = create(context, Reception, {"vehicle": car.id, "wishes": "Kiểm tra phanh"})
    context.session.commit()
    drawn = {"signature": (picture(), "drawing.png")}
    assert client.post(f"/garage/receptions/{reception.id}/sign", data=drawn).status_code == 302
    context.session.expire_all()
    resource = context.resource(Reception)
    with app.app_context():
        (paper,) = documents(context, storage(), resource, print_of(resource, "reception"), [reception])
    assert "30A-123.45" in paper
    assert "Kiểm tra phanh" in paper
    assert 'src="data:image/png;base64,' in paper


def test_a_form_has_sheets_to_draw_on(client: FlaskClient, car: Vehicle, context: Context) -> None:
    context.session.commit()
    form = client.get(f"/garage/receptions/new?vehicle={car.id}").text
    assert form.count("data-pad") == 2
    assert 'data-fresh="/garage/car.svg"' in form
    outline = client.get("/garage/car.svg")
    assert outline.mimetype == "image/svg+xml"


def test_beside_a_car_stands_what_is_due_and_what_is_guaranteed(
    client: FlaskClient, context: Context, car: Vehicle, owner: Customer
) -> None:
    today = context.today()
    create(context, Fund, {"name": "Quỹ tiền mặt"})
    update(context, car, {"insurance_on": today + timedelta(days=8), "road_fee_on": today - timedelta(days=3)})
    goods = [
        {"name": "Má phanh trước", "price": Decimal(900_000), "warranty_months": 6, "warranty_km": 10_000},
        {"name": "Lọc gió", "price": Decimal(200_000), "warranty_km": 500},
        {"name": "Rửa xe", "price": Decimal(80_000)},
    ]
    values = {"vehicle": car.id, "customer": owner.id, "km": 39_000, "goods": goods, "settled_on": today}
    slip = create(context, Settlement, values)
    assert [one.name for one in cards(context, car)] == ["garage_dates"]
    update(context, slip, {"state": "settled"})
    due, guaranteed = cards(context, car)
    assert [str(one.subtitle) for one in due.items] == ["còn 8 ngày", "quá 3 ngày"]
    assert [one.title for one in guaranteed.items] == ["Má phanh trước"]
    update(context, car, {"km": 50_000})
    assert [one.name for one in cards(context, car)] == ["garage_dates"]
    context.session.commit()
    page = client.get(f"/garage/vehicles/{car.id}").text
    assert "quá 3 ngày" in page


def test_a_customer_of_another_company_owns_no_car_here(
    client: FlaskClient, context: Context, stranger: Context
) -> None:
    other = create(stranger, Customer, {"name": "Người lạ"})
    stranger.session.commit()
    refused = new_car(client, customer=str(other.id))
    assert refused.status_code == 422
    assert "Người lạ" not in refused.text
    assert context.session.scalars(sa.select(Vehicle).where(Vehicle.tenant_id == context.tenant)).all() == []


def test_the_gate_stands_first_in_the_menu(client: FlaskClient) -> None:
    page = client.get("/my-day").get_data(as_text=True)
    menu = page[page.index("side-nav") : page.index("</aside>")]
    assert menu.index("/garage/receive") < menu.index("/garage/vehicles") < menu.index("/garage/repair-orders")
    assert menu.index("/tasks") < menu.index("/calendar") < menu.index("/work/report")
