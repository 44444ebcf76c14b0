"""How the documentation speaks of an address that is not an entity's."""

from typing import Any

import marshmallow as ma

from core.api.problems import PROBLEMS
from core.i18n import Text, translator

_ = translator("core")
Operation = dict[str, Any]


def about(
    tag: str,
    name: str,
    summary: Text,
    schema: type[ma.Schema] | None,
    errors: tuple[int, ...] = (),
    body: type[ma.Schema] | None = None,
    *,
    success: str = "200",
) -> Operation:
    """The operation object: what it answers, None for nothing, and what is sent to it."""
    good: Operation = {"description": "OK"} if schema is None else {"description": "OK", "content": _json(schema)}
    problems = {str(status): PROBLEMS[status] for status in (401, 403, 429, *errors)}
    said: Operation = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "responses": {success if schema else "204": good, **problems},
    }
    if body is not None:
        said["requestBody"] = {"required": True, "content": _json(body)}
        said["parameters"] = ["IdempotencyKey"]
    return said


def or_later(operation: Operation, schema: type[ma.Schema]) -> Operation:
    """An operation that a job does where it is much."""
    later = {"description": _("It is many: a job does it."), "content": _json(schema)}
    return {**operation, "responses": {**operation["responses"], "202": later}}


def _json(schema: type[ma.Schema]) -> Operation:
    return {"application/json": {"schema": schema}}
