"""Webhooks for an administrator's programs: set up, tried, and what was not taken sent again."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import etag, json_answer, once, read_condition, require_version
from core.api.parameters import read_parameters
from core.api.webhook_shapes import (
    DeliveriesSchema,
    RepeatedSchema,
    RepeatRequestSchema,
    TestedSchema,
    WebhookRequestSchema,
    WebhookSchema,
    WebhooksSchema,
    WebhookWithSecretSchema,
    delivered,
    draft_of,
    written,
)
from core.app import platform
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.kinds import identifier
from core.i18n import translator
from core.web.gate import context
from core.webhooks import deliveries, service
from core.webhooks.address import Network, networks

_ = translator("core")
NAME = "api_webhooks"
_ONE = "/webhooks/<uuid:webhook_id>"
_CREATED, _ACCEPTED, _NOTHING = 201, 202, 204
_SENT = (400, 409, 413, 415, 422)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/webhooks", "list", _list)
    made.add_url_rule("/webhooks", "create", once(_create), methods=["POST"])
    made.add_url_rule(_ONE, "read", _read)
    made.add_url_rule(_ONE, "change", once(_change), methods=["PUT"])
    made.add_url_rule(_ONE, "delete", once(_delete), methods=["DELETE"])
    made.add_url_rule(f"{_ONE}/rotate", "rotate", once(_rotate), methods=["POST"])
    made.add_url_rule(f"{_ONE}/test", "test", once(_test), methods=["POST"])
    made.add_url_rule(f"{_ONE}/deliveries", "deliveries", _deliveries)
    made.add_url_rule(f"{_ONE}/repeat", "repeat", once(_repeat), methods=["POST"])
    return made


def _enter() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _allow() -> tuple[Network, ...]:
    return networks(platform().settings.webhook_allow)


def _list() -> Response:
    return json_answer({"items": [written(one) for one in service.listed(_enter())]})


def _create() -> Response:
    turn = _enter()
    webhook, secret = service.make(turn, platform().vault, draft_of(read_body(WebhookRequestSchema())), _allow())
    place = url_for(f"{NAME}.read", webhook_id=webhook.id)
    return json_answer(written(webhook, secret), _CREATED, ETag=etag(webhook.version), Location=place)


def _read(webhook_id: UUID) -> Response:
    webhook = service.get(_enter(), webhook_id)
    return json_answer(written(webhook), ETag=etag(webhook.version))


def _change(webhook_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    webhook = service.get(turn, webhook_id, lock=True)
    require_version(condition, webhook.version)
    service.change(turn, webhook, draft_of(read_body(WebhookRequestSchema())), allow=_allow())
    return json_answer(written(webhook), ETag=etag(webhook.version))


def _delete(webhook_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    webhook = service.get(turn, webhook_id, lock=True)
    require_version(condition, webhook.version)
    service.remove(turn, webhook)
    return Response(status=_NOTHING)


def _rotate(webhook_id: UUID) -> Response:
    turn = _enter()
    webhook = service.get(turn, webhook_id, lock=True)
    secret = service.rotate(turn, platform().vault, webhook)
    return json_answer(written(webhook, secret), ETag=etag(webhook.version))


def _test(webhook_id: UUID) -> Response:
    turn = _enter()
    made = deliveries.test(turn, service.get(turn, webhook_id))
    return json_answer({"delivery": str(made)}, _ACCEPTED)


def _deliveries(webhook_id: UUID) -> Response:
    turn = _enter()
    readers = {"state": _state, "cursor": identifier}
    values, problems = read_parameters(request.args, readers)
    if wrong := InvalidError.of(problems):
        raise wrong
    webhook = service.get(turn, webhook_id)
    found = deliveries.listed(
        turn, webhook, state=values.get("state", ""), before=values.get("cursor"), limit=deliveries.PAGE + 1
    )
    shown = found[: deliveries.PAGE]
    more = str(shown[-1].row.id) if len(found) > len(shown) else None
    return json_answer({"items": [delivered(one) for one in shown], "next_cursor": more})


def _state(text: str) -> str:
    if text not in deliveries.STATES:
        raise ValueError(_("Choose one of the listed values."))
    return text


def _repeat(webhook_id: UUID) -> Response:
    turn = _enter()
    values = read_body(RepeatRequestSchema())
    webhook = service.get(turn, webhook_id)
    if not webhook.active:
        raise InvalidError({"": [_("Switch the webhook on first.")]})
    return json_answer({"count": deliveries.repeat(turn, webhook, values["delivery"])})


_about = partial(about, "webhooks")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    yield "/webhooks", "list", "GET", _about("listWebhooks", _("Webhooks, by name"), WebhooksSchema)
    made = _("Add a webhook; its secret is answered this once")
    said = _about("createWebhook", made, WebhookWithSecretSchema, _SENT, WebhookRequestSchema, success="201")
    yield "/webhooks", "create", "POST", said
    yield _ONE, "read", "GET", _about("readWebhook", _("A webhook"), WebhookSchema, (404,))
    changed = _("Change a webhook, all of it but its secret")
    said = _about("changeWebhook", changed, WebhookSchema, (404, 412, 428, *_SENT), WebhookRequestSchema)
    said["parameters"] += ["IfMatch"]
    yield _ONE, "change", "PUT", said
    said = _about("deleteWebhook", _("Delete a webhook and what was sent to it"), None, (404, 409, 412, 422, 428))
    said["parameters"] = ["IdempotencyKey", "IfMatch"]
    yield _ONE, "delete", "DELETE", said
    rotated = _("Make a new secret; the former one signs beside it for a day")
    said = _about("rotateWebhookSecret", rotated, WebhookWithSecretSchema, (404, 409, 422))
    said["parameters"] = ["IdempotencyKey"]
    yield f"{_ONE}/rotate", "rotate", "POST", said
    said = _about("testWebhook", _("Send a test event"), TestedSchema, (404, 409, 422), success="202")
    said["parameters"] = ["IdempotencyKey"]
    yield f"{_ONE}/test", "test", "POST", said
    log = _about(
        "listWebhookDeliveries", _("What was sent to a webhook, the newest first"), DeliveriesSchema, (404, 422)
    )
    log["parameters"] = [
        {"in": "query", "name": "state", "schema": {"type": "string", "enum": list(deliveries.STATES)}},
        {"in": "query", "name": "cursor", "schema": {"type": "string", "format": "uuid"}},
    ]
    yield f"{_ONE}/deliveries", "deliveries", "GET", log
    again = _("Send again what was not taken")
    said = _about("repeatWebhookDeliveries", again, RepeatedSchema, (404, *_SENT), RepeatRequestSchema)
    yield f"{_ONE}/repeat", "repeat", "POST", said
