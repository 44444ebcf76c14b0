"""The workshop seen from afar: which car stands in which bay, how far it is, and what comes next; for a screen on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, render_template

from core import sdk
from core.sdk import Choice, Context, Query
from core.sdk_web import context

from .documents import AGREED, CANCELLED, CHECKING, DELIVERED, DONE, FOR_PARTS, PROPOSED, WAITING, WORKING, RepairOrder
from .models import Bay, Vehicle

_ = sdk.translator("plugins.garage")
blueprint = Blueprint("garage_workshop", __name__)
STATES = (WORKING, FOR_PARTS, CHECKING, WAITING, DONE)
"""Those of cars that are here; in a bay the one that is worked on stands before the one that comes next."""
READ = ("number", "vehicle", "state", "promised_at", "bay", "technicians", "works", "parts")
MOST = 200


@dataclass(frozen=True, slots=True)
class Car:
    """A car in the workshop."""

    url: str
    plate: str
    model: str
    state: Choice
    bay: UUID | None
    promised: str
    late: bool
    technicians: str
    works: int
    done: int
    asks: bool
    """Whether the customer has not answered to what was proposed."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything on the screen."""

    bays: Sequence[tuple[str, Sequence[Car]]]
    waiting: Sequence[Car]
    """Without a bay."""
    done: Sequence[Car]
    """To be handed over, wherever they stand."""
    counts: Sequence[tuple[Choice, int]]
    at: str


@blueprint.get("/workshop")
def page() -> str:
    """The screen; it asks for itself again every few seconds."""
    turn = context()
    turn.require("garage.repair_order", "see")
    return render_template("garage/workshop.html", wall=wall(turn))


def actions(turn: Context, entity: str) -> list[sdk.RecordAction]:
    """The way there."""
    if entity != "garage.repair_order" or not turn.can(entity, "see"):
        return []
    title = _("The workshop now")
    return [sdk.RecordAction(name="workshop", title=title, url="/garage/workshop", icon="device-tv", primary=True)]


def wall(context: Context) -> Wall:
    """The cars that this person may see, by bay and state."""
    now = datetime.now(UTC)
    cars = _cars(context, now)
    bays = context.session.execute(
        sa.select(Bay.id, Bay.name)
        .where(Bay.tenant_id == context.tenant, Bay.active, Bay.deleted_at.is_(None))
        .order_by(Bay.position, Bay.name)
    ).all()
    known = {row[0] for row in bays}
    outside = [one for one in cars if one.bay not in known]
    return Wall(
        bays=[(name, [one for one in cars if one.bay == key]) for key, name in bays],
        waiting=[one for one in outside if one.state != DONE],
        done=[one for one in cars if one.state == DONE],
        counts=[(state, sum(one.state == state for one in cars)) for state in (WAITING, *STATES[:3], DONE)],
        at=f"{now.astimezone(context.zone):%H:%M}",
    )


def _cars(context: Context, now: datetime) -> list[Car]:
    """What is done first stands first; of equal ones what was promised first."""
    resource = context.resource(RepairOrder)
    fields = {**context.fields(resource), **resource.lines}
    here = RepairOrder.__table__.c.state.not_in((DELIVERED.value, CANCELLED.value))
    found = sdk.read_page(
        context,
        Query(
            resource, columns=[fields[name] for name in READ if name in fields], conditions=[here],
            sort=fields.get("promised_at"), descending=False, limit=MOST,
        ),
    ).rows  # fmt: skip
    models = _models(context, {row["vehicle"] for row in found if row.get("vehicle")})
    cars = [_car(context, resource, row, models.get(row.get("vehicle"), ""), now) for row in found]
    return sorted(cars, key=lambda one: STATES.index(one.state))


def _car(context: Context, resource: sdk.Resource, row: dict[str, Any], model: str, now: datetime) -> Car:
    lines = [*(row.get("works") or ()), *(row.get("parts") or ())]
    agreed = [line for line in row.get("works") or () if line.get("agreed") == AGREED.value]
    promised = row.get("promised_at")
    state = next((one for one in STATES if one.value == row.get("state")), WAITING)
    return Car(
        url=f"/{resource.path}/{row['id']}",
        plate=row.get("vehicle__title") or row.get("number") or "",
        model=model,
        state=state,
        bay=row.get("bay"),
        promised=_moment(promised.astimezone(context.zone), now.astimezone(context.zone)) if promised else "",
        late=bool(promised and promised < now and state != DONE),
        technicians=", ".join(_last(one) for one in row.get("technicians__title") or ()),
        works=len(agreed),
        done=sum(bool(line.get("done")) for line in agreed),
        asks=any(line.get("agreed") == PROPOSED.value for line in lines),
    )


def _models(context: Context, vehicles: set[UUID]) -> dict[UUID | None, str]:
    table = Vehicle.__table__
    wanted = sa.select(table.c.id, sa.func.concat_ws(" ", table.c.brand, table.c.model)).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(vehicles)
    )
    return {row[0]: row[1] for row in context.session.connection().execute(wanted)}


def _moment(moment: datetime, now: datetime) -> str:
    """The hour alone where it is today."""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M %d/%m}"


def _last(name: str) -> str:
    """What people call each other by: the last word of a Vietnamese name."""
    return name.rpartition(" ")[2]
