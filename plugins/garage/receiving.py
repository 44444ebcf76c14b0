"""Receiving cars: whose a car is, when it came, and that its odometer runs forward (GAR-02)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Ask, Context, Customer, ListView

from .models import IN_WORK, WAITING, Photo, Reception, Vehicle
from .vehicles import LESS, key_of, note_visits

_ = sdk.translator("plugins.garage")
INSIDE = (WAITING, IN_WORK)
"""The states of cars that are in the shop."""
VIEWS = (
    ListView("inside", _("In the shop"), {"state__in": ",".join(one.value for one in INSIDE), "sort": "promised_at"}),
)
SHOWN = ("plate", "key", "customer", "brand", "model", "km", "inspection_on")
FEWEST, MOST = 3, 8
"""Signs that are enough to look for a car by, and cars that are shown."""
PICTURES = 200


def guard(context: Context, reception: Reception | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """A car comes with no less kilometres than it had the time before, unless somebody says why."""
    if reception is None and not values.get("km_reason") and (text := _runs_backwards(context, None, values)):
        yield "km_reason", text


def ask_why(context: Context, reception: Reception, values: Mapping[str, Any]) -> Ask | None:
    """Nor does it have less after the slip is changed."""
    text = None if reception.km_reason else _runs_backwards(context, reception, values)
    return Ask(fields=("km_reason",), title=LESS, text=text) if text else None


def _runs_backwards(context: Context, reception: Reception | None, values: Mapping[str, Any]) -> sdk.Text | None:
    """What is wrong with the kilometres of a reception."""
    km = values.get("km")
    if km is None or (known := _known_km(context, reception, values)) is None or int(km) >= known:
        return None
    return _("The car had %(km)s km already. Say why it has less now.", km=sdk.show_number(known))


def _known_km(context: Context, reception: Reception | None, values: Mapping[str, Any]) -> int | None:
    """What the car had before this visit, for whoever may see the car."""
    chosen = values.get("vehicle") or (reception and reception.vehicle_id)
    try:
        car = sdk.get(context, Vehicle, UUID(str(chosen)))
    except (ValueError, sdk.MissingError):
        return None  # saving says so
    at = values.get("received_at") or (reception and reception.received_at)
    if at is None:
        return car.km
    visits = sa.select(Reception.km).where(
        Reception.tenant_id == context.tenant, Reception.vehicle_id == car.id, Reception.km.is_not(None),
        Reception.deleted_at.is_(None), Reception.id != (reception.id if reception else None),
    )  # fmt: skip
    later = visits.where(Reception.received_at > at).limit(1)
    if context.session.scalar(later) is None:
        return car.km
    before = visits.where(Reception.received_at <= at).order_by(Reception.received_at.desc()).limit(1)
    return context.session.scalar(before)


@dataclass(frozen=True, slots=True)
class Found:
    """A car that may be the one at the gate."""

    row: Mapping[str, Any]
    """Its fields, and what its customer is called."""
    exact: bool
    inside: Mapping[str, Any] | None = None
    """The reception it is here with already."""


def find_cars(context: Context, typed: str) -> list[Found]:
    """Cars by part of a plate, however it is typed, by what they are, or by whose they are; those one may see."""
    if len(key_of(typed)) < FEWEST:
        return []
    cars, columns = context.resource(Vehicle), [Vehicle.__fields__[name] for name in SHOWN]
    rows = sdk.read_page(context, sdk.Query(cars, columns=columns, q=typed, limit=MOST)).rows
    if not rows and context.can("core.customer", "see"):
        people = sdk.Query(context.resource(Customer), columns=[Customer.__fields__["name"]], q=typed, limit=MOST)
        theirs = Vehicle.__table__.c.customer_id.in_([row["id"] for row in sdk.read_page(context, people).rows])
        rows = sdk.read_page(context, sdk.Query(cars, columns=columns, conditions=[theirs], limit=MOST)).rows
    inside = _inside(context, [row["id"] for row in rows])
    return [Found(row, row["key"] == key_of(typed), inside.get(row["id"])) for row in rows]


def _inside(context: Context, cars: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """With which receptions cars are in the shop now."""
    table = Reception.__table__
    here = [table.c.vehicle_id.in_(cars), table.c.state.in_([one.value for one in INSIDE])]
    columns = [Reception.__fields__[name] for name in ("number", "vehicle", "state")]
    query = sdk.Query(context.resource(Reception), columns=columns, conditions=here, limit=MOST)
    return {row["vehicle"]: row for row in sdk.read_page(context, query).rows} if cars else {}


def known_people(context: Context, phone: str) -> list[sdk.Match]:
    """Customers who have a telephone number already."""
    return sdk.duplicates(context, context.resource(Customer), {"mobile": phone})


def pictures_of(context: Context, reception_id: UUID, most: int = PICTURES) -> list[dict[str, Any]]:
    """The photos of a reception, newest first."""
    columns = [Photo.__fields__["caption"], Photo.__fields__["picture"]]
    conditions = [Photo.__table__.c.reception_id == reception_id, Photo.__table__.c.picture_id.is_not(None)]
    query = sdk.Query(context.resource(Photo), columns=columns, conditions=conditions, limit=most)
    return sdk.read_page(context, query).rows


def register(context: Context, car: Mapping[str, Any], owner: Mapping[str, Any] | UUID) -> Vehicle:
    """A car that was never here, of a customer, who may be new too. Raises InvalidError naming each field."""
    customer = owner if isinstance(owner, UUID) else sdk.create(context, Customer, dict(owner)).id
    return sdk.create(context, Vehicle, {**car, "customer": customer})


def prepare(context: Context, receptions: Sequence[Reception]) -> None:
    """Whose the car is and when it came, where nobody said so; just before receptions are written."""
    open_ = {one.vehicle_id for one in receptions if one.customer_id is None and one.vehicle_id}
    owners = sa.select(Vehicle.id, Vehicle.customer_id).where(
        Vehicle.tenant_id == context.tenant, Vehicle.id.in_(open_)
    )
    rows = context.session.connection().execute(owners) if open_ else ()
    known = {row.id: row.customer_id for row in rows}
    for one in receptions:
        if one.customer_id is None:
            one.customer_id = known.get(one.vehicle_id)
        if one.received_at is None:
            one.received_at = datetime.now(UTC)


def follow(context: Context, receptions: Sequence[Reception], _event: str) -> None:
    """A car has the kilometres it came with last."""
    measured = [one for one in receptions if one.km is not None]
    if measured:
        mended = {one.vehicle_id for one in measured if one.km_reason}
        note_visits(context, {one.vehicle_id for one in measured}, mended)
