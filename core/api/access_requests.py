"""Requests for access, for programs: those that wait for one's answer, one's own, asking and answering.

Whoever has a record's address asks at ``/<entities>/{id}/ask``.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response

from core.access import requests
from core.access.requests import Request
from core.access.sharing import ACCESS
from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.duplicates import AskedSchema, AskSchema
from core.api.headers import json_answer, once
from core.api.of_record import LISTED, text
from core.api.sharing import one_of, until
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.identity import Key, identifying, keys_of
from core.entity.schema import Body, loader
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME = "api_access_requests"
_ALL, _ONE = "/access-requests", "/access-requests/<uuid:request_id>"
_ACCEPTED, _NOTHING = 202, 204
_STATES = ("open", "granted", "declined")


class RequestSchema(ma.Schema):
    """A request, as its reader may know it."""

    id = ma.fields.UUID(required=True)
    entity = ma.fields.String(required=True)
    record = ma.fields.UUID(
        required=True, allow_none=True, metadata={"description": _("Null for an asker who was not let in.")}
    )
    title = ma.fields.String(required=True)
    about = ma.fields.String(required=True, metadata={"description": _("What the asker knows of the record.")})
    reason = ma.fields.String(required=True)
    who = ma.fields.String(required=True, metadata={"description": _("Who asks.")})
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(_STATES))
    at = ma.fields.AwareDateTime(required=True)


class RequestsSchema(ma.Schema):
    """Requests, the newest first."""

    items = ma.fields.List(ma.fields.Nested(RequestSchema), required=True)


class AskByValueSchema(AskSchema):
    """Access to whoever has a value."""

    entity = text(required=True, metadata={"description": _("Such as core.customer.")})
    field = text(required=True, metadata={"description": _("A field that identifies, such as mobile.")})
    value = text(required=True)


class GrantSchema(Body):
    """How the asker is let in."""

    access = one_of(ACCESS, _("Whether they may also edit."))
    until = until()


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(f"{_ALL}/received", "received", _received)
    made.add_url_rule(f"{_ALL}/sent", "sent", _sent)
    made.add_url_rule(_ALL, "ask", once(_ask), methods=["POST"])
    made.add_url_rule(f"{_ONE}/grant", "grant", once(_grant), methods=["POST"])
    made.add_url_rule(f"{_ONE}/decline", "decline", once(_decline), methods=["POST"])
    return made


def _received() -> Response:
    return json_answer({"items": [_written(one) for one in requests.received(context())]})


def _sent() -> Response:
    return json_answer({"items": [_written(one) for one in requests.sent(context())]})


def _written(one: Request) -> dict[str, Any]:
    return {
        "id": str(one.id), "entity": one.resource.name, "record": str(one.record_id) if one.record_id else None,
        "title": one.title, "about": one.about, "reason": one.reason, "who": one.who, "state": one.state,
        "at": one.at.isoformat(),
    }  # fmt: skip


def _ask() -> Response:
    turn, said = context(), read_body(loader(AskByValueSchema))
    resource = _entity(turn, said["entity"])
    for key in _keys(turn, resource, said["field"], said["value"]):
        requests.ask_by_key(turn, resource, key, reason=said["reason"])
    return json_answer({"asked": True}, _ACCEPTED)


def _entity(turn: Context, name: str) -> Resource:
    """An entity that the person may look for; of others they learn no more than of what is none."""
    try:
        resource = turn.resource(name)
    except LookupError:
        raise InvalidError({"entity": [LISTED]}) from None
    turn.require(resource.name, "see")
    return resource


def _keys(turn: Context, resource: Resource, name: str, value: str) -> list[Key]:
    """What a value is looked for by. Raises :class:`InvalidError` for what is no such field, or no such value."""
    spec = turn.fields(resource).get(name)
    if spec is None or name not in identifying(resource.model):
        raise InvalidError({"field": [LISTED]})
    try:
        return keys_of(spec, spec.kind.parse(value, spec, turn.company.zone))
    except ValueError as error:
        raise InvalidError({"value": [error.args[0]]}) from None


def _grant(request_id: UUID) -> Response:
    turn, said = context(), read_body(loader(GrantSchema))
    requests.grant(turn, request_id, access=said["access"], until=said["until"])
    return Response(status=_NOTHING)


def _decline(request_id: UUID) -> Response:
    requests.decline(context(), request_id)
    return Response(status=_NOTHING)


_about = partial(about, "access-requests")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    sent = (400, 409, 413, 415, 422)
    said = _about("listReceivedRequests", _("Requests for access that wait for one's answer"), RequestsSchema)
    yield f"{_ALL}/received", "received", "GET", said
    said = _about("listSentRequests", _("What one has asked access to"), RequestsSchema)
    yield f"{_ALL}/sent", "sent", "GET", said
    said = _about(
        "askByValue", _("Ask the owners of records with a value for access"), AskedSchema, sent, AskByValueSchema,
        success="202",
    )  # fmt: skip
    yield _ALL, "ask", "POST", said
    said = _about("grantRequest", _("Let an asker in, by a share like any other"), None, (404, *sent), GrantSchema)
    yield f"{_ONE}/grant", "grant", "POST", said
    said = _about("declineRequest", _("Do not let an asker in"), None, (404, 409, 422))
    yield f"{_ONE}/decline", "decline", "POST", {**said, "parameters": ["IdempotencyKey"]}
