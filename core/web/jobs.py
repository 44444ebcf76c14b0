"""The Jobs page: work behind the pages, everybody's own; the administrator's shows all."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.context import Context
from core.db.base import now
from core.entity.format import moment, number
from core.i18n import Label, Text, translator
from core.jobs import service
from core.jobs.service import JobView
from core.web.entity.turn import by_htmx, go
from core.web.flash import flash
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

PAGE = 50
STATES: dict[str, tuple[Text, str]] = {
    "new": (_("Waiting"), "secondary"),
    "waiting": (_("Trying again soon"), "orange"),
    "running": (_("Running"), "blue"),
    "done": (_("Done"), "green"),
    "dead": (_("Failed"), "red"),
    "cancelled": (_("Cancelled"), "secondary"),
    "skipped": (_("Left out"), "secondary"),
    "unknown": (_("Outcome unknown"), "orange"),
}
"""What the states are called, and their colours."""
GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (_("All"), ()),
    "open": (_("At work and waiting"), ("new", "running")),
    "failed": (_("Failed"), ("dead", "unknown")),
    "done": (_("Done"), ("done",)),
    "ended": (_("Cancelled and left out"), ("cancelled", "skipped")),
}
"""What the list may be narrowed to: the address's word, its title and the states of the rows."""
SOON = timedelta(minutes=1)
"""Waiting work that begins within this time is looked at again by itself; later work is not."""


@blueprint.get("")
def listing() -> str:
    """The newest jobs; asked for by htmx while something runs, then it is the table alone."""
    turn = context()
    group, before = _group(), _before()
    found = service.list_jobs(turn, limit=PAGE + 1, before=before, states=GROUPS[group][1])
    shown, rest = found[:PAGE], found[PAGE:]
    return render_template(
        "_jobs.html" if by_htmx() else "jobs.html",
        tabs=[
            {"title": title, "url": url_for("jobs.listing", state=name or None), "active": name == group}
            for name, (title, _states) in GROUPS.items()
        ],
        rows=[_row(turn, one) for one in shown],
        narrowed=bool(group),
        poll_url=url_for("jobs.listing", before=before, state=group or None),
        next_url=url_for("jobs.listing", before=shown[-1].id, state=group or None) if rest else "",
    )


@blueprint.post("/<uuid:job_id>/cancel")
def cancel(job_id: UUID) -> AnyResponse:
    """Stop a job."""
    if service.cancel(context(), job_id):
        return go(_back(), _("It stops at the next opportunity. What is done so far stays."))
    return _too_late(_("It is over already."))


@blueprint.post("/<uuid:job_id>/retry")
def retry(job_id: UUID) -> AnyResponse:
    """Have a job done again that ended badly."""
    if service.retry(context(), job_id):
        return go(_back(), _("It is being tried again."))
    return _too_late(_("It does not need to be tried again."))


def _too_late(reason: Label) -> AnyResponse:
    """Something happened to the job in the meantime: show it as it is."""
    flash(reason, "warning")
    return go(_back())


def _back() -> str:
    """The page of the list the button was on."""
    return url_for("jobs.listing", before=_before(), state=_group() or None)


def _group() -> str:
    """What the list is narrowed to."""
    found = request.args.get("state", "")
    return found if found in GROUPS else abort(404)


def _before() -> UUID | None:
    """Where the page begins that is asked for."""
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)


def _row(turn: Context, one: JobView) -> dict[str, Any]:
    text, color = STATES[one.state]
    before, group = _before(), _group() or None
    return {
        "title": one.title,
        "url": "",
        "who": one.user_name or _("The system"),
        "at_text": moment(turn, one.created_at),
        "state": {"text": text, "color": color},
        "running": one.state == "running" or (one.next_at is not None and one.next_at < now() + SOON),
        "done": one.progress,
        "total": one.total,
        "progress_text": f"{number(one.progress)} / {number(one.total)}",
        "attempts": one.attempts,
        "error": _reason(turn, one),
        "cancel_url": url_for("jobs.cancel", job_id=one.id, before=before, state=group) if one.can_cancel else "",
        "retry_url": url_for("jobs.retry", job_id=one.id, before=before, state=group) if one.can_retry else "",
    }


def _reason(turn: Context, one: JobView) -> Label:
    """What went wrong in words, before the program's own."""
    if one.state == "waiting" and one.next_at is not None:
        return _("It did not work; the next try is at %(at)s. %(error)s", at=moment(turn, one.next_at), error=one.error)
    if one.state == "dead":
        return _("Given up after %(n)s tries. %(error)s", n=one.attempts, error=one.error)
    if one.state == "unknown":
        return _("It may have been sent or not; look there before you try it again. %(error)s", error=one.error)
    return one.error if one.state in {"skipped", "running"} else ""
