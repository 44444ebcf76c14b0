"""When a car shall come again: what a settlement agrees with its customer, and what people are told when it is due.

The dates stand on the car, so reminders are automations on dates of cars: the bundle brings some along, which a company
switches on (``automations.yaml``). Kilometres become a date by what the car runs a day; when it is here again, whoever
receives it is told what is due by its odometer.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .documents import SETTLED, RepairOrder, Settlement
from .models import Reception, Vehicle

_ = sdk.translator("plugins.garage")
TAKEN_OVER = ("inspection_on", "insurance_on", "km")
"""What a slip begins with as the car has it."""
AGREED = ("maintenance_on", "maintenance_km")
"""What the latest settlement of a car says of its next visit."""


def take_over(context: Context, settlements: Sequence[Settlement]) -> None:
    """The dates and kilometres of their cars, on slips that say nothing else."""
    cars = _cars(context, {one.vehicle_id for one in settlements})
    for one in settlements:
        car = cars.get(one.vehicle_id)
        for name in TAKEN_OVER if car else ():
            if getattr(one, name) is None:
                setattr(one, name, getattr(car, name) or None)


def plan(context: Context, one: Settlement) -> None:
    """What is agreed with a slip that was settled, or opened again: the car has it from its latest settlement."""
    car = _cars(context, {one.vehicle_id})[one.vehicle_id]
    last = context.session.scalar(
        sa.select(Settlement)
        .where(
            Settlement.tenant_id == context.tenant, Settlement.vehicle_id == car.id, Settlement.deleted_at.is_(None),
            Settlement.state == SETTLED.value,
        )
        .order_by(Settlement.settled_on.desc(), Settlement.id.desc())
        .limit(1)
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(last, name) if last else None for name in AGREED}
    if last is one:
        values |= {name: found for name in ("inspection_on", "insurance_on") if (found := getattr(one, name))}
        values["km"] = max(car.km, one.km or 0)
    sdk.update(context.unrestricted(), car, values)


def _cars(context: Context, ids: Iterable[UUID]) -> dict[UUID, Vehicle]:
    wanted = sa.select(Vehicle).where(Vehicle.tenant_id == context.tenant, Vehicle.id.in_(list(ids)))
    return {one.id: one for one in context.session.scalars(wanted)}


def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """A car has the kilometres that were agreed for its maintenance: on its page, its receptions and repair orders."""
    if not isinstance(record, Vehicle | Reception | RepairOrder) or not context.can("garage.vehicle", "see"):
        return
    car = record if isinstance(record, Vehicle) else _cars(context, {record.vehicle_id}).get(record.vehicle_id)
    if car is not None and car.maintenance_km and (record.km or 0) >= car.maintenance_km:
        text = _("Maintenance is due: it was agreed for %(km)s km.", km=sdk.show_number(car.maintenance_km))
        yield sdk.Notice(name="garage_maintenance", text=text)
