"""A message for the next page, in a cookie that only says what the user just did."""

import base64
from typing import Any, Literal
from uuid import UUID

import orjson
from flask import after_this_request, g, request
from werkzeug.wrappers import Response

from core.i18n import Label

COOKIE = "flash"
_SECONDS = 60
Tone = Literal["success", "warning", "error"]
"""How a message is meant, and so what it looks like."""


def flash(text: Label, kind: Tone = "success", undo_url: str = "") -> None:
    """Leave a message for the page that is shown next; ``undo_url`` is posted to by its Undo button."""
    g.setdefault("flashes", []).append({"kind": kind, "text": str(text), "undo_url": undo_url})

    @after_this_request
    def _keep(response: Response) -> Response:
        value = base64.urlsafe_b64encode(orjson.dumps(g.flashes[-3:], default=_plain)).decode()
        response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="Lax")
        return response


def take_flashes() -> list[Any]:
    """The messages left for this page; they are shown once."""
    text = request.cookies.get(COOKIE)
    if not text:
        return []

    @after_this_request
    def _drop(response: Response) -> Response:
        if "flashes" not in g:
            response.delete_cookie(COOKIE)
        return response

    try:
        found = orjson.loads(base64.urlsafe_b64decode(text))
        return [
            {"kind": str(one["kind"]), "text": str(one["text"]), "undo_url": _local(str(one["undo_url"]))}
            for one in found
        ]
    except (ValueError, TypeError, KeyError):
        return []


def _local(url: str) -> str:
    """An address of ours or none: the cookie could be anybody's."""
    return url if url.startswith("/") and not url.startswith("//") else ""


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, UUID) else ""
