"""The way in: which company, who, what is switched on, and the transaction the request runs in.

Each request that is let in has ``g.context``. Its transaction is committed when the answer is a success, before
the answer leaves, and rolled back otherwise.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Request, Response, abort, current_app, g, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from core.access.identify import ChangedError, identify, recognise, suspended
from core.access.keys import read_key
from core.app import platform
from core.context import VERBS, CompanyInfo, Context, Grants
from core.i18n import reset_locale, set_locale
from core.web.proxies import itself

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
    return _slug(request.host, platform().settings.domain)


def _slug(host: str, domain: str) -> str:
    host, suffix = host.rsplit(":", 1)[0].lower().rstrip("."), f".{domain}"
    return host.removesuffix(suffix) if host.endswith(suffix) else ""


def install(app: Flask) -> None:
    """Let people and programs in, and close what was opened for them."""
    app.before_request(_enter)
    app.after_request(_commit)
    app.teardown_request(_leave)


def _enter() -> AnyResponse | None:
    asked, kept, app = itself(request), itself(g), itself(current_app)
    kept.plugin = _plugin_of(asked, app)
    view = app.view_functions.get(asked.endpoint or "")
    _speak(kept, _chosen(asked) or platform().settings.locale)
    if getattr(view, "public", False) or asked.endpoint == "static":
        return None
    if not let_in():
        return _ask_to_sign_in()
    if kept.plugin not in kept.context.active:
        abort(404)
    if kept.identity.must_enrol and not getattr(view, "enrolling", False):
        return _ask_to_enrol()
    _hold_program(asked.method, kept.plugin, kept.context.grants)
    return None


def _hold_program(method: str, plugin: str, grants: Grants) -> None:
    """The outer wall of a token's scopes: no other module's address, and no method that could do what it may not."""
    if grants.modules is not None and plugin != "core" and plugin not in grants.modules:
        abort(403)
    if grants.only is not None and not grants.only & _METHODS.get(method, grants.only):
        abort(403)


def _plugin_of(asked: Request, app: Flask) -> str:
    """Whose page this is: the last blueprint's owner; core where nobody else's."""
    owners: dict[str, str] = app.extensions.setdefault("ghep_blueprints", {})
    return next((owners[name] for name in asked.blueprints if name in owners), "core")


def _key(asked: Request) -> str:
    """What the browser or program came in with."""
    came = asked.authorization
    if came is not None and came.type == "bearer":
        return came.token or ""
    return asked.cookies.get(COOKIE, "")


def let_in() -> bool:
    """Find who comes in and begin their turn: a session of the company, in their language."""
    asked, kept, ours = itself(request), itself(g), platform()
    key = read_key(_key(asked))
    if key is None:
        return False
    session = ours.database.session(key.tenant)
    view = current_app.view_functions.get(asked.endpoint or "")
    place = getattr(view, PLACE, "")
    if getattr(view, "at_once", False):
        identity = recognise(session, ours.registry, key, place, ours.recent)
    else:
        identity = identify(session, ours.registry, key, place)
    slug = _slug(asked.host, ours.settings.domain)
    if identity is None or (slug and identity.company.slug != slug):
        session.settle()
        closed = suspended(session, key) if identity is None else None
        session.close()
        if closed is not None:
            raise SuspendedError(closed)
        return False
    source = "api" if asked.path.startswith("/api/") else "web"
    kept.context = identity.context(session, ours.hooks, source=source)
    kept.identity = identity
    _speak(kept, _chosen(asked) or identity.locale)
    return True


def _chosen(asked: Request) -> str:
    """The language that was chosen in this browser."""
    return asked.cookies.get("locale", "")


def _speak(kept: Any, locale: str) -> None:
    """Answer in a language; an earlier choice of this request gives way."""
    if "locale" in kept:
        reset_locale(kept.locale)
    kept.locale = set_locale(locale)


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
    turn: Context | None = itself(g).get("context")
    if turn is None:
        return response
    if response.status_code < _FAILED:
        turn.session.expire_on_commit = False  # nobody reads anything after it
        turn.session.commit()
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
    kept = itself(g)
    if "context" in kept:
        kept.context.session.close()
    if "locale" in kept:
        reset_locale(kept.locale)
