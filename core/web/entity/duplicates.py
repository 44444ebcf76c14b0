"""The warning that somebody is there already: beside the field while one types, and once more before saving."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from core.context import Context
from core.entity.duplicates import Match, duplicates
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.identity import Key, identifying, record_keys
from core.web.entity.form import parsed
from core.web.entity.turn import may, needs

DESPITE = "despite"
"""What a form sends along for each value that the person was warned of."""


@needs("see")
def while_typing(turn: Context, resource: Resource) -> str:
    """The lines below a field that identifies: what is odd about the value, and who has it already."""
    if not (may(turn, resource, "create") or may(turn, resource, "edit")):
        abort(403)
    name = request.args.get("field", "")
    spec = identifying(resource.model).get(name)
    if spec is None:
        abort(404)
    values = _typed(turn, resource)
    warning = spec.warn(values[name]) if spec.warn and values.get(name) else None
    found = [one for one in duplicates(turn, resource, values, _record()) if name in one.fields]
    return render_template("_duplicates.html", matches=lines(resource, found), warning=warning)


def _typed(turn: Context, resource: Resource) -> dict[str, Any]:
    """What can be read of the fields that matter; half a number is not worth a word yet."""
    wanted = dict(identifying(resource.model))
    if resource.follows is not None:
        wanted[resource.follows.name] = resource.follows
    values: dict[str, Any] = {}
    for name, spec in wanted.items():
        if name in request.args:
            values[name] = _readable(turn, spec, request.args.getlist(name))
    return values


def _readable(turn: Context, spec: Field, texts: list[str]) -> Any:
    """What can be read of one field; of several values those that are whole already."""
    if spec.kind.many:
        return [one for text in texts for one in _readable_one(turn, spec, [{"value": text}]) or ()]
    with suppress(ValueError):
        return parsed(turn, spec, texts)
    return None


def _readable_one(turn: Context, spec: Field, pairs: list[dict[str, str]]) -> Any:
    with suppress(ValueError):
        return spec.kind.parse(pairs, spec, turn.zone)
    return None


def _record() -> UUID | None:
    with suppress(ValueError):
        return UUID(request.args.get("record", ""))
    return None


def unconfirmed(
    turn: Context, resource: Resource, values: Mapping[str, Any], record: Entity | None = None
) -> list[Match]:
    """Matches to ask about before saving; what a record was known by before, or was asked about already, is none."""
    if not identifying(resource.model):
        return []
    settled = record_keys(record) if record is not None else set[Key]()
    whole = dict(values)
    if record is not None and resource.follows is not None:
        whole.setdefault(resource.follows.name, getattr(record, resource.follows.column))
    found = duplicates(turn, resource, whole, record.id if record is not None else None)
    asked = set(request.form.getlist(DESPITE))
    doubtful = [one for one in found if one.key not in settled]
    return doubtful if {sign(one.key) for one in doubtful} - asked else []


def sign(key: Key) -> str:
    """A value one was warned of, as the form carries it."""
    return ":".join(key)


def lines(resource: Resource, matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Matches as templates show them."""
    return [
        {
            "title": one.title or "—",
            "entity": str(one.resource.title) if one.resource else "",
            "url": f"/{one.resource.path}/{one.id}" if one.resource else "",
            "owner": one.owner,
            "field": str(resource.fields[one.fields[0]].title) if one.fields[0] in resource.fields else "",
            "ask_url": "" if one.seen else f"/{resource.path}/ask",
            "key": sign(one.key),
        }
        for one in matches
    ]
