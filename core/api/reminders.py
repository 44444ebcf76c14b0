"""One's own reminders of records, for one's own programs."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import OfRecordSchema, parameter, read, record_of, text, uuid, yes_or_no
from core.entity.schema import loader, worded
from core.i18n import translator
from core.reminders import own
from core.reminders.own import Planned
from core.web.gate import context

_ = translator("core")
NAME = "api_reminders"
_ALL, _ONE = "/reminders", "/reminders/<uuid:reminder_id>"
_CREATED, _NOTHING = 201, 204


class ReminderSchema(ma.Schema):
    """A reminder that is still to ring."""

    id = ma.fields.UUID(required=True)
    entity = ma.fields.String(required=True)
    record = ma.fields.UUID(required=True, allow_none=True)
    title = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True)
    bell = ma.fields.Boolean(required=True)
    mail = ma.fields.Boolean(required=True)


class RemindersSchema(ma.Schema):
    """Reminders, the soonest first."""

    items = ma.fields.List(ma.fields.Nested(ReminderSchema), required=True)


class ReminderRequestSchema(OfRecordSchema):
    """What one wants to be reminded of, and when."""

    title = text(required=True)
    at = worded(
        ma.fields.AwareDateTime(required=True), _("Write a moment with its zone, as 2026-12-31T08:30:00+07:00.")
    )
    bell = yes_or_no(load_default=True, metadata={"description": _("Whether the bell rings.")})
    mail = yes_or_no(load_default=False, metadata={"description": _("Whether an e-mail is sent.")})


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_ALL, "list", _list)
    made.add_url_rule(_ALL, "create", once(_create), methods=["POST"])
    made.add_url_rule(_ONE, "delete", once(_delete), methods=["DELETE"])
    return made


def _list() -> Response:
    values = read({"record": uuid})
    return json_answer({"items": [_written(one) for one in own.planned(context(), values.get("record"))]})


def _create() -> Response:
    turn, said = context(), read_body(loader(ReminderRequestSchema))
    made = own.add(turn, record_of(turn, said), said["at"], said["title"], bell=said["bell"], mail=said["mail"])
    return json_answer(_written(made), _CREATED)


def _delete(reminder_id: UUID) -> Response:
    own.remove(context(), reminder_id)
    return Response(status=_NOTHING)


def _written(one: Planned) -> dict[str, Any]:
    return {
        "id": str(one.id), "entity": one.entity, "record": str(one.record_id) if one.record_id else None,
        "title": str(one.title), "at": one.at.isoformat(), "bell": one.bell, "mail": one.mail,
    }  # fmt: skip


_about = partial(about, "reminders")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    listed = _about("listReminders", _("One's own reminders, the soonest first"), RemindersSchema, (422,))
    listed["parameters"] = [parameter("record", format="uuid")]
    yield _ALL, "list", "GET", listed
    made = _about(
        "createReminder", _("Have oneself reminded of a record"), ReminderSchema, (400, 404, 409, 413, 415, 422),
        ReminderRequestSchema, success="201",
    )  # fmt: skip
    yield _ALL, "create", "POST", made
    yield _ONE, "delete", "DELETE", _about("deleteReminder", _("Do without a reminder"), None, (404, 409))
