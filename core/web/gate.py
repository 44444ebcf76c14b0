"""The way in: which company, who, what is switched on, and the transaction the request runs in.

Each request that is let in has ``g.context``. Its transaction is committed when the answer is a success, before
the answer leaves, and rolled back otherwise.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.access.identify import Identity, identify_session, identify_token
from core.app import platform
from core.context import Context
from core.i18n import use_locale

COOKIE = "ghep_session"
F = TypeVar("F", bound=Callable[..., Any])
_FAILED = 400


def public(view: F) -> F:
    """Mark a view that answers people who are not signed in."""
    view.public = True  # type: ignore[attr-defined] # read by the gate
    return view


def context() -> Context:
    """The context of this request."""
    found: Context = g.context
    return found


def company_slug() -> str:
    """The company named by the address, empty on the bare host."""
    host = request.host.rsplit(":", 1)[0].lower()
    suffix = f".{platform().settings.domain}"
    return host.removesuffix(suffix) if host.endswith(suffix) else ""


def install(app: Flask) -> None:
    """Let people and programs in, and close what was opened for them."""
    app.before_request(_enter)
    app.after_request(_commit)
    app.teardown_request(_leave)


def _enter() -> AnyResponse | None:
    g.plugin = _plugin_of_request()
    view = platform_view()
    g.locale = use_locale(request.cookies.get("locale") or platform().settings.locale)
    g.locale.__enter__()
    if view is not None and getattr(view, "public", False):
        return None
    identity = _identity()
    if identity is None:
        return _ask_to_sign_in()
    _open(identity)
    if g.plugin not in identity.active:
        abort(404)
    return None


def platform_view() -> Callable[..., Any] | None:
    """The view that will answer, or None where no address matches."""
    from flask import current_app

    return current_app.view_functions.get(request.endpoint or "")


def _plugin_of_request() -> str:
    """Whose page this is: the last blueprint's owner; core where nobody else's."""
    from flask import current_app

    owners: dict[str, str] = current_app.extensions.setdefault("ghep_blueprints", {})
    return next((owners[name] for name in request.blueprints if name in owners), "core")


def _identity() -> Identity | None:
    database, slug = platform().database, company_slug()
    if request.authorization is not None and request.authorization.type == "bearer":
        found = identify_token(database, request.authorization.token or "")
    elif request.path.startswith("/api/") and not request.cookies.get(COOKIE):
        return None
    else:
        found = identify_session(database, request.cookies.get(COOKIE, ""))
    return None if found is None or (slug and found.company.slug != slug) else found


def _open(identity: Identity) -> None:
    """Begin the turn: a session of the company, in its language."""
    session = platform().database.session(identity.company.id)
    source = "api" if request.path.startswith("/api/") else "web"
    g.context = Context(
        session, identity.company, platform().hooks, identity.active, identity.grants, identity.user, source
    )
    g.locale.__exit__(None, None, None)
    g.locale = use_locale(identity.locale or identity.company.locale)
    g.locale.__enter__()


def _ask_to_sign_in() -> AnyResponse:
    if request.path.startswith("/api/"):
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if request.headers.get("HX-Request"):
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = "/login"
        return answer
    return redirect(f"/login?next={target}" if target != "/" else "/login")


def _commit(response: Response) -> Response:
    if "context" in g:
        if response.status_code < _FAILED:
            g.context.session.commit()
        else:
            g.context.session.rollback()
    return response


def _leave(_error: BaseException | None) -> None:
    if "context" in g:
        g.context.session.close()
    if "locale" in g:
        g.locale.__exit__(None, None, None)
