"""Cars: plates as they are written, what is due, and whose a car was by which plate."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Ask, Context, ListView

from .due import PAIR, Visit, maintenance_due, next_inspection, pace_of
from .models import Holding, Reception, Vehicle

_ = sdk.translator("plugins.garage")
_MARKS = re.compile(r"[\s.\-_/]+")
_PLATE = re.compile(r"(?P<series>\d{2}[A-Z]{1,2}\d??)(?P<number>\d{4,5})")
FIVE = 5
LESS = _("Why does it have less kilometres now?")
VIEWS = (
    ListView("maintenance", _("Maintenance due"), {"due_on__preset": "next_30_days", "sort": "due_on"}),
    ListView("inspection", _("Inspection due"), {"inspection_on__preset": "next_30_days", "sort": "inspection_on"}),
    ListView("insurance", _("Insurance ends"), {"insurance_on__preset": "next_30_days", "sort": "insurance_on"}),
)


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


def ask_why(_context: Context, car: Vehicle, values: Mapping[str, Any]) -> Ask | None:
    """Kilometres become fewer only for a reason: another instrument, a mistake in typing."""
    km = values.get("km")
    if km is None or km >= car.km:
        return None
    return Ask(
        fields=("km_reason",), title=LESS,
        text=_("An odometer does not run backwards: say why it shows less now."),
    )  # fmt: skip


def prepare(context: Context, cars: Sequence[Vehicle]) -> None:
    """Plates in one form and what follows from dates and kilometres, just before cars are written."""
    visits = last_visits(context, [one.id for one in cars if one.id and one.maintenance_km is not None])
    for one in cars:
        one.plate, one.key = written(one.plate or ""), key_of(one.plate or "")
        if one.inspection_on is None or (
            sdk.is_changed(one, "inspected_on") and not sdk.is_changed(one, "inspection_on")
        ):
            one.inspection_on = next_inspection(
                one.inspected_on, one.registered_on, one.year, seats=one.seats, commercial=bool(one.commercial)
            )
        seen = visits[one.id][0].on if one.id in visits else context.today()
        one.due_on = maintenance_due(one.maintenance_on, one.maintenance_km, one.km or 0, one.pace, seen)


def last_visits(context: Context, cars: Collection[UUID]) -> dict[UUID, list[Visit]]:
    """The last two visits of each car on which its kilometres were noted, newest first."""
    if not cars:
        return {}
    table = Reception.__table__
    newest = sa.func.row_number().over(
        partition_by=table.c.vehicle_id, order_by=(table.c.received_at.desc(), table.c.id.desc())
    )
    ranked = (
        sa.select(table.c.vehicle_id, table.c.received_at, table.c.km, newest.label("place"))
        .where(
            table.c.tenant_id == context.tenant, table.c.vehicle_id.in_(cars), table.c.km.is_not(None),
            table.c.received_at.is_not(None), table.c.deleted_at.is_(None),
        )
        .subquery()
    )  # fmt: skip
    rows = sa.select(ranked).where(ranked.c.place <= PAIR).order_by(ranked.c.vehicle_id, ranked.c.place)
    found: dict[UUID, list[Visit]] = defaultdict(list)
    for row in context.session.connection().execute(rows):
        found[row.vehicle_id].append(Visit(row.received_at.astimezone(context.company.zone).date(), row.km))
    return found


def note_visits(context: Context, cars: Collection[UUID], mended: Collection[UUID] = ()) -> None:
    """Kilometres, pace and what is due of cars that were here; those of ``mended`` became fewer for a reason."""
    chosen = sa.select(Vehicle).where(Vehicle.tenant_id == context.tenant, Vehicle.id.in_(cars)).order_by(Vehicle.id)
    visits = last_visits(context, cars)
    changes = []
    for car in context.session.scalars(chosen.with_for_update()).all():
        known = visits.get(car.id, [])
        here = bool(known) and (car.id in mended or known[0].km > car.km)
        km, pace = known[0].km if here else car.km, pace_of(known) or car.pace
        seen = known[0].on if known else context.today()
        due = maintenance_due(car.maintenance_on, car.maintenance_km, km, pace, seen)
        changes.append((car, {"km": km, "pace": pace, "due_on": due}))
    sdk.derive_each(context.unrestricted(), changes)


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
