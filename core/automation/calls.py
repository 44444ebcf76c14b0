"""Calling another program: a step that posts the record, signed as every webhook of ours is."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson

from core.automation import outward
from core.automation.contract import Outcome, Setting, Task, WorkflowAction
from core.automation.outward import Parcel
from core.automation.values import fill, is_template
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.values import json_value, value_of
from core.i18n import translator
from core.jobs.work import NotSentError, Work
from core.settings import Settings
from core.webhooks.address import TargetError, networks
from core.webhooks.http import UnreachableError, post
from core.webhooks.sending import AGENT, RefusedError
from core.webhooks.signing import PREFIX, headers

_ = translator("core")

CALL = "webhook"
_KEPT = 500


class SilentError(Exception):
    """Nobody answered, and whether the call arrived is not known."""


def call_actions() -> Iterable[WorkflowAction]:
    """One."""
    settings = (
        Setting(name="url", title=_("Address"), help=_("https://…; networks of the company itself are not reached.")),
        Setting(
            name="idempotent",
            title=_("It knows a call that is repeated by its webhook-id"),
            kind="boolean",
            required=False,
        ),
    )
    return [
        WorkflowAction(
            name=CALL, title=_("Call another program"), run=outward.ask, settings=settings, icon="webhook", weight=11
        )
    ]


def secret_of(settings: Settings, tenant: int, rule: UUID) -> str:
    """What the calls of a rule are signed with: derived from the installation's secret, so that nothing is kept."""
    found = hmac.new(settings.secret_key.encode(), f"automation {tenant} {rule}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(found).decode()


def prepare(context: Context, work: Work, task: Task) -> Parcel | Outcome:
    """The record as JSON, to the address of the step."""
    cause = context.cause
    if cause is None:
        raise InvalidError({"": [_("This run is about no record.")]})
    url = task.settings["url"]
    url = fill(context, task, url) if is_template(url) else url
    body = orjson.dumps(_body(context, task, cause.title))
    secret, allow = secret_of(work.settings, context.tenant, cause.chain[-1]), networks(work.settings.webhook_allow)
    idempotent = task.settings.get("idempotent") is True

    def send(key: UUID) -> dict[str, Any]:
        given = {"Content-Type": "application/json", "User-Agent": AGENT, "Idempotency-Key": str(key)}
        given |= headers([secret], str(key), int(time.time()), body)
        try:
            answer = post(url, body, given, allow=allow)
        except TargetError as error:  # it was not even tried
            raise NotSentError(str(error.reason)) from None
        except UnreachableError as error:
            if idempotent:
                raise
            raise SilentError(str(error)) from error
        if not answer.is_good:
            raise RefusedError(answer)
        return {"status": answer.status, "text": answer.text[:_KEPT]}

    return Parcel(send, idempotent, {"url": url})


def _body(context: Context, task: Task, rule: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "automation": rule,
        "event": task.event,
        "entity": task.resource.name,
        "input": dict(task.input),
    }
    if task.record is not None:
        fields = context.fields(task.resource)
        values = {
            name: json_value(spec, value_of(task.record, spec))
            for name, spec in fields.items()
            if spec.kind.name != "links"
        }
        said["record"] = {"id": str(task.record.id), "version": task.record.version, **values}
    return said
