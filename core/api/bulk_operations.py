"""Bulk operations on many records, as programs look at them and take them back."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, request

from core.api import PREFIX
from core.api.about import about, or_later
from core.api.headers import json_answer, once
from core.api.parameters import page_size, read_parameters
from core.bulk import undoing
from core.bulk.handlers import HANDLERS
from core.bulk.models import BulkOperation
from core.bulk.service import get, kept, listed, undo_until
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.query import PAGE
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME = "api_bulk_operations"
_ACCEPTED = 202
_ONE = "/bulk-operations/<uuid:operation_id>"


class KeptSchema(ma.Schema):
    """Something that an undo left as it is, because it was changed since."""

    id = ma.fields.UUID(required=True, allow_none=True)
    title = ma.fields.String(required=True)


class BulkOperationSchema(ma.Schema):
    """A bulk operation on records: how far it is, and what became of it."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf((*HANDLERS, "merge")))
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


class BulkOperationsSchema(ma.Schema):
    """A page of one's bulk operations, the newest first."""

    items = ma.fields.List(ma.fields.Nested(BulkOperationSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def written(turn: Context, operation: BulkOperation) -> dict[str, Any]:
    """A bulk operation as JSON has it."""
    until = undo_until(operation)
    return {
        "id": str(operation.id),
        "kind": operation.kind,
        "entity": operation.entity,
        "state": operation.state,
        "total": operation.total,
        "done": operation.done,
        "undone": operation.undone,
        "kept": [{"id": str(one) if one else None, "title": title} for one, title in kept(turn, operation)],
        "job": str(operation.job_id) if operation.job_id else None,
        "at": operation.at.isoformat(),
        "undo_until": until.isoformat() if until else None,
    }


def later(turn: Context, operation: BulkOperation) -> Response | None:
    """What is answered where a job does it; None where it is done."""
    return json_answer(written(turn, operation), _ACCEPTED) if operation.state in {"waiting", "undoing"} else None


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/bulk-operations", "list", _list)
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


def _read(operation_id: UUID) -> Response:
    turn = context()
    return json_answer(written(turn, get(turn, operation_id)))


def _undo(operation_id: UUID) -> Response:
    turn = context()
    operation = undoing.undo(turn, operation_id)
    return later(turn, operation) or json_answer(written(turn, operation))


_about = partial(about, "bulk-operations")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    yield (
        "/bulk-operations",
        "list",
        "GET",
        _about("listBulkOperations", _("One's bulk operations, the newest first"), BulkOperationsSchema, (422,)),
    )
    yield (
        _ONE,
        "read",
        "GET",
        _about("readBulkOperation", _("How far a bulk operation is"), BulkOperationSchema, (404,)),
    )
    undo = _about(
        "undoBulkOperation", _("Take a bulk operation back, within thirty days"), BulkOperationSchema, (404, 409, 422)
    )
    undo["parameters"] = ["IdempotencyKey"]
    yield f"{_ONE}/undo", "undo", "POST", or_later(undo, BulkOperationSchema)
