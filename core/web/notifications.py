"""The bell: what is new, the whole list, and what is read, opened or put off."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError, MissingError
from core.entity.format import moment, show_day
from core.i18n import Label, translator
from core.notifications import inbox
from core.notifications.inbox import Told
from core.notifications.kinds import kinds
from core.notifications.preferences import is_quiet, preferences
from core.reminders.service import snooze
from core.web.entity.turn import by_htmx, go, refresh
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")
blueprint.before_request(in_person)

PAGE, LATEST = 50, 8
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MORNING = time(8)
TOMORROW = "tomorrow"
SNOOZES: dict[str, Label] = {
    "5": _("5 minutes"),
    "15": _("15 minutes"),
    "60": _("1 hour"),
    TOMORROW: _("Tomorrow morning"),
}
"""For how many minutes, or until when, what rang may be put off."""


@blueprint.get("")
def page() -> str:
    """Everything one was told, the newest first; all, or what is unread, or one kind."""
    turn = context()
    unread, kind = "unread" in request.args, request.args.get("kind", "")
    try:
        before = UUID(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(404)
    found = inbox.listed(turn, limit=PAGE + 1, before=before, unread=unread, kind=kind)
    shown = found[:PAGE]
    given: dict[str, Any] = {**({"unread": "1"} if unread else {}), **({"kind": kind} if kind else {})}
    more = {**given, "before": str(shown[-1].id)} if len(found) > PAGE else None
    return render_template(
        "notifications.html",
        rows=[_line(turn, one) for one in shown],
        kinds=[{"name": one.name, "title": one.title} for one in kinds(turn).values()],
        unread=unread,
        kind=kind,
        next_url=url_for("notifications.page", **more) if more else "",
        narrowed=bool(given) or before is not None,
    )


@blueprint.get("/menu")
def menu() -> str:
    """The latest, for the menu of the bell."""
    turn = context()
    rows = [_line(turn, one) for one in inbox.listed(turn, limit=LATEST)]
    return render_template("_bell.html", rows=rows, unread=any(not row["read"] for row in rows))


@blueprint.get("/new")
def new() -> Response:
    """What an open page asks again and again: the count, and what it shall ring for if it has not yet."""
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    mine = preferences(turn, turn.user.id)
    rows = [_line(turn, one) for one in inbox.fresh(turn)] if turn.user.unread else []
    return jsonify(
        count=turn.user.unread,
        quiet=is_quiet(turn, mine),
        sound=mine.sound,
        items=[
            {
                "id": str(row["id"]),
                "title": str(row["title"]),
                "body": row["body"],
                "url": row["url"],
                "kind": row["kind"],
            }
            for row in rows
        ],
    )


@blueprint.get("/<uuid:notification_id>")
def follow(notification_id: UUID) -> AnyResponse:
    """Go to what a notification is about; it is read by that."""
    turn = context()
    found = inbox.found(turn, notification_id)
    if found is None:
        abort(404)
    inbox.mark(turn, [notification_id])
    return redirect(found.url or url_for("notifications.page"))


@blueprint.post("/read")
def read_all() -> AnyResponse:
    """Mark everything as read."""
    inbox.mark(context())
    return refresh()


@blueprint.post("/<uuid:notification_id>/read")
def read(notification_id: UUID) -> Any:
    """Mark one as read, or as not read again."""
    turn = context()
    if inbox.found(turn, notification_id) is None:
        abort(404)
    inbox.mark(turn, [notification_id], read=request.form.get("read", "1") == "1")
    if not by_htmx():
        return refresh()
    found = inbox.found(turn, notification_id)
    return render_template("_notification.html", row=_line(turn, found) if found else None)


@blueprint.post("/<uuid:notification_id>/snooze")
def put_off(notification_id: UUID) -> AnyResponse:
    """Let one ring again later."""
    turn = context()
    wanted = request.form.get("for", "")
    if wanted not in SNOOZES:
        abort(400)
    until = _until(turn, wanted)
    try:
        snooze(turn, notification_id, until)
    except (MissingError, InvalidError):
        abort(404)
    return go(url_for("notifications.page"), _("It rings again at %(when)s.", when=moment(turn, until)))


def _until(turn: Context, wanted: str) -> datetime:
    if wanted != TOMORROW:
        return now() + timedelta(minutes=int(wanted))
    tomorrow = now().astimezone(turn.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, turn.zone)


def _line(turn: Context, one: Told) -> dict[str, Any]:
    kind = kinds(turn).get(one.kind)
    return {
        "id": one.id,
        "kind": one.kind,
        "icon": kind.icon if kind else "bell",
        "title": one.title,
        "body": one.body,
        "url": url_for("notifications.follow", notification_id=one.id),
        "at_text": _when(turn, one.at),
        "at_full": moment(turn, one.at),
        "read": one.read,
        "read_url": url_for("notifications.read", notification_id=one.id),
    }


def _when(turn: Context, at: datetime) -> str:
    """How long ago it was, as far as that tells more than the day."""
    age = now() - at
    if age < MINUTE:
        return str(_("just now"))
    if age < HOUR:
        return str(_("%(n)s minutes ago", n=age // MINUTE))
    local_at, today = at.astimezone(turn.zone), now().astimezone(turn.zone).date()
    clock = f"{local_at:%H:%M}"
    if local_at.date() == today:
        return clock
    if local_at.date() == today - timedelta(days=1):
        return str(_("yesterday %(time)s", time=clock))
    return f"{clock} {show_day(local_at.date())}"
