"""The company's calendar: every kind of work and every appointment in one place, to look at, move, add and complete."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from uuid_utils.compat import uuid7

from core.activities.doing import end_state, finish, postpone
from core.activities.models import Plan
from core.calendar.entries import MOST, Entry, between, colors, kinds, of_people, one, read
from core.calendar.parties import parties
from core.calendar.people import EVERYBODY, ME, TEAM, colleagues, names_of, people_of
from core.calendar.wording import moment_text, period_text
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Resource, title_field
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.query import read_record
from core.entity.views import prefer, preferred
from core.i18n import Text, translator
from core.web.entity.address import make_url, undo_url
from core.web.entity.answers import answered, listed
from core.web.entity.calendar import as_event, asked_period, in_part, moment_of
from core.web.entity.cells import card_fields
from core.web.entity.turn import may, with_events
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

PLACE = "core.calendar"
"""What a person prefers here is kept under this name."""
VIEWS = {"day": "timeGridDay", "week": "timeGridWeek", "month": "dayGridMonth", "list": "listWeek"}
_TOLD = frozenset(("choice", "text", "long_text", "phone", "money", "link", "record"))
"""Kinds of fields that a card has room for."""
_WEEK = 7
_LONGEST = 36
"""Of what says whose calendar it is: an id."""


@blueprint.get("")
def page() -> str:
    """The calendar, as the person left it."""
    turn = context()
    wanted = preferred(turn, PLACE)
    hidden, whose = wanted.get("hidden", "").split(","), request.args.get("whose") or wanted.get("whose", ME)
    shown, hues = kinds(turn), colors(turn)
    people = colleagues(turn)
    return render_template(
        "company_calendar.html",
        kinds=[
            {"name": one.name, "title": one.plural, "color": hues[one.name], "on": one.name not in hidden}
            for one in shown
        ],
        whose=[
            {"value": ME, "title": _("My calendar")},
            {"value": TEAM, "title": _("My team's")},
            {"value": EVERYBODY, "title": _("Everybody's, as far as I see it")},
        ],
        people=[{"value": str(one), "title": name} for one, name in people.items()],
        chosen=whose,
        calendar_view=VIEWS.get(request.args.get("view", ""), VIEWS["week"]),
        date=_day(request.args.get("date", "")) or now().astimezone(turn.zone).date(),
        may_create=any(may(turn, one, "create") for one in shown),
    )


def _day(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d}"
    except ValueError:
        return ""


@blueprint.post("/prefer")
def remember() -> Any:
    """Keep whose calendar it is and which kinds are left out."""
    turn = context()
    wanted = set(request.form.getlist("kind"))
    hidden = [one.name for one in kinds(turn) if one.name not in wanted]
    prefer(turn, PLACE, hidden=",".join(hidden), whose=request.form.get("whose", ME).replace("\x00", "")[:_LONGEST])
    return answered()


@blueprint.get("/events")
def events() -> Any:
    """What touches a period, of the people and kinds that are asked for."""
    turn = context()
    wanted, people = set(request.args.get("kinds", "").split(",")), people_of(turn, request.args.get("whose", ME))
    where = [between(turn, *asked_period(turn))]
    if people is not None:
        where.append(of_people(turn, people))
    hues = colors(turn)
    found = read(turn, [one for one in kinds(turn) if one.name in wanted], *where)
    answer = listed([_event(turn, entry, hues[entry.resource.name]) for entry in found])
    return in_part(answer, cut=len(found) == MOST)


def _event(turn: Context, entry: Entry, color: str) -> dict[str, Any]:
    place = f"/{entry.resource.path}"
    return {
        **as_event(turn, entry),
        "editable": entry.editable,
        # Without a field for its end there is nothing to lengthen.
        "durationEditable": entry.editable and len(entry.resource.calendar) > 1 and entry.starts is not None,
        "extendedProps": {
            "url": entry.url,
            "card_url": url_for("calendar.card", entity=entry.resource.name, record_id=entry.id),
            "move_url": f"{place}/reschedule",
            "color": color,
            "done": entry.done,
            "version": entry.version,
        },
    }


@blueprint.get("/new")
def new() -> str:
    """Which kind shall be added at the time that was clicked."""
    turn = context()
    start = moment_of(turn, request.args.get("start", ""))
    end = moment_of(turn, request.args.get("end", "")) if request.args.get("end") else None
    hues = colors(turn)
    choices = [
        {"title": one.title, "icon": one.icon, "color": hues[one.name], "url": _new_url(one, start, end)}
        for one in kinds(turn)
        if may(turn, one, "create")
    ]
    whole = bool(request.args.get("all_day"))
    return render_template(
        "_calendar_new.html", choices=choices, when=moment_text(turn, start.date() if whole else start)
    )


def _new_url(resource: Resource, start: datetime, end: datetime | None) -> str:
    names = dict(zip(resource.calendar[:2], (start, end), strict=False))
    times = {
        name: f"{at:%Y-%m-%d}" if resource.fields[name].kind.name == "date" else f"{at:%Y-%m-%dT%H:%M}"
        for name, at in names.items()
        if at is not None
    }
    return make_url(f"/{resource.path}/new", times)


@blueprint.get("/entries/<entity>/<uuid:record_id>")
def card(entity: str, record_id: UUID) -> str:
    """The little that one needs to know of an entry, and what is most often done with it."""
    turn = context()
    entry = one(turn, entity, record_id) or abort(404)
    model, told = entry.resource.model, [spec for spec in turn.fields(entry.resource).values() if _tells(entry, spec)]
    finishes = entry.editable and not entry.done and issubclass(model, Plan) and end_state(turn, model)
    return render_template(
        "_calendar_card.html",
        entry=entry,
        color=colors(turn)[entity],
        when=period_text(turn, entry),
        fields=card_fields(turn, told, read_record(turn, entry.resource, told, record_id)),
        customer=next(iter(parties(turn, {entry.customer} if entry.customer else set()).values()), None),
        owner="".join(names_of(turn, {entry.owner} if entry.owner else set()).values()),
        finish_url=url_for("calendar.complete", entity=entity, record_id=record_id) if finishes else "",
    )


def _tells(entry: Entry, spec: Field) -> bool:
    """Whether a card has room for a field, and does not say it in words of its own."""
    said = {*entry.resource.calendar, title_field(entry.resource.model)}
    follows = entry.resource.follows
    return spec.name not in said and spec.kind.name in _TOLD and (follows is None or spec.name != follows.name)


@blueprint.post("/entries/<entity>/<uuid:record_id>/complete")
def complete(entity: str, record_id: UUID) -> Any:
    """Complete a plan."""
    return _changed(entity, record_id, finish, lambda title: _("“%(title)s” is completed.", title=title))


@blueprint.post("/entries/<entity>/<uuid:record_id>/postpone")
def put_off(entity: str, record_id: UUID) -> Any:
    """Put a plan off until tomorrow, or until Monday."""
    turn = context()
    today = now().astimezone(turn.zone).date()
    days = 1 if request.form.get("to") == "tomorrow" else _WEEK - today.weekday()
    return _changed(
        entity,
        record_id,
        lambda turn, plan: postpone(turn, plan, today + timedelta(days=days)),
        lambda title: _("“%(title)s” is put off.", title=title),
    )


def _changed(entity: str, record_id: UUID, deed: Callable[[Context, Plan], bool], said: Callable[[str], Text]) -> Any:
    """Do something with a plan, say so, and let the page show it."""
    turn, mark = context(), uuid7()
    entry = one(turn, entity, record_id)
    if entry is None or not issubclass(entry.resource.model, Plan):
        abort(404)
    try:
        deed(turn, service.get(turn, entry.resource.model, record_id))
    except InvalidError as error:
        turn.session.rollback()
        reasons = error.text
        return with_events("", closeDialog={}, toast={"kind": "error", "text": reasons})
    toast = {"kind": "success", "text": str(said(entry.title)), "undo_url": undo_url(entry.resource, mark)}
    return with_events("", closeDialog={}, calendarChanged={}, toast=toast)
