"""Errors in words: a page that says what to do, a problem document (RFC 9457) for programs."""

import json
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from core.app import platform
from core.context import ForbiddenError
from core.entity.errors import InvalidError, MissingError, StaleError
from core.i18n import Label, translator
from core.web.gate import undo

_ = translator("core")

SWAPPED = frozenset((409, 422))
"""Refusals that pages put in place like any answer, because they usually carry a form; nobody else speaks of them."""
TEXTS: dict[int, tuple[Label, Label]] = {
    400: (_("This request makes no sense"), _("Go back and try again.")),
    401: (_("Sign in first"), _("You are not signed in, or your session has ended.")),
    403: (_("This is not allowed"), _("Ask your administrator if you need it.")),
    404: (_("Nothing is here"), _("The address is wrong, the record is gone, or its module is switched off.")),
    405: (_("This cannot be done here"), _("Go back and try again.")),
    409: (
        _("Somebody was faster"),
        _("The record was changed in the meantime. Open it again and look at both versions."),
    ),
    412: (_("The record has changed"), _("Read it again and repeat the change on what it is now.")),
    413: (_("The file is too large"), _("Choose a smaller file, or split it.")),
    415: (_("This format is not understood"), _("Send JSON.")),
    422: (_("Something is not right yet"), _("Mend the fields named below.")),
    428: (_("Say which version you change"), _("Send the record's ETag in If-Match.")),
    429: (_("Too many requests"), _("Wait a minute and try again.")),
    500: (_("Something broke on our side"), _("It has been recorded. Nothing half-done was kept.")),
    503: (_("Not available at the moment"), _("Try again in a minute.")),
}


def problem(status: int, errors: dict[str, Any] | None = None, detail: Label = "") -> Response:
    """A problem document; ``errors`` maps fields to messages."""
    import orjson

    title, advice = TEXTS.get(status, TEXTS[500])
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "detail": str(detail or advice),
    }
    if errors:
        body["errors"] = {name: [str(text) for text in texts] for name, texts in errors.items()}
    return Response(orjson.dumps(body), status, mimetype="application/problem+json")


def page(status: int, errors: dict[str, Any] | None = None, detail: Label = "") -> tuple[str, int]:
    """An error as a page."""
    title, advice = TEXTS.get(status, TEXTS[500])
    said = [str(text) for texts in (errors or {}).values() for text in texts]
    return render_template("error.html", code=status, title=title, text=detail or advice, errors=said), status


def answer(status: int, errors: dict[str, Any] | None = None, detail: Label = "") -> Any:
    """The right form for whoever asks."""
    if "context" in g:
        undo()
    if "HX-Request" in request.headers:
        return _for_script(status, errors, detail)
    return (problem if request.path.startswith("/api/") else page)(status, errors, detail)


def _for_script(status: int, errors: dict[str, Any] | None, detail: Label) -> Response:
    """A problem document that the page says aloud; a whole page would be put into a corner of another."""
    said = " ".join(str(text) for texts in (errors or {}).values() for text in texts)
    found = problem(status, errors, detail or said)
    found.headers["HX-Reswap"] = "none"
    if status in SWAPPED:
        found.headers["HX-Trigger"] = trigger(toast={"kind": "error", "text": found.get_json()["detail"]})
    return found


def trigger(**events: Any) -> str:
    """The header that makes things happen in a page. Headers are Latin-1: JSON says the rest in ASCII."""
    return json.dumps(events, ensure_ascii=True, default=str)


def install(app: Flask) -> None:
    """Turn what services raise into answers."""
    app.register_error_handler(InvalidError, lambda error: answer(422, error.errors))
    app.register_error_handler(MissingError, lambda _error: answer(404))
    app.register_error_handler(StaleError, lambda _error: answer(409))
    app.register_error_handler(ForbiddenError, lambda _error: answer(403))
    app.register_error_handler(HTTPException, _http)


def _http(error: HTTPException) -> Any:
    if isinstance(error, InternalServerError) and "context" in g:
        undo()  # before anybody is blamed for what only seemed to be there
        _blame(error)
    if error.response is not None:
        return error.response
    if isinstance(error, RequestEntityTooLarge) and request.mimetype == "multipart/form-data":
        limit = platform().settings.max_upload >> 20
        return answer(413, detail=_("Up to %(limit)s MB can be sent at a time. Choose a smaller file.", limit=limit))
    return answer(error.code or 500)


def _blame(error: InternalServerError) -> None:
    """A page of a plugin that broke counts against the plugin."""
    if g.get("plugin", "core") != "core" and error.original_exception is not None:
        context = g.context
        context.hooks.failed(g.plugin, f"page {request.endpoint}", context.company.id, error.original_exception)
