"""Answers to scripts: JSON, and refusals in words."""

from typing import Any

import orjson
from flask import Response, g

from core.i18n import Label
from core.web.errors import problem


def answered(status: int = 200, **values: Any) -> Response:
    """A JSON object."""
    return Response(orjson.dumps(values, default=str), status, mimetype="application/json")


def listed(values: list[Any]) -> Response:
    """A JSON array."""
    return Response(orjson.dumps(values, default=str), mimetype="application/json")


def refused(status: int, *reasons: Label) -> Response:
    """A problem document that says why; what was begun is taken back."""
    g.context.session.rollback()
    return problem(status, detail=" ".join(str(one) for one in reasons))
