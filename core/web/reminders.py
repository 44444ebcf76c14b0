"""Having oneself reminded of a record: a moment, a few words, by bell or e-mail."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.format import moment
from core.entity.reference import Reference
from core.i18n import Label, translator
from core.reminders import own
from core.web.entity.turn import with_events
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("reminders", __name__, url_prefix="/remind-me")

_MORNING = time(9)


@blueprint.get("")
def dialog() -> str:
    """When and by what; below, what one is reminded of already."""
    turn = context()
    return _dialog(turn, *_about(turn), {})


@blueprint.post("")
def add() -> Any:
    """One more."""
    turn = context()
    about, record = _about(turn)
    ways = request.form.getlist("ways")
    try:
        at = _at(turn, request.form.get("at", ""))
        made = own.add(turn, record, at, request.form.get("title", "")[:200], bell="bell" in ways, mail="mail" in ways)
    except InvalidError as error:
        turn.session.expire_all()
        return _dialog(turn, about, record, error.errors), 422
    text = _("You are reminded at %(at)s.", at=moment(turn, made.at))
    return with_events("", closeDialog={}, toast={"kind": "success", "text": str(text)})


@blueprint.post("/<uuid:reminder_id>/remove")
def remove(reminder_id: UUID) -> Any:
    """Do without one; the dialog again."""
    turn = context()
    own.remove(turn, reminder_id)
    return _dialog(turn, *_about(turn), {})


def _about(turn: Context) -> tuple[Reference, Entity]:
    """The record; 404 for one that the person does not see."""
    try:
        about = Reference.read(request.values.get("about", ""))
        resource = turn.resource(about.entity)
    except (ValueError, LookupError):
        abort(404)
    turn.require(resource.name, "see")
    return about, service.get(turn, resource.model, about.id)


def _at(turn: Context, text: str) -> datetime:
    """By the clock of whoever types it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError({"at": [_("Choose a day and a time.")]}) from None
    return found if found.tzinfo else found.replace(tzinfo=turn.zone)


def _dialog(turn: Context, about: Reference, record: Entity, errors: dict[str, list[Label]]) -> str:
    tomorrow = datetime.combine(now().astimezone(turn.zone).date() + timedelta(days=1), _MORNING)
    return render_template(
        "_remind_dialog.html",
        title=record.title,
        about=str(about),
        errors=errors,
        typed={
            "title": request.form.get("title", record.title),
            "at": request.form.get("at", f"{tomorrow:%Y-%m-%dT%H:%M}"),
            "ways": request.form.getlist("ways") if errors else ["bell"],
        },
        planned=[
            {"id": one.id, "title": one.title, "at": moment(turn, one.at)} for one in own.planned(turn, record.id)
        ],
    )
