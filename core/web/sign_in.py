"""Signing in and out: the password, the code of a second factor, and the link for those who forgot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access import known_devices, password_links
from core.access.attempts import TooManyAttemptsError
from core.access.devices import is_phone
from core.access.identify import enter
from core.access.keys import device_key, read_key
from core.access.login import (
    ABSOLUTE,
    CODE_LASTS,
    CodeNeeded,
    SignedIn,
    SignInError,
    SignInOverError,
    give_code,
    sign_in,
    sign_out,
)
from core.access.passwords import PasswordError
from core.app import platform
from core.context import CompanyInfo, Context
from core.db.session import TenantSession
from core.i18n import Text, translator
from core.vendor.models import Company
from core.web.flash import flash, take_flashes
from core.web.gate import COOKIE, SuspendedError, company_slug, public

_ = translator("core")
blueprint = Blueprint("sign_in", __name__)

HALFWAY = "ghep_halfway"
"""The cookie between the password and the code."""
DEVICE = "ghep_device"
"""The cookie by which a browser is known again when somebody signs in."""
_WRONG, _MANY, _GONE = 422, 429, 404


@blueprint.get("/login")
@public
def login() -> str:
    """The sign-in page; asks for the company where the address does not name one."""
    company = _company(company_slug())
    if company is not None and company.state == "suspended":
        raise SuspendedError(company)
    return _login_page()


@blueprint.post("/login")
@public
def log_in() -> Any:
    """Check the password, and begin a session or ask for a code."""
    slug, email = _slug(), request.form.get("email", "")
    try:
        found = _check(_company(slug), email, request.form.get("password", ""))
    except TooManyAttemptsError as error:
        return _login_page(error=wait(error), email=email, company=slug), _MANY
    except SignInError as error:
        return _login_page(error=error.reason, email=email, company=slug), _WRONG
    target = local(request.form.get("next", ""))
    if isinstance(found, SignedIn):
        return _inside(found, target)
    answer = redirect(url_for("sign_in.code", next=target or None))
    _set_cookie(answer, HALFWAY, found.key, CODE_LASTS, path=url_for("sign_in.login"))
    return answer


def _check(company: CompanyInfo | None, email: str, password: str) -> SignedIn | CodeNeeded:
    if company is None:
        # As long as a wrong password takes: whether a company exists is nobody's business.
        platform().doors.passwords.matches(password, None)
        raise SignInError(_("E-mail or password is wrong."))
    with platform().database.session(company.id) as session:
        found = sign_in(
            session, company, email, password, gate=platform().doors, agent=_agent(), address=client_address()
        )
        if isinstance(found, SignedIn):
            _arrived(session, found)
        session.commit()
        return found


def _arrived(session: TenantSession, found: SignedIn) -> None:
    """Somebody is in: their device is known from now on."""
    turn = enter(session, platform().hooks, source="web")
    if turn is not None:
        turn.user = found.user
        url = platform().settings.address_of(turn.company.slug) + url_for("account.security")
        known_devices.arrived(turn, _device(), _agent(), security_url=url)


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """The second step: the code of the app, or one of the paper."""
    key = request.cookies.get(HALFWAY, "")
    found = read_key(key)
    if found is None:
        return redirect(url_for("sign_in.login"))
    if request.method == "GET":
        return _code_page()
    try:
        with platform().database.session(found.tenant) as session:
            done = give_code(
                session, key, request.form.get("code", ""), gate=platform().doors, vault=platform().vault,
                agent=_agent(), address=client_address(),
            )  # fmt: skip
            _arrived(session, done)
            session.commit()
    except TooManyAttemptsError as error:
        return _code_page(wait(error)), _MANY
    except SignInError as error:
        return _code_page(error.reason), _WRONG
    except SignInOverError:
        flash(_("That took too long. Sign in again."), "warning")
        return _without_halfway(redirect(url_for("sign_in.login")))
    return _without_halfway(_inside(done, local(request.form.get("next", ""))))


@blueprint.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Ask for a link to set a new password. The answer tells nobody who is known here."""
    slug, email = _slug(), request.form.get("email", request.args.get("email", ""))
    asks = {"ask_company": _company(company_slug()) is None, "company": slug, "email": email}
    if request.method == "GET":
        return render_template("forgotten.html", **asks)
    company = _company(slug)
    try:
        if company is not None and company.state == "open":
            with _inside_of(company.id) as turn:
                if turn is not None:
                    password_links.ask(turn, email, gate=platform().doors, address=client_address())
        else:
            platform().doors.letters.begin(slug, email.strip().lower(), client_address())
            platform().doors.letters.failed(client_address())
    except TooManyAttemptsError as error:
        return render_template("forgotten.html", error=wait(error), **asks), _MANY
    return render_template("forgotten.html", sent=True, **asks)


