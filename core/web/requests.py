"""Requests for access: those that wait for one's answer, and one's own."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from core import parse
from core.access import requests
from core.access.requests import Request
from core.context import Context, ForbiddenError
from core.entity.errors import InvalidError, MissingError
from core.entity.format import moment, national
from core.i18n import Text, translator
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("requests", __name__, url_prefix="/requests")

STATES: dict[str, tuple[Text, str]] = {
    "open": (_("Waiting"), "orange"),
    "granted": (_("Granted"), "green"),
    "declined": (_("Declined"), "secondary"),
}


@blueprint.get("")
def listing() -> str:
    """What waits for one's answer, and below it what one has asked for."""
    turn = context()
    return render_template(
        "requests.html",
        received=[_line(turn, one) for one in requests.received(turn)],
        sent=[_line(turn, one) for one in requests.sent(turn)],
        today=turn.today().isoformat(),
    )


def _line(turn: Context, one: Request) -> dict[str, Any]:
    text, color = STATES[one.state]
    return {
        "who": one.who,
        "entity": str(one.resource.title),
        "title": one.title,
        "url": f"/{one.resource.path}/{one.record_id}" if one.record_id else "",
        "about": national(one.about),
        "reason": one.reason,
        "at_text": moment(turn, one.at),
        "state": {"text": text, "color": color},
        "grant_url": url_for("requests.grant", request_id=one.id),
        "decline_url": url_for("requests.decline", request_id=one.id),
    }


@blueprint.post("/<uuid:request_id>/grant")
def grant(request_id: UUID) -> Any:
    """Let somebody in, to see or to edit, for good or until a day."""
    turn = context()
    try:
        who = requests.grant(
            turn,
            request_id,
            access=request.form.get("access", "read"),
            until=_until(turn, request.form.get("until", "")),
        )
    except InvalidError as error:
        turn.session.rollback()
        return go(_here(), error.text, kind="error")
    except ForbiddenError:
        turn.session.rollback()
        return go(_here(), _("Your role does not let you share this. Ask an administrator."), kind="error")
    except MissingError:
        return _over()
    return go(_here(), _("%(name)s may see it now.", name=who))


@blueprint.post("/<uuid:request_id>/decline")
def decline(request_id: UUID) -> Any:
    """Do not let somebody in."""
    try:
        who = requests.decline(context(), request_id)
    except MissingError:
        return _over()
    return go(_here(), _("The request of %(name)s is declined.", name=who))


def _over() -> Any:
    """Somebody else has answered it, or the record is gone."""
    context().session.rollback()
    return go(_here(), _("This request is over already."), kind="warning")


def _here() -> str:
    return url_for("requests.listing")


def _until(turn: Context, text: str) -> datetime | None:
    """The end of the day; shares end where the next one begins."""
    try:
        day = parse.date(text)
    except ValueError as error:
        raise InvalidError({"until": [error.args[0]]}) from None
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), turn.company.zone).astimezone(UTC)
