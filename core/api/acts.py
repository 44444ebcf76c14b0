"""Deeds on many records, as programs look at them and take them back."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, request

from core.acts import undoing
from core.acts.deeds import DEEDS
from core.acts.models import Act
from core.acts.service import get, kept, listed, undo_until
from core.api import PREFIX
from core.api.about import about, or_later
from core.api.headers import json_answer, once
from core.api.parameters import page_size, read_parameters
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.query import PAGE
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME = "api_acts"
_ACCEPTED = 202
_ONE = "/acts/<uuid:act_id>"


class KeptSchema(ma.Schema):
    """Something that an undo left as it is, because it was changed since."""

    id = ma.fields.UUID(required=True, allow_none=True)
    title = ma.fields.String(required=True)


class ActSchema(ma.Schema):
    """A deed on records: how far it is, and what became of it."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf((*DEEDS, "merge")))
    entity = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(("waiting", "running", "done", "cancelled", "undoing", "undone")),
    )
    total = ma.fields.Integer(required=True, metadata={"description": _("Records it is for.")})
    done = ma.fields.Integer(required=True, metadata={"description": _("Records it was done to.")})
    undone = ma.fields.Integer(required=True)
    kept = ma.fields.List(
        ma.fields.Nested(KeptSchema),
        required=True,
        metadata={"description": _("What its undoing left alone because it was changed since, the first of them.")},
    )
    job = ma.fields.UUID(required=True, allow_none=True)
    at = ma.fields.AwareDateTime(required=True)
    undo_until = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": _("How long it can be taken back; null if it cannot.")}
    )


class ActsSchema(ma.Schema):
    """A page of one's deeds, the newest first."""

    items = ma.fields.List(ma.fields.Nested(ActSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def written(turn: Context, act: Act) -> dict[str, Any]:
    """A deed as JSON has it."""
    until = undo_until(act)
    return {
        "id": str(act.id),
        "kind": act.kind,
        "entity": act.entity,
        "state": act.state,
        "total": act.total,
        "done": act.done,
        "undone": act.undone,
        "kept": [{"id": str(one) if one else None, "title": title} for one, title in kept(turn, act)],
        "job": str(act.job_id) if act.job_id else None,
        "at": act.at.isoformat(),
        "undo_until": until.isoformat() if until else None,
    }


def later(turn: Context, act: Act) -> Response | None:
    """What is answered where a job does it; None where it is done."""
    return json_answer(written(turn, act), _ACCEPTED) if act.state in {"waiting", "undoing"} else None


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/acts", "list", _list)
    made.add_url_rule(_ONE, "read", _read)
    made.add_url_rule(f"{_ONE}/undo", "undo", once(_undo), methods=["POST"])
    return made


def _list() -> Response:
    turn = context()
    values, problems = read_parameters(request.args, {"limit": page_size, "cursor": _identifier})
    if wrong := InvalidError.of(problems):
        raise wrong
    limit = values.get("limit", PAGE)
    found = listed(turn, limit=limit + 1, before=values.get("cursor"))
    more = str(found[limit - 1].id) if len(found) > limit else None
    return json_answer({"items": [written(turn, one) for one in found[:limit]], "next_cursor": more})


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(_("This is not a cursor of this list.")) from None


def _read(act_id: UUID) -> Response:
    turn = context()
    return json_answer(written(turn, get(turn, act_id)))


def _undo(act_id: UUID) -> Response:
    turn = context()
    act = undoing.undo(turn, act_id)
    return later(turn, act) or json_answer(written(turn, act))


_about = partial(about, "acts")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    yield "/acts", "list", "GET", _about("listActs", _("One's deeds, the newest first"), ActsSchema, (422,))
    yield _ONE, "read", "GET", _about("readAct", _("How far a deed is"), ActSchema, (404,))
    undo = _about("undoAct", _("Take a deed back, within thirty days"), ActSchema, (404, 409, 422))
    undo["parameters"] = ["IdempotencyKey"]
    yield f"{_ONE}/undo", "undo", "POST", or_later(undo, ActSchema)
