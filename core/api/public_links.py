"""Links to records for people outside, for programs: given away, sent, listed and revoked."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import LISTED, RECORD, OfRecordSchema, read_record, record_of, text
from core.app import platform
from core.context import Context
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.schema import loader, worded
from core.i18n import translator
from core.public import links
from core.public.models import PublicLink
from core.public.sending import send
from core.web.gate import context

_ = translator("core")
NAME = "api_public_links"
_ALL, _SEND, _ONE = "/public-links", "/public-links/send", "/public-links/<uuid:link_id>"
_CREATED, _ACCEPTED, _NOTHING = 201, 202, 204


class PublicLinkSchema(ma.Schema):
    """A link that was given away, and what became of it. Its address is told once, when it is made."""

    id = ma.fields.UUID(required=True)
    sent_to = ma.fields.String(required=True, metadata={"description": _("Empty where it was copied.")})
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    revoked_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    opened_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    acted_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    action = ma.fields.String(required=True, metadata={"description": _("What was done by it.")})
    name = ma.fields.String(required=True, metadata={"description": _("Who did it, as they said.")})
    reason = ma.fields.String(required=True)
    signed = ma.fields.Boolean(required=True)


class PublicLinksSchema(ma.Schema):
    """Links, the newest first."""

    items = ma.fields.List(ma.fields.Nested(PublicLinkSchema), required=True)


class PublicLinkMadeSchema(PublicLinkSchema):
    """A new link."""

    address = ma.fields.String(required=True)


class PublicLinkRequestSchema(OfRecordSchema):
    """The record a link is to lead to, and how long it is good for."""

    days = worded(
        ma.fields.Integer(load_default=links.LASTS, strict=True, validate=ma.validate.Range(1, links.LONGEST)),
        _("A whole number from 1 to %(most)s.", most=links.LONGEST),
    )


class PublicLinkSendRequestSchema(PublicLinkRequestSchema):
    """Whom it goes to by e-mail, with the document."""

    to = text(required=True)
    message = text(load_default="", metadata={"description": _("What is written above the link.")})


class PublicLinkSentSchema(ma.Schema):
    """Where it goes."""

    sent_to = ma.fields.String(required=True)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_ALL, "list", _list)
    made.add_url_rule(_ALL, "create", once(_create), methods=["POST"])
    made.add_url_rule(_SEND, "send", once(_send), methods=["POST"])
    made.add_url_rule(_ONE, "revoke", once(_revoke), methods=["DELETE"])
    return made


def _shown(turn: Context, said: Mapping[str, Any]) -> Entity:
    """A record that the person sees, of an entity that people outside may see."""
    record = record_of(turn, said)
    if turn.resource(type(record)).public is None:
        raise InvalidError({"entity": [LISTED]})
    return record


def _list() -> Response:
    turn = context()
    record = _shown(turn, read_record())
    return json_answer({"items": [_written(one) for one in links.listed(turn, record)]})


def _create() -> Response:
    turn, said = context(), read_body(loader(PublicLinkRequestSchema))
    record = _shown(turn, said)
    key = links.give(turn, record, days=said["days"])
    address = f"{platform().settings.address_of(turn.company.slug)}{links.PATH}/{key}"
    return json_answer({**_written(links.listed(turn, record)[0]), "address": address}, _CREATED)


def _send() -> Response:
    turn, said = context(), read_body(loader(PublicLinkSendRequestSchema))
    to = send(turn, _shown(turn, said), to=said["to"], days=said["days"], text=said["message"])
    return json_answer({"sent_to": to}, _ACCEPTED)


def _revoke(link_id: UUID) -> Response:
    turn = context()
    links.revoke(turn, links.record_of(turn, link_id), link_id)
    return Response(status=_NOTHING)


def _written(one: PublicLink) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "revoked_at", "opened_at", "acted_at")
    return {
        "id": str(one.id), "sent_to": one.sent_to, "action": one.action, "name": one.name, "reason": one.reason,
        "signed": one.signature is not None,
        **{name: moment.isoformat() if (moment := getattr(one, name)) else None for name in moments},
    }  # fmt: skip


_about = partial(about, "public_links")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    sent = (400, 404, 409, 413, 415, 422)
    said = _about(
        "listPublicLinks", _("The links to a record that were given to people outside"), PublicLinksSchema, (404, 422)
    )
    yield _ALL, "list", "GET", {**said, "parameters": list(RECORD)}
    said = _about(
        "createPublicLink", _("Make a link to a record for somebody outside"), PublicLinkMadeSchema, sent,
        PublicLinkRequestSchema, success="201",
    )  # fmt: skip
    yield _ALL, "create", "POST", said
    said = _about(
        "sendPublicLink", _("Have a link to a record sent by e-mail"), PublicLinkSentSchema, sent,
        PublicLinkSendRequestSchema, success="202",
    )  # fmt: skip
    yield _SEND, "send", "POST", said
    yield _ONE, "revoke", "DELETE", _about("revokePublicLink", _("Let a link open nothing any more"), None, (404, 409))
