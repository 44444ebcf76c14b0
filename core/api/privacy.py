"""Consent, who may be contacted, old values and the audit, for programs."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, request

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.parameters import page_size, read_parameters
from core.audit.kinds import BY_NAME
from core.audit.log import PAGE, AuditLine, Wanted, read
from core.context import Context
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.restoring import restore_value
from core.entity.schema import Body, worded
from core.i18n import translator
from core.privacy.channels import CHANNELS
from core.privacy.consent import WAYS, Agreement, Given, consents, give, withdraw
from core.privacy.contactable import contact_refusals
from core.web.gate import context

_ = translator("core")
NAME = "api_privacy"
_CHANNELS, _WAYS = [one.value for one in CHANNELS], [one.value for one in WAYS]
_NO_RECORD, _LISTED = _("This does not name a record."), _("Choose one of the listed values.")


def _text(**options: Any) -> ma.fields.Field[Any]:
    return worded(ma.fields.String(**options), _("This is not a valid value."))


def _id(**options: Any) -> ma.fields.Field[Any]:
    return worded(ma.fields.UUID(required=True, **options), _NO_RECORD)


class OfRecordSchema(Body):
    """Which record is meant."""

    entity = _text(required=True, metadata={"description": _("Such as core.customer.")})
    record = _id()


class GiveConsentSchema(OfRecordSchema):
    """What somebody agreed to, and how that can be shown."""

    purposes = worded(ma.fields.List(ma.fields.String(), required=True), _("Choose what was agreed to."))
    channels = worded(
        ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(_CHANNELS)), required=True),
        _("Choose the ways that were agreed to."),
    )
    how = worded(ma.fields.String(required=True, validate=ma.validate.OneOf(_WAYS)), _("Choose how it was obtained."))
    given_at = worded(
        ma.fields.AwareDateTime(required=True), _("Write a moment with its zone, as 2026-12-31T08:30:00+07:00.")
    )
    evidence = _text(required=True)


class WithdrawConsentSchema(OfRecordSchema):
    """What somebody takes back."""

    consents = worded(ma.fields.List(ma.fields.UUID(), required=True), _("Write a list of records' ids."))
    how = _text(load_default="")


class RestoreValueSchema(OfRecordSchema):
    """Which field gets the value it had before which line of the change log."""

    change = _id()
    field = _text(required=True)
    version = worded(ma.fields.Integer(required=True, strict=True), _("This is not a valid value."))


class ConsentSchema(ma.Schema):
    """What somebody agreed to, by one purpose and one channel."""

    id = ma.fields.UUID(required=True)
    purpose = ma.fields.String(required=True)
    channel = ma.fields.String(required=True, validate=ma.validate.OneOf(_CHANNELS))
    given_at = ma.fields.AwareDateTime(required=True)
    how = ma.fields.String(required=True, validate=ma.validate.OneOf(_WAYS))
    evidence = ma.fields.String(required=True)
    wording = ma.fields.String(required=True)
    withdrawn_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class ConsentsSchema(ma.Schema):
    """Everything a person ever agreed to."""

    items = ma.fields.List(ma.fields.Nested(ConsentSchema), required=True)


class ContactableSchema(ma.Schema):
    """Whether somebody may be contacted now."""

    allowed = ma.fields.Boolean(required=True)
    reason = ma.fields.String(required=True, metadata={"description": _("Why not; empty where it is allowed.")})


class RestoredSchema(ma.Schema):
    """What came of it."""

    changed = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class AuditLineSchema(ma.Schema):
    """One thing somebody did."""

    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    user_id = ma.fields.UUID(required=True, allow_none=True)
    user_name = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    entity = ma.fields.String(required=True)
    record_id = ma.fields.UUID(required=True)
    record_title = ma.fields.String(required=True)
    source = ma.fields.String(required=True)
    values = ma.fields.Dict(required=True)


class AuditSchema(ma.Schema):
    """A page of the audit, the newest first."""

    items = ma.fields.List(ma.fields.Nested(AuditLineSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/consents", "consents", _consents)
    made.add_url_rule("/consents", "give", once(_give), methods=["POST"])
    made.add_url_rule("/consents/withdraw", "withdraw", once(_withdraw), methods=["POST"])
    made.add_url_rule("/may-contact", "may_contact", _may_contact)
    made.add_url_rule("/restore-value", "restore_value", once(_restore), methods=["POST"])
    made.add_url_rule("/audit", "audit", _audit)
    return made


def _record(turn: Context, entity: str, record_id: UUID) -> Entity:
    """The record, if the person may see it; a module that is off and an entity that is none look like no record."""
    try:
        resource = turn.resource(entity)
    except LookupError:
        raise MissingError(entity, record_id) from None
    return service.get(turn, resource.model, record_id)


def _read(readers: dict[str, Any], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    values, problems = read_parameters(request.args, readers)
    problems += [(name, _("This field is needed.")) for name in needed if name not in request.args]
    if wrong := InvalidError.of(problems):
        raise wrong
    return values


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(_NO_RECORD) from None


def _one_of(*known: str) -> Any:
    def choose(text: str) -> str:
        if text not in known:
            raise ValueError(_LISTED)
        return text

    return choose


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("Choose the day.")) from None


def _consents() -> Response:
    turn = context()
    given = _read({"entity": str, "record": _uuid}, ("entity", "record"))
    return _listed(turn, _record(turn, given["entity"], given["record"]))


def _listed(turn: Context, record: Entity) -> Response:
    return json_answer({"items": [_consent(one) for one in consents(turn, record)]})


def _consent(one: Agreement) -> dict[str, Any]:
    consent = one.consent
    return {
        "id": str(consent.id),
        "purpose": one.code,
        "channel": consent.channel,
        "given_at": consent.given_at.isoformat(),
        "how": consent.how,
        "evidence": consent.evidence,
        "wording": consent.wording,
        "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
    }


def _give() -> Response:
    turn, said = context(), read_body(GiveConsentSchema())
    record = _record(turn, said["entity"], said["record"])
    give(turn, record, Given(said["purposes"], said["channels"], said["how"], said["given_at"], said["evidence"]))
    return _listed(turn, record)


def _withdraw() -> Response:
    turn, said = context(), read_body(WithdrawConsentSchema())
    record = _record(turn, said["entity"], said["record"])
    withdraw(turn, record, said["consents"], said["how"])
    return _listed(turn, record)


def _may_contact() -> Response:
    turn = context()
    needed = ("entity", "record", "channel", "purpose")
    given = _read({"entity": str, "record": _uuid, "channel": _one_of(*_CHANNELS), "purpose": str}, needed)
    record = _record(turn, given["entity"], given["record"])
    if not turn.resource(type(record)).person:
        raise MissingError(given["entity"], record.id)
    refused = contact_refusals(turn, type(record), [record.id], given["channel"], given["purpose"])
    return json_answer({"allowed": not refused, "reason": str(refused.get(record.id, ""))})


def _restore() -> Response:
    turn, said = context(), read_body(RestoreValueSchema())
    record = _record(turn, said["entity"], said["record"])
    done = restore_value(turn, record, said["change"], said["field"], version=said["version"])
    turn.session.flush()
    return json_answer({"changed": done is not None, "version": record.version})


def _audit() -> Response:
    turn = context()
    turn.require("*", "admin")
    readers = {"person": _uuid, "kind": _one_of(*BY_NAME), "entity": str, "first": _day, "last": _day}
    given = _read({**readers, "limit": page_size, "cursor": _uuid})
    limit, before = given.pop("limit", PAGE), given.pop("cursor", None)
    found = read(turn, Wanted(**given), limit=limit + 1, before=before)
    more = str(found[limit - 1].change.id) if len(found) > limit else None
    return json_answer({"items": [_line(one) for one in found[:limit]], "next_cursor": more})


def _line(one: AuditLine) -> dict[str, Any]:
    line = one.change
    return {
        "id": str(line.id),
        "at": line.at.isoformat(),
        "user_id": str(line.user_id) if line.user_id else None,
        "user_name": line.user_name,
        "action": line.action,
        "entity": line.entity,
        "record_id": str(line.record_id),
        "record_title": line.record_title,
        "source": line.source,
        "values": line.values,
    }


_about = partial(about, "privacy")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    sent = (400, 404, 409, 413, 415, 422)
    record = (_parameter("entity", needed=True), _parameter("record", needed=True, format="uuid"))
    said = _about("listConsents", _("What a person agreed to"), ConsentsSchema, (404, 422))
    yield "/consents", "consents", "GET", {**said, "parameters": list(record)}
    said = _about("giveConsent", _("Write down a consent"), ConsentsSchema, sent, GiveConsentSchema)
    yield "/consents", "give", "POST", said
    said = _about(
        "withdrawConsent", _("Write down that a consent is withdrawn"), ConsentsSchema, sent, WithdrawConsentSchema
    )
    yield "/consents/withdraw", "withdraw", "POST", said
    said = _about("mayContact", _("Whether somebody may be contacted now"), ContactableSchema, (404, 422))
    ways = (_parameter("channel", needed=True, enum=_CHANNELS), _parameter("purpose", needed=True))
    yield "/may-contact", "may_contact", "GET", {**said, "parameters": [*record, *ways]}
    said = _about(
        "restoreValue", _("Give a field the value it had before a change"), RestoredSchema, sent, RestoreValueSchema
    )
    yield "/restore-value", "restore_value", "POST", said
    said = _about("readAudit", _("What was done in the company"), AuditSchema, (422,))
    narrowed = [
        _parameter("person", format="uuid"), _parameter("kind", enum=list(BY_NAME)), _parameter("entity"),
        _parameter("first", format="date"), _parameter("last", format="date"), _parameter("cursor", format="uuid"),
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
    ]  # fmt: skip
    yield "/audit", "audit", "GET", {**said, "parameters": narrowed}


def _parameter(name: str, *, needed: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": needed, "schema": {"type": "string", **schema}}
