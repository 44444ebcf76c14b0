"""One's own second factor: setting it up, the recovery codes, switching it off."""

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access import second_factor
from core.access.attempts import TooManyAttemptsError
from core.access.codes import Enrolment, SecondFactorError
from core.access.people import WrongPasswordError, prove
from core.app import platform
from core.i18n import Label, translator
from core.web.account import tabs
from core.web.code_pages import CodePages, refusal
from core.web.entity.turn import go
from core.web.gate import ENROLMENT, context, enrolling, in_person
from core.web.sign_in import client_address

_ = translator("core")
blueprint = Blueprint("second_factor", __name__, url_prefix=ENROLMENT)
blueprint.before_request(in_person)

_WRONG = 422


@blueprint.get("")
@enrolling
def setup() -> Any:
    """The picture for the app, and where its first code is typed."""
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    if second_factor.state(turn, turn.user.id).on:
        return redirect(url_for("account.security"))
    return _setup(second_factor.begin(turn, platform().vault))


@blueprint.post("")
@enrolling
def switch_on() -> Any:
    """Switch it on, if the app has understood; show the recovery codes."""
    turn, vault = context(), platform().vault
    try:
        enrolment = second_factor.resume(turn, vault, request.form.get("sealed", ""))
    except SecondFactorError as error:
        return _setup(second_factor.begin(turn, vault), error.reason), _WRONG
    try:
        codes = second_factor.switch_on(turn, vault, enrolment, request.form.get("code", ""))
    except SecondFactorError as error:
        return _setup(enrolment, error.reason), _WRONG
    return _pages().codes(codes)


@blueprint.route("/codes", methods=["GET", "POST"])
def new_codes() -> Any:
    """New recovery codes, for the password."""
    title, action = _("New recovery codes"), url_for("second_factor.new_codes")
    text = _("The codes you have now stop working. The new ones are shown once.")
    if request.method == "GET":
        return _ask_password(title, text, action)
    try:
        _prove()
        codes = second_factor.renew_codes(context())
    except (TooManyAttemptsError, WrongPasswordError, SecondFactorError) as error:
        said, status = refusal(error)
        return _ask_password(title, text, action, error=said), status
    return _pages().codes(codes)


@blueprint.route("/off", methods=["GET", "POST"])
def switch_off() -> Any:
    """Ask for no codes any more, for the password."""
    title, action = _("Switch off the second factor"), url_for("second_factor.switch_off")
    text = _("From then on your password alone lets in whoever knows it.")
    if request.method == "GET":
        return _ask_password(title, text, action, danger=True)
    try:
        _prove()
        second_factor.switch_off(context())
    except (TooManyAttemptsError, WrongPasswordError, SecondFactorError) as error:
        said, status = refusal(error)
        return _ask_password(title, text, action, error=said, danger=True), status
    return _done(_("The second factor is switched off."))


def _prove() -> None:
    prove(context(), request.form.get("password", ""), gate=platform().doors, address=client_address())


def _done(text: Label) -> AnyResponse:
    return go(url_for("account.security"), text)


def _pages() -> CodePages:
    url = url_for("second_factor.switch_on")
    return CodePages("base.html", url_for("account.security"), url, tabs("account.security"))


def _setup(enrolment: Enrolment, error: Label = "") -> str:
    return _pages().setup(enrolment, error, forced=g.identity.must_enrol)


def _ask_password(title: Label, text: Label, action: str, *, error: Label = "", danger: bool = False) -> str:
    person = context().user
    assert person is not None, "the gate lets nobody else in"
    return _pages().ask_password(title, text, action, email=person.email, error=error, danger=danger)
