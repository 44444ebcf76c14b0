"""How an operator comes in: a cookie and a session table of their own, on the bare host and under one path.

Nothing of a company opens this door, and an operator's key opens nothing of a company.
"""

from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import quote

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access.attempts import TooManyAttemptsError
from core.access.login import CODE_LASTS, CodeNeeded, SignInError, SignInOverError
from core.app import platform
from core.i18n import LOCALES, Label, translator
from core.vendor.operators import (
    LASTS,
    OperatorInfo,
    give_operator_code,
    identify_operator,
    sign_in_operator,
    sign_out_operator,
)
from core.vendor.service import NoCompanyError, VendorError
from core.web.entity.turn import by_htmx
from core.web.errors import answer
from core.web.flash import flash
from core.web.gate import company_slug, public
from core.web.sign_in import client_address, wait

_ = translator("core")
blueprint = Blueprint("door", __name__)

PATH = "/vendor"
COOKIE = "ghep_operator"
OPEN = frozenset(("vendor.door.login", "vendor.door.log_in", "vendor.door.code", "vendor.door.log_out"))
"""What answers an operator who is not signed in yet."""
_YEAR = 365 * 86_400


def operator() -> OperatorInfo:
    """Who is asking."""
    found: OperatorInfo = g.operator
    return found


def enter() -> AnyResponse | None:
    """Let operators in, before every view of the console."""
    if company_slug():
        abort(404)
    # Codes and names are plain; whatever else stands in an address is nobody's.
    if any(not (value.isascii() and value.isprintable()) for value in (request.view_args or {}).values()):
        abort(404)
    if request.endpoint in OPEN:
        return None
    with platform().database.vendor_session() as session:
        found = identify_operator(session, request.cookies.get(COOKIE, ""))
    if found is None:
        return _ask_to_sign_in()
    g.operator = found
    return None


def _ask_to_sign_in() -> AnyResponse:
    if by_htmx():
        return Response(status=204, headers={"HX-Redirect": url_for("vendor.door.login")})
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("vendor.door.login") + (f"?next={quote(target)}" if target else ""))


@blueprint.get("/login")
@public
def login() -> str:
    """The operators' sign-in page."""
    return _login_page()


def _login_page(**values: Any) -> str:
    return render_template("vendor/login.html", next=_ours(request.values.get("next", "")), **values)


@blueprint.post("/login")
@public
def log_in() -> Any:
    """Check who it is and begin an operator's session."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        with platform().database.vendor_session() as session:
            found = sign_in_operator(session, email, password, gate=platform().doors, address=client_address())
            session.commit()
    except TooManyAttemptsError as error:
        return _login_page(error=wait(error), email=email), 429
    except SignInError as error:
        return _login_page(error=error.reason, email=email), 422
    target = _ours(request.form.get("next", ""))
    if isinstance(found, CodeNeeded):
        return _with_key(redirect(url_for("vendor.door.code", next=target or None)), found.key, CODE_LASTS)
    return _with_key(redirect(target or url_for("vendor.companies.listing")), found.key, LASTS)


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """The second step: the code of the app, or one of the paper."""
    if request.method == "GET":
        return _code_page()
    key, typed = request.cookies.get(COOKIE, ""), request.form.get("code", "")
    try:
        with platform().database.vendor_session() as session:
            found = give_operator_code(
                session, key, typed, gate=platform().doors, vault=platform().vault, address=client_address()
            )
            session.commit()
    except TooManyAttemptsError as error:
        return _code_page(wait(error)), 429
    except SignInError as error:
        return _code_page(error.reason), 422
    except SignInOverError:
        flash(_("That took too long. Sign in again."), "warning")
        return redirect(url_for("vendor.door.login"))
    target = _ours(request.form.get("next", "")) or url_for("vendor.companies.listing")
    return _with_key(redirect(target), found.key, LASTS)


def _code_page(error: Label = "") -> str:
    next_url, login_url = _ours(request.values.get("next", "")), url_for("vendor.door.login")
    return render_template("vendor/login_code.html", error=error, next=next_url, login_url=login_url)


def _with_key(went: AnyResponse, key: str, lasts: timedelta) -> AnyResponse:
    secure, seconds = platform().settings.secure_cookies or request.is_secure, int(lasts.total_seconds())
    went.set_cookie(COOKIE, key, max_age=seconds, path=PATH, httponly=True, samesite="Strict", secure=secure)
    return went


def _ours(url: str) -> str:
    """An address of the console, or none."""
    return url if url.startswith(f"{PATH}/") and url.isprintable() and "\\" not in url else ""


@blueprint.post("/logout")
@public
def log_out() -> AnyResponse:
    """End this operator's session."""
    with platform().database.vendor_session() as session:
        sign_out_operator(session, request.cookies.get(COOKIE, ""))
        session.commit()
    went = redirect(url_for("vendor.door.login"))
    went.delete_cookie(COOKIE, path=PATH)
    return went


@blueprint.get("/language/<locale>")
@public
def language(locale: str) -> AnyResponse:
    """Choose the language of the console."""
    went = redirect(url_for("vendor.companies.listing"))
    went.set_cookie("locale", locale if locale in LOCALES else LOCALES[0], max_age=_YEAR, samesite="Lax")
    return went


@blueprint.get("")
@public
def home() -> AnyResponse:
    """The console begins with its companies."""
    return redirect(url_for("vendor.companies.listing"))


@blueprint.route("/<path:_rest>", methods=["GET", "POST"])
@public
def nowhere(_rest: str) -> NoReturn:
    """Addresses below the console that lead nowhere are answered here, not by the companies' door."""
    abort(404)


def missing(_error: NoCompanyError) -> Any:
    """There is no such company."""
    return answer(404)


def refused(error: VendorError) -> Any:
    """Say why something was not done; a page asked by htmx is read anew, so that its switches stand as they were."""
    if not by_htmx():
        return answer(422, {"": [error.reason]})
    flash(error.reason, "error")
    return Response(status=204, headers={"HX-Refresh": "true"})
