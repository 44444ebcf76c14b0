"""One's own account: who one is to colleagues, password, language and theme, and where one is signed in."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access import login, second_factor
from core.access.attempts import TooManyAttemptsError
from core.access.devices import browser_of, is_phone
from core.access.models import User
from core.access.oneself import myself
from core.access.passwords import PasswordError
from core.access.people import OWN_FIELDS, WrongPasswordError, change_own, change_password
from core.app import platform
from core.context import Context
from core.entity.entity import Entity
from core.entity.errors import InvalidError, StaleError
from core.entity.format import moment
from core.i18n import LOCALES, translator
from core.web.entity.form import Typed, items, read_form
from core.web.entity.turn import by_htmx, go
from core.web.flash import flash
from core.web.gate import context, enrolling, in_person
from core.web.sign_in import client_address, local, wait

_ = translator("core")
blueprint = Blueprint("account", __name__, url_prefix="/account")
blueprint.before_request(in_person)

THEMES = ("light", "dark", "auto")
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
_YEAR = 365 * 86_400
_WRONG, _MANY, _STALE = 422, 429, 409


def tabs(here: str) -> list[dict[str, Any]]:
    """The pages of the account, one of them being shown."""
    pages = (
        ("account.profile", _("Profile")),
        ("mail_account.settings", _("Own e-mail")),
        ("notification_settings.settings", _("Notifications")),
        ("account.security", _("Security")),
        ("account.sessions", _("Devices")),
        ("calendar_feed.own", _("Calendar")),
        ("tokens.own", _("API tokens")),
    )
    return [{"title": title, "url": url_for(name), "active": name == here} for name, title in pages]


@blueprint.route("", methods=["GET", "POST"])
def profile() -> Any:
    """What colleagues and customers see of oneself, and how pages look."""
    turn = context()
    person = myself(turn)
    if request.method == "GET":
        return _profile(turn, person, Typed())
    fields = {name: person.__fields__[name] for name in OWN_FIELDS}
    typed = read_form(turn, fields, person)
    try:
        typed.insist()
        change_own(turn, typed.values, version=request.form.get("version", 0, type=int))
    except StaleError:
        turn.session.rollback()
        typed.wrong("", _("Your profile was changed meanwhile. Look at it and save again."))
        return _profile(turn, myself(turn), typed), _STALE
    except InvalidError as error:
        typed.refused(error)
        return _profile(turn, person, typed), _WRONG
    return go(url_for("account.profile"), _("Your profile is saved."))


def _profile(turn: Context, person: Entity, typed: Typed) -> str:
    specs = [person.__fields__[name] for name in OWN_FIELDS]
    form = {
        "action": url_for("account.profile"),
        "sections": [{"title": "", "text": "", "fields": items(turn, turn.resource(User), specs, person, typed)}],
        "errors": typed.errors.get("", []),
        "version": person.version,
    }
    if by_htmx() and request.method == "POST":
        return render_template("_form.html", **form)
    return render_template(
        "account/profile.html",
        tabs=tabs("account.profile"),
        languages=[{"name": name, "title": title} for name, title in LANGUAGES.items()],
        **form,
    )


@blueprint.get("/security")
def security() -> str:
    """The password, and the second factor beside it."""
    return _security()


def _security(**values: Any) -> str:
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    state = second_factor.state(turn, turn.user.id)
    since = moment(turn, state.since) if state.since else ""
    return render_template(
        "account/security.html", tabs=tabs("account.security"), factor=state, since_text=since, **values
    )


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Any:
    """Change one's own password; every other session ends."""
    if request.method == "GET":
        return redirect(url_for("account.security"))
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        change_password(context(), old, new, gate=platform().doors, address=client_address(), keep=g.identity.key_id)
    except TooManyAttemptsError as error:
        return _security(error=wait(error)), _MANY
    except WrongPasswordError:
        return _security(error=_("The old password is wrong.")), _WRONG
    except PasswordError as error:
        return _security(error=error.reason), _WRONG
    return go(url_for("account.security"), _("Your password is changed. Other devices are signed out."))


@blueprint.get("/sessions")
def sessions() -> str:
    """Where one is signed in, the last used first."""
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    rows = [
        {
            "id": one.id,
            "device": browser_of(one.agent),
            "icon": "device-mobile" if is_phone(one.agent) else "device-desktop",
            "agent": one.agent,
            "address": one.address,
            "seen_text": moment(turn, one.seen_at),
            "begun_text": moment(turn, one.created_at),
            "here": one.id == g.identity.key_id,
        }
        for one in login.sessions(turn, turn.user.id)
    ]
    rows.sort(key=lambda row: not row["here"])
    return render_template("account/sessions.html", tabs=tabs("account.sessions"), rows=rows)


@blueprint.post("/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> AnyResponse:
    """Sign one device out; this one goes to the sign-in page."""
    turn = context()
    if turn.user is None or not login.end_session(turn, turn.user.id, session_id):
        abort(404)
    if session_id == g.identity.key_id:
        return go(url_for("sign_in.login"))
    return go(url_for("account.sessions"), _("This device is signed out."))


@blueprint.post("/sessions/end-others")
def end_others() -> AnyResponse:
    """Sign every other device out."""
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    count = login.end_all(turn, turn.user.id, keep=g.identity.key_id)
    return go(url_for("account.sessions"), _("%(n)s devices are signed out.", n=count))


@blueprint.post("/display")
def display() -> AnyResponse:
    """Choose language and theme, here and for devices to come."""
    locale, theme = request.form.get("language", ""), request.form.get("theme", "")
    locale = locale if locale in LOCALES else LOCALES[0]
    theme = theme if theme in THEMES else "auto"
    _set_own(locale=locale, theme=theme)
    flash(_("Saved."))
    answer = redirect(url_for("account.profile"))
    answer.set_cookie("locale", locale, max_age=_YEAR, samesite="Lax")
    answer.set_cookie("theme", theme, max_age=_YEAR, samesite="Lax")
    return answer


@blueprint.get("/language/<locale>")
@enrolling
def language(locale: str) -> AnyResponse:
    """Choose the language of one's pages."""
    chosen = locale if locale in LOCALES else LOCALES[0]
    _set_own(locale=chosen)
    answer = redirect(local(urlsplit(request.referrer or "").path) or "/")
    answer.set_cookie("locale", chosen, max_age=_YEAR, samesite="Lax")
    return answer


@enrolling
def theme() -> Response:
    """Choose light or dark."""
    chosen = request.form.get("theme", "auto")
    in_person()
    _set_own(theme=chosen if chosen in THEMES else "auto")
    return Response(status=204)


def _set_own(**values: str) -> None:
    turn = context()
    if turn.user is not None:
        turn.session.execute(
            sa.update(User).where(User.tenant_id == turn.tenant, User.id == turn.user.id).values(**values)
        )
