"""Choosing a record to link to: the picker's answers."""

from typing import Any

from flask import abort, request

from core.context import Context
from core.entity.entity import Resource
from core.entity.format import show_row
from core.entity.query import Query, read_page
from core.entity.titles import summary
from core.web.entity.answers import listed
from core.web.entity.turn import may
from core.web.gate import context

MOST = 20


def options(entity: str) -> Any:
    """Records of an entity that fit what was typed, or the last changed: id, title and what tells them apart."""
    turn = context()
    resource = found(turn, entity)
    if not may(turn, resource, "see"):
        turn.require(resource.name, "see")
    shown = summary(resource)
    details = shown.details
    query = Query(resource, columns=[shown.title, *details], q=request.args.get("q", "")[:200], limit=MOST, total=0)
    return listed(
        [
            {
                "id": str(row["id"]),
                "title": str(row[shown.title.name] or "—"),
                "subtitle": " · ".join(text for spec in details if (text := show_row(turn, spec, row).text)),
            }
            for row in read_page(turn, query).rows
        ]
    )


def found(turn: Context, entity: str) -> Resource:
    """A resource by its name; 404 for one that is not there or off."""
    try:
        return turn.resource(entity)
    except LookupError:
        abort(404)
