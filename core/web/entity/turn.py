"""What every view of an entity begins and ends with: the right to be there, and answers for pages and for htmx."""

from collections.abc import Callable
from functools import partial, update_wrapper, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.context import Context
from core.entity.entity import Resource
from core.i18n import Label
from core.web.errors import trigger
from core.web.flash import Tone, flash
from core.web.gate import PLACE, context

OVERRIDES = "ghep_templates"
"""Extension key: the template files that plugins bring along."""
_ARRANGED = "arranged"
P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., Any])
View = Callable[Concatenate[Context, Resource, P], Any]


def may(turn: Context, resource: Resource, verb: str) -> bool:
    """Whether this person may do this, and the entity knows it at all."""
    return verb in resource.verbs and turn.can(resource.name, verb)


def needs(verb: str) -> Callable[[View[P]], Callable[Concatenate[Resource, P], Any]]:
    """Make a function of context and resource a view that needs a verb on the entity: 404 where it has none, 403.

    It is given the entity as the person may know it: without the fields their roles hide.
    """

    def wrap(function: View[P]) -> Callable[Concatenate[Resource, P], Any]:
        @wraps(function)
        def view(resource: Resource, *args: P.args, **kwargs: P.kwargs) -> Any:
            turn = context()
            if verb not in resource.verbs:
                abort(404)
            turn.require(resource.name, "see")
            turn.require(resource.name, verb)
            return function(turn, turn.seen(resource), *args, **kwargs)

        return cast("Callable[Concatenate[Resource, P], Any]", view)

    return wrap


def by_htmx() -> bool:
    """Whether a part of a page is asked for, and not a page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def go(url: str, text: Label = "", *, kind: Tone = "success", undo_url: str = "") -> AnyResponse:
    """Go to a page, from a plain form or from htmx, leaving a message for it."""
    if text:
        flash(text, kind, undo_url=undo_url)
    if not by_htmx():
        return redirect(url)
    return Response(status=204, headers={"HX-Redirect": url})


def refresh(text: Label = "", *, kind: Tone = "success", undo_url: str = "") -> AnyResponse:
    """Show the page again that was acted on."""
    if not by_htmx():
        return go(_back(), text, kind=kind, undo_url=undo_url)
    if text:
        flash(text, kind, undo_url=undo_url)
    return Response(status=204, headers={"HX-Refresh": "true"})


def _back() -> str:
    came = urlsplit(request.referrer or "")
    return f"{came.path}?{came.query}".rstrip("?") if came.netloc == request.host and came.path else "/"


def with_events(body: str, status: int = 200, **events: Any) -> Response:
    """An answer that makes things happen in the page: ``toast``, ``closeDialog``, ``created``."""
    answer = Response(body, status, mimetype="text/html")
    answer.headers["HX-Trigger"] = trigger(**events)
    return answer


def show(resource: Resource, name: str, **values: Any) -> str:
    """Render a template for an entity: the plugin's own ``<plugin>/<entity>/<name>`` where it brings one."""
    own = f"{resource.plugin}/{resource.entity}/{name}"
    found: frozenset[str] = current_app.extensions.get(OVERRIDES, frozenset())
    return render_template(own if own in found else name, **values)


def route(view: Callable[..., Any], resource: Resource) -> Callable[..., Any]:
    """The view of one resource."""
    made = update_wrapper(partial(view, resource), view)
    if getattr(view, _ARRANGED, False):
        setattr(made, PLACE, resource.name)
    return made


def arranged(view: V) -> V:
    """Mark a view that begins with how the person has arranged the entity's list: it is read with who they are."""
    setattr(view, _ARRANGED, True)
    return view
