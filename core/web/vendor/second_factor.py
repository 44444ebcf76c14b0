"""An operator's second factor: as people of companies have it, on the console's own pages."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from core.access.attempts import TooManyAttemptsError
from core.access.codes import Enrolment, SecondFactorError
from core.access.people import WrongPasswordError
from core.app import platform
from core.i18n import Label, translator
from core.vendor import second_factor
from core.vendor.operators import OperatorInfo, prove_operator
from core.web.code_pages import CodePages, refusal
from core.web.flash import flash
from core.web.gate import public
from core.web.sign_in import client_address
from core.web.vendor.door import operator
from core.web.vendor.shell import at

_ = translator("core")
blueprint = Blueprint("second_factor", __name__, url_prefix="/second-factor")

_WRONG = 422


@blueprint.get("")
@public
def page() -> str:
    """How it stands, or how it is set up."""
    with platform().database.vendor_session() as session:
        kept = second_factor.of(operator().id).kept(session)
    if kept is None:
        return _pages().setup(_begin())
    return render_template(
        "vendor/second_factor.html",
        since=at(kept[0]),
        left=kept[1],
        codes_url=url_for("vendor.second_factor.new_codes"),
        off_url=url_for("vendor.second_factor.switch_off"),
    )


@blueprint.post("")
@public
def switch_on() -> Any:
    """Switch it on, if the app has understood; show the recovery codes."""
    who, vault = operator(), platform().vault
    try:
        enrolment = second_factor.of(who.id).resume(
            vault, request.form.get("sealed", ""), name=who.email, issuer=second_factor.ISSUER
        )
    except SecondFactorError as error:
        return _pages().setup(_begin(), error.reason), _WRONG
    try:
        with platform().database.vendor_session() as session, session.begin():
            codes = second_factor.switch_on(session, who, vault, enrolment, request.form.get("code", ""))
    except SecondFactorError as error:
        return _pages().setup(enrolment, error.reason), _WRONG
    return _pages().codes(codes)


@blueprint.route("/codes", methods=["GET", "POST"])
@public
def new_codes() -> Any:
    """New recovery codes, for the password."""
    text = _("The codes you have now stop working. The new ones are shown once.")
    return _proved(_("New recovery codes"), text, _renewed)


def _renewed(session: Session, who: OperatorInfo) -> str:
    return _pages().codes(second_factor.renew_codes(session, who))


@blueprint.route("/off", methods=["GET", "POST"])
@public
def switch_off() -> Any:
    """Ask for no codes any more, for the password."""
    text = _("From then on your password alone lets in whoever knows it.")
    return _proved(_("Switch off the second factor"), text, _switched_off, danger=True)


def _switched_off(session: Session, who: OperatorInfo) -> Any:
    second_factor.switch_off(session, who)
    flash(_("The second factor is switched off."))
    return redirect(url_for("vendor.second_factor.page"))


def _proved(title: Label, text: Label, do: Callable[[Session, OperatorInfo], Any], *, danger: bool = False) -> Any:
    """Ask for the password, and do it once it is given."""
    who = operator()
    ask = partial(_pages().ask_password, title, text, request.path, email=who.email, danger=danger)
    if request.method == "GET":
        return ask()
    try:
        with platform().database.vendor_session() as session, session.begin():
            password = request.form.get("password", "")
            prove_operator(session, who, password, gate=platform().doors, address=client_address())
            return do(session, who)
    except (TooManyAttemptsError, WrongPasswordError, SecondFactorError) as error:
        said, status = refusal(error)
        return ask(error=said), status


def _begin() -> Enrolment:
    who = operator()
    return second_factor.of(who.id).begin(platform().vault, name=who.email, issuer=second_factor.ISSUER)


def _pages() -> CodePages:
    back = url_for("vendor.companies.listing")
    return CodePages("vendor/base.html", back, url_for("vendor.second_factor.switch_on"))
