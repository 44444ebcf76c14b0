"""What I have to do now: overdue, today, tomorrow, whom to congratulate, whom to call again, what waits for me."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from core.access import requests
from core.activities.doing import end_state
from core.activities.models import Plan
from core.approvals.service import waiting as waiting_for_approval
from core.calendar.day import birthdays, my_plans, silent
from core.calendar.entries import Entry, colors
from core.calendar.parties import Party, parties
from core.calendar.wording import day_text, moment_text
from core.context import Context
from core.db.base import now
from core.entity.format import moment, number
from core.entity.views import prefer, preferred
from core.i18n import Label, translator
from core.notifications import inbox
from core.notifications.kinds import MENTIONED
from core.web.entity.turn import may
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("my_day", __name__, url_prefix="/my-day")

PLACE = "core.my_day"
"""What a person prefers here is kept under this name."""
DAYS = ("7", "14", "30", "60", "90")
"""After how long without a word a customer is shown; the third where nothing was chosen."""
MENTIONS = 5


@blueprint.get("")
def page() -> str:
    """The day."""
    turn = context()
    found, quiet = my_plans(turn), preferred(turn, PLACE).get("days", DAYS[2])
    every = [*found.overdue, *found.today, *found.tomorrow, *found.done]
    known, hues = parties(turn, {entry.customer for entry in every if entry.customer}), colors(turn)

    def lines(entries: Iterable[Entry], *, whole: bool) -> list[dict[str, Any]]:
        return [
            _line(turn, entry, hues, known.get(entry.customer) if entry.customer else None, whole) for entry in entries
        ]

    sections = [
        {"name": "overdue", "title": _("Overdue"), "rows": lines(found.overdue, whole=True)},
        {"name": "today", "title": _("Today"), "rows": lines(found.today, whole=False)},
        {"name": "tomorrow", "title": _("Tomorrow"), "rows": lines(found.tomorrow, whole=False)},
    ]
    return render_template(
        "my_day.html",
        date_text=day_text(now().astimezone(turn.zone).date()),
        sections=sections,
        done=lines(found.done, whole=False),
        progress=(len(found.done), len(found.done) + len(found.overdue) + len(found.today)),
        birthdays=[{"party": one.party, "at": one.at, "when": _when(turn, one.on)} for one in birthdays(turn)],
        silent=[{"party": party, "since": moment(turn, at)[:10]} for party, at in silent(turn, int(quiet))],
        days=[{"value": one, "title": _("%(n)s days", n=one), "on": one == quiet} for one in DAYS],
        waiting=_waiting(turn),
        call_url="/calls/new" if may(turn, turn.resource("core.call"), "create") else "",
        task_url="/tasks/new" if may(turn, turn.resource("core.task"), "create") else "",
    )


def _line(turn: Context, entry: Entry, hues: dict[str, str], party: Party | None, whole: bool) -> dict[str, Any]:  # noqa: FBT001 # the caller's own
    model = entry.resource.model
    finishes = entry.editable and entry.ended is None and issubclass(model, Plan) and end_state(turn, model)
    place: dict[str, Any] = {"entity": entry.resource.name, "record_id": entry.id}
    return {
        "entry": entry,
        "color": hues[entry.resource.name],
        "party": party,
        "time": _time(turn, entry, whole=whole),
        "finish_url": url_for("calendar.complete", **place) if finishes else "",
        "postpone_url": url_for("calendar.put_off", **place) if entry.editable and entry.ended is None else "",
    }


def _time(turn: Context, entry: Entry, *, whole: bool) -> str:
    """The hour; of what is overdue the day it was to be done."""
    if whole:
        due = entry.due
        return f"{(due.astimezone(turn.zone) if isinstance(due, datetime) else due):%d/%m}"
    return "" if not isinstance(entry.at, datetime) or entry.all_day else f"{entry.at.astimezone(turn.zone):%H:%M}"


def _when(turn: Context, day: date) -> Label:
    return _("Today") if day == turn.today() else moment_text(turn, day)


def _waiting(turn: Context) -> list[dict[str, Any]]:
    """What others want of this person."""
    asked = len(requests.received(turn))
    found: list[dict[str, Any]] = [
        {"title": one.title, "text": one.body, "url": one.url, "icon": "at"}
        for one in inbox.listed(turn, limit=MENTIONS, unread=True, kind=MENTIONED)
    ]
    found = [
        {"title": one.title, "text": one.step, "url": f"/{one.resource.path}/{one.record_id}", "icon": "checkbox"}
        for one in waiting_for_approval(turn)
    ] + found
    if asked:
        title = _("%(n)s requests wait for your answer", n=number(asked))
        found.insert(0, {"title": title, "text": "", "url": url_for("requests.listing"), "icon": "lock-access"})
    return found


@blueprint.post("/prefer")
def remember() -> Any:
    """Keep after how many days without a word a customer is shown."""
    days = request.form.get("days", "")
    if days in DAYS:
        prefer(context(), PLACE, days=days)
    return redirect(url_for("my_day.page"))
