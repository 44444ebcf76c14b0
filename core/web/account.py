"""Signing in and out, one's own password, language and theme."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access.attempts import TooManyAttemptsError
from core.access.login import ABSOLUTE, SignInError, sign_in, sign_out
from core.access.models import User
from core.access.passwords import PasswordError
from core.access.people import WrongPasswordError, change_password
from core.app import platform
from core.context import CompanyInfo
from core.i18n import LOCALES, translator
from core.vendor.models import Company
from core.web.flash import flash
from core.web.gate import COOKIE, SuspendedError, company_slug, context, public

_ = translator("core")
blueprint = Blueprint("account", __name__)
_YEAR = 365 * 86_400
THEMES = ("light", "dark", "auto")


@blueprint.get("/login")
@public
def login() -> str:
    """The sign-in page; asks for the company where the address does not name one."""
    slug = company_slug()
    company = _company(slug) if slug else None
    if company is not None and company.state == "suspended":
        raise SuspendedError(company)
    return _login_page()


def _login_page(**values: Any) -> str:
    slug = company_slug()
    company = _company(slug) if slug else None
    return render_template(
        "login.html",
        ask_company=company is None,
        company_name=company.name if company else "",
        next=_local(request.values.get("next", "")),
        **{"company": request.args.get("company", slug), **values},
    )


@blueprint.post("/login")
@public
def log_in() -> Any:
    """Check who it is and begin a session."""
    slug = company_slug() or request.form.get("company", "").strip().lower()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        key = _begin(_company(slug), email, password)
    except TooManyAttemptsError as error:
        text = _("Too many attempts. Try again in %(n)s minutes.", n=error.seconds // 60 + 1)
        return _login_page(error=text, email=email, company=slug), 429
    except SignInError as error:
        return _login_page(error=error.reason, email=email, company=slug), 422
    answer = redirect(_local(request.form.get("next", "")) or "/")
    _give(answer, key)
    return answer


def _begin(company: CompanyInfo | None, email: str, password: str) -> str:
    if company is None:
        # As long as a wrong password takes: whether a company exists is nobody's business.
        platform().doors.passwords.matches(password, None)
        raise SignInError(_("E-mail or password is wrong."))
    with platform().database.session(company.id) as session:
        found = sign_in(
            session, company, email, password, gate=platform().doors,
            agent=request.headers.get("User-Agent", ""), address=client_address(),
        )  # fmt: skip
        session.commit()
        return found.key


def _give(answer: AnyResponse, key: str) -> None:
    secure = platform().settings.secure_cookies or request.is_secure
    answer.set_cookie(COOKIE, key, max_age=int(ABSOLUTE.total_seconds()), httponly=True, samesite="Lax", secure=secure)


def client_address() -> str:
    """The client's address, as far as the configured number of proxies can be trusted to tell it."""
    hops = platform().settings.trusted_proxies
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    return told[-hops] if hops and len(told) >= hops else request.remote_addr or ""


def _company(slug: str) -> CompanyInfo | None:
    if not slug.isascii():
        return None
    columns = (
        Company.id, Company.slug, Company.name, Company.state, Company.locale, Company.timezone, Company.currency
    )  # fmt: skip
    with platform().database.reader() as connection:
        row = connection.execute(sa.select(*columns).where(Company.slug == slug.replace("\0", ""))).one_or_none()
    return CompanyInfo(*row) if row else None


def _local(url: str) -> str:
    """An address on this very host, or none: nobody may be sent elsewhere from our sign-in page."""
    parts = urlsplit(url.replace("\\", "/"))
    plain = url.startswith("/") and not url.startswith("//") and not parts.netloc and url.isprintable()
    return url if plain else ""


@blueprint.post("/logout")
@public
def log_out() -> AnyResponse:
    """End this session."""
    key = request.cookies.get(COOKIE, "")
    tenant = key.partition(".")[0]
    if tenant.isascii() and tenant.isdigit() and len(tenant) <= 18:  # noqa: PLR2004 # digits of a bigint
        with platform().database.session(int(tenant)) as session:
            sign_out(session, key)
            session.commit()
    answer = redirect(url_for("account.login"))
    answer.delete_cookie(COOKIE)
    return answer


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> Any:
    """Change one's own password; every other session ends."""
    if request.method == "GET":
        return render_template("password.html", error="")
    try:
        change_password(
            context(), request.form.get("old", ""), request.form.get("new", ""),
            passwords=platform().doors.passwords, keep=g.identity.key_id,
        )  # fmt: skip
    except WrongPasswordError:
        return render_template("password.html", error=_("The old password is wrong.")), 422
    except PasswordError as error:
        return render_template("password.html", error=error.reason), 422
    flash(_("Your password is changed. Other devices are signed out."))
    return redirect("/")


@blueprint.get("/account/language/<locale>")
def language(locale: str) -> AnyResponse:
    """Choose the language of one's pages."""
    chosen = locale if locale in LOCALES else LOCALES[0]
    _set_own(locale=chosen)
    answer = redirect(_local(urlsplit(request.referrer or "").path) or "/")
    answer.set_cookie("locale", chosen, max_age=_YEAR, samesite="Lax")
    return answer


@blueprint.post("/theme")
def theme() -> Response:
    """Choose light or dark."""
    chosen = request.form.get("theme", "auto")
    _set_own(theme=chosen if chosen in THEMES else "auto")
    return Response(status=204)


def _set_own(**values: str) -> None:
    turn = context()
    if turn.user is not None:
        turn.session.execute(
            sa.update(User).where(User.tenant_id == turn.tenant, User.id == turn.user.id).values(**values)
        )