@blueprint.route(f"{password_links.PATH}/<key>", methods=["GET", "POST"])
@public
def set_password(key: str) -> Any:
    """Choose a password by a link that came by e-mail."""
    found = read_key(key)
    if found is None:
        return _stale_link()
    with _inside_of(found.tenant) as turn:
        person = password_links.holder(turn, key) if turn else None
        if turn is None or person is None:
            return _stale_link()
        page = {"name": person.name, "email": person.email, "company_name": turn.company.name}
        if request.method == "GET":
            return render_template("set_password.html", **page)
        try:
            done = password_links.set_by_link(turn, key, request.form.get("new", ""), gate=platform().doors)
        except PasswordError as error:
            return render_template("set_password.html", error=error.reason, **page), _WRONG
        if not done:
            return _stale_link()
        turn.session.commit()
        flash(_("Your password is set. Sign in with it now."))
        return redirect(url_for("sign_in.login", company=turn.company.slug, email=person.email))


@blueprint.post("/logout")
@public
def log_out() -> AnyResponse:
    """End this session."""
    key = request.cookies.get(COOKIE, "")
    found = read_key(key)
    if found is not None:
        with platform().database.session(found.tenant) as session:
            sign_out(session, key)
            session.commit()
    answer = redirect(url_for("sign_in.login"))
    answer.delete_cookie(COOKIE)
    return answer


def wait(error: TooManyAttemptsError) -> Text:
    """What is said to whoever tried too often."""
    return _("Too many attempts. Try again in %(n)s minutes.", n=error.seconds // 60 + 1)


def client_address() -> str:
    """The client's address, as far as the configured number of proxies can be trusted to tell it."""
    hops = platform().settings.trusted_proxies
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    return told[-hops] if hops and len(told) >= hops else request.remote_addr or ""


def local(url: str) -> str:
    """An address on this very host, or none: nobody may be sent elsewhere from our sign-in page."""
    parts = urlsplit(url.replace("\\", "/"))
    plain = url.startswith("/") and not url.startswith("//") and not parts.netloc and url.isprintable()
    return url if plain else ""


def _login_page(**values: Any) -> str:
    slug = company_slug()
    company = _company(slug)
    given = {"company": request.args.get("company", slug), "email": request.args.get("email", "")}
    return render_template(
        "login.html",
        ask_company=company is None,
        company_name=company.name if company else "",
        next=local(request.values.get("next", "")),
        flashes=take_flashes(),
        **{**given, **values},
    )


def _code_page(error: Text | str = "") -> str:
    next_url, login_url = local(request.values.get("next", "")), url_for("sign_in.login")
    return render_template("login_code.html", error=error, next=next_url, login_url=login_url)


def _stale_link() -> tuple[str, int]:
    return render_template(
        "message.html",
        glyph="link-off",
        title=_("This link does not work any more"),
        text=_("It was used already, or it is too old. Ask for a new one."),
        actions=[{"title": _("Ask for a new link"), "url": url_for("sign_in.forgotten"), "icon": "mail"}],
    ), _GONE


@contextmanager
def _inside_of(tenant: int) -> Iterator[Context | None]:
    """A turn of nobody in an open company, committed at the end; None where there is none."""
    with platform().database.session(tenant) as session:
        turn = enter(session, platform().hooks, source="web")
        yield turn if turn is not None and turn.company.state == "open" else None
        session.commit()


def _inside(done: SignedIn, target: str) -> AnyResponse:
    # On the way people want to know what is next; at a desk, how things are.
    answer = redirect(target or ("/my-day" if is_phone(_agent()) else "/"))
    _set_cookie(answer, COOKIE, done.key, ABSOLUTE)
    _set_cookie(answer, DEVICE, _device(), known_devices.REMEMBERED, path=url_for("sign_in.login"))
    return answer


def _set_cookie(answer: AnyResponse, name: str, key: str, lasts: timedelta, *, path: str = "/") -> None:
    secure = platform().settings.secure_cookies or request.is_secure
    seconds = int(lasts.total_seconds())
    answer.set_cookie(name, key, max_age=seconds, path=path, httponly=True, samesite="Lax", secure=secure)


def _without_halfway(answer: AnyResponse) -> AnyResponse:
    answer.delete_cookie(HALFWAY, path=url_for("sign_in.login"))
    return answer


def _device() -> str:
    """The key of the browser; a new one stays the same for the request."""
    if "device" not in g:
        g.device = device_key(request.cookies.get(DEVICE, ""))
    found: str = g.device
    return found


def _agent() -> str:
    return request.headers.get("User-Agent", "")


def _slug() -> str:
    return company_slug() or request.values.get("company", "").strip().lower()


def _company(slug: str) -> CompanyInfo | None:
    if not slug or not slug.isascii():
        return None
    columns = (
        Company.id, Company.slug, Company.name, Company.state, Company.locale, Company.timezone, Company.currency
    )  # fmt: skip
    with platform().database.reader() as connection:
        row = connection.execute(sa.select(*columns).where(Company.slug == slug.replace("\0", ""))).one_or_none()
    return CompanyInfo(*row) if row else None
