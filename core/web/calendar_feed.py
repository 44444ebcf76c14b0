"""The secret address of a person's calendar: kept in their account, and fetched by other programs without a session."""

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from core.access.attempts import TooManyAttemptsError
from core.access.identify import identify
from core.access.keys import Key, read_feed_key
from core.app import platform
from core.calendar.feeds import feed_of, renew, revoke
from core.entity.format import moment
from core.i18n import translator, use_locale
from core.web.account import tabs
from core.web.entity.turn import go
from core.web.gate import context, in_person, public
from core.web.sign_in import client_address

_ = translator("core")
blueprint = Blueprint("calendar_feed", __name__)

_MANY = 429


@blueprint.get("/account/calendar")
def own() -> str:
    """Whether there is an address, since when, and when it was last asked for."""
    return _own()


def _own(key: str = "") -> str:
    in_person()
    turn = context()
    feed = feed_of(turn)
    url = f"{_address(turn.company.slug)}{url_for('calendar_feed.fetch', key=key)}" if key else ""
    return render_template(
        "account/calendar.html",
        tabs=tabs("calendar_feed.own"),
        made_text=moment(turn, feed.created_at) if feed else "",
        used_text=moment(turn, feed.used_at) if feed and feed.used_at else "",
        url=url,
    )


@blueprint.post("/account/calendar")
def make() -> str:
    """A new address, shown once; the one before opens nothing any more."""
    in_person()
    return _own(renew(context()))


@blueprint.post("/account/calendar/revoke")
def end() -> Any:
    """No address any more."""
    in_person()
    revoke(context())
    return go(url_for("calendar_feed.own"), _("The address is revoked: it opens nothing any more."))


@blueprint.get("/calendar/feed/<key>.ics")
@public
def fetch(key: str) -> Any:
    """The calendar, for whoever has the address; answers alike for what never was and what is revoked."""
    found = read_feed_key(key)
    if found is None:
        abort(404)
    doors, address = platform().doors.feeds, client_address()
    try:
        doors.begin("feed", str(found.feed), address)
    except TooManyAttemptsError as error:
        return Response(status=_MANY, headers={"Retry-After": str(error.seconds)})
    text = _text(found)
    if text is None:
        doors.failed(address)
        abort(404)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(hashlib.sha256(text).hexdigest())
    return answer.make_conditional(request)


def _text(found: Key) -> bytes | None:
    from core.calendar.ics import calendar_text  # its library is large, and most processes never need it

    with platform().database.session(found.tenant) as session:
        identity = identify(session, platform().registry, found)
        if identity is None:
            return None
        turn = identity.context(session, platform().hooks, source="api")
        with use_locale(identity.locale):
            return calendar_text(turn, _address(turn.company.slug))


def _address(slug: str) -> str:
    return platform().settings.address_of(slug)
