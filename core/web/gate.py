"""The way in: which company, who, what is switched on, and the transaction the request runs in.

Each request that is let in has ``g.context``. Its transaction is committed when the answer is a success, before
the answer leaves, and rolled back otherwise.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from core.access.identify import ChangedError, identify, recognise, suspended
from core.access.keys import read_key
from core.app import platform
from core.context import VERBS, CompanyInfo, Context
from core.i18n import current_locale, use_locale

COOKIE = "ghep_session"
ENROLMENT = "/account/second-factor"
"""Where a second factor is set up."""
PLACE = "place"
"""Attribute of a view that begins with how the person has arranged an entity's list: that entity."""
F = TypeVar("F", bound=Callable[..., Any])
_FAILED = 400
_CHANGING = frozenset(VERBS) - {"see"}
_METHODS = {"POST": _CHANGING, "PUT": _CHANGING, "PATCH": _CHANGING, "DELETE": frozenset(("delete",))}
"""Of what a request of each method could do, a token must be allowed something."""


class SuspendedError(PermissionError):
    """Whoever asks has a good key, to a company that is suspended."""

    def __init__(self, company: CompanyInfo) -> None:
        super().__init__(company.slug)
        self.company = company


def public(view: F) -> F:
    """Mark a view that answers people who are not signed in."""
    view.public = True  # type: ignore[attr-defined] # read by the gate
    return view


def at_once(view: F) -> F:
    """Mark a view that does nothing before it reads, and writes nothing that would be missed.

    Who is asking is asked in one message with the first thing it reads.
    """
    view.at_once = True  # type: ignore[attr-defined] # read by the gate
    return view


def enrolling(view: F) -> F:
    """Mark a view that is open to those who have to set up their second factor before anything else."""
    view.enrolling = True  # type: ignore[attr-defined] # read by the gate
    return view


def in_person() -> None:
    """Refuse programs: what concerns a person's own account is for whoever signed in. For ``before_request``."""
    if "identity" in g and g.identity.is_program:
        abort(403)


def context() -> Context:
    """The context of this request."""
    found: Context = g.context
    return found


def company_slug() -> str:
    """The company named by the address, empty on the bare host."""
    host = request.host.rsplit(":", 1)[0].lower().rstrip(".")
    suffix = f".{platform().settings.domain}"
    return host.removesuffix(suffix) if host.endswith(suffix) else ""


def install(app: Flask) -> None:
    """Let people and programs in, and close what was opened for them."""
    app.before_request(_enter)
    app.after_request(_commit)
    app.teardown_request(_leave)


def _enter() -> AnyResponse | None:
    g.plugin = _plugin_of_request()
    view = current_app.view_functions.get(request.endpoint or "")
    _speak(request.cookies.get("locale") or platform().settings.locale)
    if getattr(view, "public", False) or request.endpoint == "static":
        return None
    if not let_in():
        return _ask_to_sign_in()
    if g.plugin not in g.context.active:
        abort(404)
    if g.identity.must_enrol and not getattr(view, "enrolling", False):
        return _ask_to_enrol()
    _hold_program()
    return None


def _hold_program() -> None:
    """The outer wall of a token's scopes: no other module's address, and no method that could do what it may not."""
    grants = g.context.grants
    if grants.modules is not None and g.plugin != "core" and g.plugin not in grants.modules:
        abort(403)
    if grants.only is not None and not grants.only & _METHODS.get(request.method, grants.only):
        abort(403)


def _plugin_of_request() -> str:
    """Whose page this is: the last blueprint's owner; core where nobody else's."""
    owners: dict[str, str] = current_app.extensions.setdefault("ghep_blueprints", {})
    return next((owners[name] for name in request.blueprints if name in owners), "core")


def _key() -> str:
    """What the browser or program came in with."""
    if request.authorization is not None and request.authorization.type == "bearer":
        return request.authorization.token or ""
    return request.cookies.get(COOKIE, "")


def let_in() -> bool:
    """Find who comes in and begin their turn: a session of the company, in their language."""
    key = read_key(_key())
    if key is None:
        return False
    session = platform().database.session(key.tenant)
    view = current_app.view_functions.get(request.endpoint or "")
    registry, place = platform().registry, getattr(view, PLACE, "")
    if getattr(view, "at_once", False):
        identity = recognise(session, registry, key, place, platform().recent)
    else:
        identity = identify(session, registry, key, place)
    slug = company_slug()
    if identity is None or (slug and identity.company.slug != slug):
        session.settle()
        closed = suspended(session, key) if identity is None else None
        session.close()
        if closed is not None:
            raise SuspendedError(closed)
        return False
    source = "api" if request.path.startswith("/api/") else "web"
    g.context = identity.context(session, platform().hooks, source=source)
    g.identity = identity
    _speak(request.cookies.get("locale") or identity.locale)
    return True


def _speak(locale: str) -> None:
    """Answer in a language; an earlier choice of this request gives way."""
    if "locale" in g:
        if current_locale() == locale:
            return
        g.pop("locale").__exit__(None, None, None)
    g.locale = use_locale(locale)
    g.locale.__enter__()


def _ask_to_sign_in() -> AnyResponse:
    if request.path.startswith("/api/"):
        abort(401)
    target = quote(request.full_path.rstrip("?")) if request.method == "GET" else "/"
    if request.headers.get("HX-Request"):
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = "/login"
        return answer
    return redirect(f"/login?next={target}" if target != "/" else "/login")


def _ask_to_enrol() -> AnyResponse:
    if request.path.startswith("/api/"):
        abort(403)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": ENROLMENT})
    return redirect(ENROLMENT)


def _commit(response: Response) -> Response:
    if "context" in g:
        if response.status_code < _FAILED:
            g.context.session.expire_on_commit = False  # nobody reads anything after it
            g.context.session.commit()
        else:
            undo()
    return response


def undo() -> None:
    """Undo what the request has done, and make sure of whom it is told to.

    Where that cannot be found out the request begins anew, and fails before it is taken for anybody's.
    """
    g.context.session.rollback()
    try:
        g.context.session.settle()
    except SQLAlchemyError as error:
        raise ChangedError from error


def _leave(_error: BaseException | None) -> None:
    if "context" in g:
        g.context.session.close()
    if "locale" in g:
        g.locale.__exit__(None, None, None)
