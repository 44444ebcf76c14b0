"""The front desk: a car is found by its plate or taken in anew, received, photographed, signed for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from core import sdk
from core.sdk import Context, Entity, InvalidError, RecordAction
from core.sdk_web import by_htmx, context, go, received, refresh

from . import receiving
from .models import INDIVIDUAL, Photo, Reception, Vehicle
from .vehicles import written

_ = sdk.translator("plugins.garage")
blueprint = Blueprint("garage_front_desk", __name__)
_WRONG, _LONGEST = 422, 120
CAR, OWNER = ("plate", "brand", "model", "color"), ("name", "mobile")


@blueprint.get("/car.svg")
def outline() -> Response:
    """A car from all sides, to draw on what is dented."""
    return Response(render_template("garage/car.svg"), mimetype="image/svg+xml")


@blueprint.get("/receive")
def receive() -> str:
    """Who is at the gate? A plate is typed, and the car is there."""
    turn = context()
    turn.require("garage.reception", "create")
    turn.require("garage.vehicle", "see")
    typed = _said("plate", request.args)
    values = {
        "typed": typed,
        "cars": receiving.find_cars(turn, typed),
        "enough": len(typed) >= receiving.FEWEST,
        "may_add": turn.can("garage.vehicle", "create"),
        "day": lambda day: sdk.show_day(day) if day else "",
        "number": sdk.show_number,
    }
    new = {"said": {"plate": written(typed)}, "errors": {}, "people": []}
    return render_template("garage/_found.html" if by_htmx() else "garage/receive.html", **values, **new)


@blueprint.post("/receive/new")
def register() -> Any:
    """A car that was never here, and maybe its owner; then its reception."""
    turn = context()
    turn.require("garage.vehicle", "create")
    said = {name: _said(name, request.form) for name in (*CAR, *OWNER, "customer")}
    try:
        car = _registered(turn, said)
    except _KnownError as known:
        return render_template("garage/_new_car.html", said=said, errors={}, people=known.people), _WRONG
    except InvalidError as error:
        turn.session.rollback()
        errors = {name: " ".join(map(str, texts)) for name, texts in error.errors.items()}
        return render_template("garage/_new_car.html", said=said, errors=errors, people=[]), _WRONG
    turn.session.flush()
    return go(f"/garage/receptions/new?vehicle={car.id}")


class _KnownError(Exception):
    """The telephone number belongs to customers that are there already."""

    def __init__(self, people: Sequence[sdk.Match]) -> None:
        super().__init__()
        self.people = people


def _registered(turn: Context, said: dict[str, str]) -> Vehicle:
    """The car, of the customer that was chosen or of a new one."""
    car = {name: said[name] or None for name in CAR}
    if said["customer"] not in {"", "new"}:
        return receiving.register(turn, car, _id(said["customer"]))
    try:
        mobile = sdk.read_phone(said["mobile"])
    except ValueError as error:
        raise InvalidError({"mobile": [error.args[0]]}) from None
    people = receiving.known_people(turn, mobile) if mobile and not said["customer"] else []
    if people:
        raise _KnownError(people)
    return receiving.register(turn, car, {"name": said["name"] or None, "mobile": mobile, "kind": INDIVIDUAL})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidError({"name": [_("Choose the customer again.")]}) from None


def _said(name: str, values: Any) -> str:
    return " ".join(str(values.get(name, "")).replace("\x00", "").split())[:_LONGEST]


@blueprint.route("/receptions/<uuid:reception_id>/sign", methods=["GET", "POST"])
def sign(reception_id: UUID) -> Any:
    """The tablet is handed over: what is wrong with the car, and the customer's signature."""
    turn, error = context(), ""
    turn.require("garage.reception", "edit")
    reception = sdk.get(turn, Reception, reception_id)
    if request.method == "POST":
        try:
            drawn = received(turn, "signature", picture=True)
        except InvalidError as refused:
            drawn, error = [], refused.text
        if drawn:
            sdk.update(turn, reception, {"signature": drawn[0]})
            return refresh(_("The customer has signed."))
    status = _WRONG if request.method == "POST" else 200
    error = error or (str(_("There is no signature yet.")) if status == _WRONG else "")
    return render_template("garage/sign.html", reception=reception, error=error), status


@blueprint.route("/receptions/<uuid:reception_id>/photos", methods=["GET", "POST"])
def photos(reception_id: UUID) -> Any:
    """What the car looked like; several pictures at once."""
    turn, error = context(), ""
    turn.require("garage.photo", "see")
    reception = sdk.get(turn, Reception, reception_id)
    if request.method == "POST":
        turn.require("garage.photo", "create")
        try:
            ids = received(turn, "pictures", picture=True)
        except InvalidError as refused:
            turn.session.rollback()
            error = refused.text
            reception = sdk.get(turn, Reception, reception_id)
        else:
            sdk.create_many(turn, Photo, [{"reception": reception.id, "picture": one} for one in ids])
            return go(f"/garage/receptions/{reception.id}/photos", _("%(n)s photos are kept.", n=len(ids)))
    page = render_template(
        "garage/photos.html", reception=reception, photos=receiving.pictures_of(turn, reception.id), error=error,
        may_add=turn.can("garage.photo", "create"), may_delete=turn.can("garage.photo", "delete"),
    )  # fmt: skip
    return (page, _WRONG) if error else page


@blueprint.post("/photos/<uuid:photo_id>/delete")
def delete_photo(photo_id: UUID) -> Any:
    """One that shows nothing."""
    turn = context()
    turn.require("garage.photo", "delete")
    photo = sdk.get(turn, Photo, photo_id)
    sdk.delete(turn, [photo])
    return refresh(_("The photo is in the recycle bin."), undo_url=f"/garage/photos/{photo.id}/restore")


def actions(turn: Context, record: Entity) -> list[RecordAction]:
    """What this person may do with a car, or with one that was received."""
    if isinstance(record, Vehicle) and turn.can("garage.reception", "create"):
        url = f"/garage/receptions/new?vehicle={record.id}"
        return [RecordAction(name="receive", title=_("Receive this car"), url=url, icon="clipboard-text", primary=True)]
    if not isinstance(record, Reception):
        return []
    found, path = [], f"/garage/receptions/{record.id}"
    if turn.can("garage.photo", "create"):
        found.append(RecordAction(name="photos", title=_("Photos"), url=f"{path}/photos", icon="camera", weight=60))
    if turn.can("garage.reception", "edit") and not record.signature_id:
        title = _("Customer signs")
        found.append(
            RecordAction(name="sign", title=title, url=f"{path}/sign", icon="signature", method="dialog", weight=55)
        )
    return found


def list_actions(turn: Context, entity: str) -> list[RecordAction]:
    """From the lists of cars and receptions to the gate."""
    if entity not in {"garage.reception", "garage.vehicle"} or not turn.can("garage.reception", "create"):
        return []
    title = _("Receive a car")
    return [RecordAction(name="receive", title=title, url="/garage/receive", icon="car-garage", primary=True)]
