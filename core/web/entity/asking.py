"""Asking for access, from a warning or from an address: what is said is the same whatever is there."""

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.access.requests import ask, ask_by_key
from core.context import Context
from core.entity.entity import Resource
from core.entity.identity import identifying
from core.i18n import translator
from core.web.entity.turn import go, needs, with_events
from core.web.errors import TEXTS

_ = translator("core")

ASKED = _("If there is such a record, its owner has been asked. You hear of it under Requests.")


@needs("see")
def by_value(turn: Context, resource: Resource) -> Any:
    """Ask the owners of those who have a value that somebody is typing."""
    scheme, _colon, value = request.form.get("key", "").partition(":")
    if scheme in {spec.scheme for spec in identifying(resource.model).values()}:
        ask_by_key(turn, resource, (scheme, value))
    return with_events("", toast={"kind": "success", "text": str(ASKED)})


@needs("see")
def by_address(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Ask the owner of a record whose address one has."""
    ask(turn, resource, record_id, reason=request.form.get("reason", ""))
    return go(f"/{resource.path}", ASKED)


def nothing_here(resource: Resource, record_id: UUID) -> tuple[str, int]:
    """What the address of a record shows to whoever may not see it, whether there is one or not."""
    title, text = TEXTS[404]
    ask_url = f"/{resource.path}/{record_id}/ask" if resource.owned else ""
    return render_template("error.html", code=404, title=title, text=text, ask_url=ask_url), 404
