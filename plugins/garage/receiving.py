"""Receiving cars: whose a car is, when it came, and that its odometer runs forward (GAR-02)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import Reception, Vehicle
from .vehicles import note_visits

_ = sdk.translator("plugins.garage")


def guard(context: Context, reception: Reception | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """A car comes with no less kilometres than it had the time before, unless somebody says why."""
    km, was = values.get("km"), reception.km if reception else None
    reason = values.get("km_reason", reception and reception.km_reason)
    if km is None or km == was or reason:
        return
    known = _known_km(context, reception, values)
    if known is not None and int(km) < known:
        text = _("The car had %(km)s km already. Say why it has less now.", km=sdk.show_number(known))
        yield "km_reason", text


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
