"""Webhooks as JSON: what programs send, and what they are answered."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from core.api.rule_shapes import ConditionSchema, condition_of, pair_of
from core.entity.schema import Body, worded
from core.i18n import Label, translator
from core.webhooks.deliveries import STATES, Delivery
from core.webhooks.models import Webhook
from core.webhooks.service import MOST_CONDITIONS, Draft, Subscription, subscriptions

_ = translator("core")


def _text(description: Label) -> ma.fields.Field[Any]:
    return worded(ma.fields.String(required=True, metadata={"description": description}), _("Write a text."))


class SubscriptionSchema(Body):
    """What an endpoint is told of the records of one entity."""

    entity = _text(_("Such as core.customer."))
    events = worded(
        ma.fields.List(
            ma.fields.String(),
            required=True,
            metadata={"description": _("created, changed, deleted, restored, or an event of the entity.")},
        ),
        _("Choose among the listed values."),
    )
    conditions = worded(
        ma.fields.List(
            ma.fields.Nested(ConditionSchema),
            load_default=list,
            validate=ma.validate.Length(0, MOST_CONDITIONS),
            metadata={"description": _("All of them must hold.")},
        ),
        _("Write a list of conditions."),
    )


class WebhookRequestSchema(Body):
    """An endpoint, all of it but its secret."""

    name = _text(_("What people call it."))
    url = _text(_("Where messages are posted, https."))
    active = worded(
        ma.fields.Boolean(
            load_default=True, truthy={True}, falsy={False},
            metadata={"description": _("Whether it is told of anything.")},
        ),
        _("Write true or false."),
    )  # fmt: skip
    subscriptions = worded(
        ma.fields.List(
            ma.fields.Nested(SubscriptionSchema),
            load_default=list,
            metadata={"description": _("What it is told of, by entity.")},
        ),
        _("Write a list of objects."),
    )


class WebhookSchema(ma.Schema):
    """An endpoint as it is kept."""

    id = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    paused = ma.fields.String(
        required=True,
        metadata={"description": _("Why it is paused, where nobody switched it off: failing, gone, person.")},
    )
    failing_since = ma.fields.AwareDateTime(required=True, allow_none=True)
    resting_until = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": _("It keeps failing: until then messages to it wait.")},
    )
    subscriptions = ma.fields.List(ma.fields.Nested(SubscriptionSchema), required=True)


class WebhookWithSecretSchema(WebhookSchema):
    """An endpoint with its new secret."""

    secret = ma.fields.String(required=True, metadata={"description": _("The secret that signs; not shown again.")})


class WebhooksSchema(ma.Schema):
    """Endpoints, by name."""

    items = ma.fields.List(ma.fields.Nested(WebhookSchema), required=True)


class DeliverySchema(ma.Schema):
    """One message to an endpoint."""

    id = ma.fields.UUID(required=True)
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(STATES),
        metadata={"description": _("done, waiting or given_up.")},
    )
    title = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    status = ma.fields.Integer(required=True, allow_none=True)
    error = ma.fields.String(required=True)
    answer = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    sent_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class DeliveriesSchema(ma.Schema):
    """A page of messages, the newest first."""

    items = ma.fields.List(ma.fields.Nested(DeliverySchema), required=True)
    next_cursor = ma.fields.UUID(
        required=True, allow_none=True, metadata={"description": _("The last one's id, to read on.")}
    )


class RepeatRequestSchema(Body):
    """What is sent again."""

    delivery = worded(
        ma.fields.UUID(
            load_default=None,
            allow_none=True,
            metadata={"description": _("One message; all that were not taken where none is named.")},
        ),
        _("This does not name a record."),
    )


class RepeatedSchema(ma.Schema):
    """How many messages are sent again."""

    count = ma.fields.Integer(required=True)


class TestedSchema(ma.Schema):
    """The message that is on its way."""

    delivery = ma.fields.UUID(required=True)


def draft_of(values: Mapping[str, Any]) -> Draft:
    """How a program wants an endpoint."""
    told = [
        Subscription(one["entity"], tuple(one["events"]), tuple(pair_of(each) for each in one["conditions"]))
        for one in values["subscriptions"]
    ]
    return Draft(values["name"], values["url"], values["active"], tuple(told))


def written(webhook: Webhook, secret: str = "") -> dict[str, Any]:
    """An endpoint as JSON."""
    told = [
        {
            "entity": one.entity,
            "events": list(one.events),
            "conditions": [condition_of(*each) for each in one.conditions],
        }
        for one in subscriptions(webhook)
    ]
    found = {
        "id": str(webhook.id), "version": webhook.version, "name": webhook.name, "url": webhook.url,
        "active": webhook.active, "paused": webhook.paused, "failing_since": webhook.failing_since,
        "resting_until": webhook.resting_until,
        "subscriptions": told,
    }  # fmt: skip
    return {**found, "secret": secret} if secret else found


def delivered(one: Delivery) -> dict[str, Any]:
    """A message as JSON; what it said is read in the company's pages."""
    row = one.row
    return {
        "id": str(row.id), "state": one.state, "title": row.title, "attempts": row.attempts, "status": row.status,
        "error": row.error, "answer": row.answer, "created_at": row.created_at, "sent_at": row.sent_at,
    }  # fmt: skip
