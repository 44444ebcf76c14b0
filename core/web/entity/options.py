"""Choosing a record to link to: the picker's answers."""

from typing import Any

from flask import abort, request

from core.access.visibility import CUSTOMER
from core.context import Context
from core.entity.entity import Resource
from core.entity.format import show_row
from core.entity.query import Query, read_page
from core.entity.titles import summary
from core.web.entity.answers import listed
from core.web.entity.shape import RECORDS
from core.web.entity.turn import may
from core.web.gate import context

MOST = 20


def options(entity: str) -> Any:
    """Records of an entity that fit what was typed, or the last changed: id, title and what tells them apart."""
    turn = context()
    if entity == RECORDS:
        return listed(_records(turn, request.args.get("of", ""), request.args.get("q", "")[:200]))
    resource = found(turn, entity)
    if not may(turn, resource, "see"):
        turn.require(resource.name, "see")
    return listed(_found(turn, resource, request.args.get("q", "")[:200], MOST))


def _records(turn: Context, of: str, q: str) -> list[dict[str, str]]:
    """Records of whatever those of an entity may be about, each with what it is."""
    known: list[dict[str, str]] = []
    for resource in found(turn, of).references:
        if resource.plugin in turn.active and resource.name != CUSTOMER and may(turn, resource, "see"):
            for one in _found(turn, resource, q, MOST // 2):
                about = " · ".join(part for part in (str(resource.title), one["subtitle"]) if part)
                known.append({"id": f"{resource.name}/{one['id']}", "title": one["title"], "subtitle": about})
    return known


def _found(turn: Context, resource: Resource, q: str, most: int) -> list[dict[str, str]]:
    shown = summary(resource)
    details = shown.details
    query = Query(resource, columns=[shown.title, *details], q=q, limit=most, total=0)
    return [
        {
            "id": str(row["id"]),
            "title": str(row[shown.title.name] or "—"),
            "subtitle": " · ".join(text for spec in details if (text := show_row(turn, spec, row).text)),
        }
        for row in read_page(turn, query).rows
    ]


def found(turn: Context, entity: str) -> Resource:
    """A resource by its name; 404 for one that is not there or off."""
    try:
        return turn.resource(entity)
    except LookupError:
        abort(404)
