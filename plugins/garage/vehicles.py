"""Cars: plates as they are written, and whose a car was by which plate."""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import Holding, Vehicle

_ = sdk.translator("plugins.garage")
_MARKS = re.compile(r"[\s.\-_/]+")
_PLATE = re.compile(r"(?P<series>\d{2}[A-Z]{1,2}\d??)(?P<number>\d{4,5})")
FIVE = 5


def key_of(plate: str) -> str:
    """A plate in capitals without marks: ``30A12345``."""
    return _MARKS.sub("", plate).upper()


def written(plate: str) -> str:
    """A plate as it is written on the car: ``30A-123.45``, ``29A-1234``; one of another form only in capitals."""
    key = key_of(plate)
    found = _PLATE.fullmatch(key)
    if found is None:
        return plate.strip().upper()
    number = found["number"]
    return f"{found['series']}-{number[:3]}.{number[3:]}" if len(number) == FIVE else f"{found['series']}-{number}"


def prepare(_context: Context, cars: Sequence[Vehicle]) -> None:
    """Plates in one form, just before cars are written."""
    for one in cars:
        one.plate, one.key = written(one.plate or ""), key_of(one.plate or "")


def follow(context: Context, cars: Sequence[Vehicle], event: str) -> None:
    """Whose a car is by which plate, from today on, where that is new."""
    if event == "deleted":
        return
    open_ = sa.select(Holding).where(
        Holding.tenant_id == context.tenant, Holding.vehicle_id.in_([one.id for one in cars]), Holding.until.is_(None)
    )
    known = {one.vehicle_id: one for one in context.session.scalars(open_.with_for_update())}
    turn, today = context.unrestricted(), context.today()
    for car in cars:
        last = known.get(car.id)
        if last is not None and (last.plate, last.customer_id) == (car.plate, car.customer_id):
            continue
        if last is not None:
            sdk.update(turn, last, {"until": today})
        sdk.create(turn, Holding, {"plate": car.plate, "vehicle": car.id, "customer": car.customer_id, "since": today})
