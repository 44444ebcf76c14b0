"""Consent, who may be contacted, old values and the audit, for programs."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import (
    LISTED,
    RECORD,
    OfRecordSchema,
    day,
    identifier,
    parameter,
    person_of,
    read,
    read_record,
    record_of,
    text,
    uuid,
)
from core.api.parameters import page_size
from core.audit.kinds import BY_NAME
from core.audit.log import PAGE, AuditLine, Wanted
from core.audit.log import read as read_audit
from core.context import Context
from core.entity.entity import Entity
from core.entity.restoring import restore_value
from core.entity.schema import worded
from core.i18n import translator
from core.privacy.channels import CHANNELS
from core.privacy.consent import WAYS, Agreement, Given, consents, give, withdraw
from core.privacy.contactable import contact_refusals
from core.web.gate import context

_ = translator("core")
NAME = "api_privacy"
_CHANNELS, _WAYS = [one.value for one in CHANNELS], [one.value for one in WAYS]


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
    evidence = text(required=True)


class WithdrawConsentSchema(OfRecordSchema):
    """What somebody takes back."""

    consents = worded(ma.fields.List(ma.fields.UUID(), required=True), _("Write a list of records' ids."))
    how = text(load_default="")


class RestoreValueSchema(OfRecordSchema):
    """Which field gets the value it had before which line of the change log."""

    change = identifier()
    field = text(required=True)
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


def _one_of(*known: str) -> Any:
    def choose(text: str) -> str:
        if text not in known:
            raise ValueError(LISTED)
        return text

    return choose


def _consents() -> Response:
    turn = context()
    return _listed(turn, record_of(turn, read_record()))


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
    record = record_of(turn, said)
    give(turn, record, Given(said["purposes"], said["channels"], said["how"], said["given_at"], said["evidence"]))
    return _listed(turn, record)


def _withdraw() -> Response:
    turn, said = context(), read_body(WithdrawConsentSchema())
    record = record_of(turn, said)
    withdraw(turn, record, said["consents"], said["how"])
    return _listed(turn, record)


def _may_contact() -> Response:
    turn = context()
    given = read_record(channel=_one_of(*_CHANNELS), purpose=str)
    record = person_of(turn, given)
    refused = contact_refusals(turn, type(record), [record.id], given["channel"], given["purpose"])
    return json_answer({"allowed": not refused, "reason": str(refused.get(record.id, ""))})


def _restore() -> Response:
    turn, said = context(), read_body(RestoreValueSchema())
    record = record_of(turn, said)
    done = restore_value(turn, record, said["change"], said["field"], version=said["version"])
    turn.session.flush()
    return json_answer({"changed": done is not None, "version": record.version})


def _audit() -> Response:
    turn = context()
    turn.require("*", "admin")
    readers = {"person": uuid, "kind": _one_of(*BY_NAME), "entity": str, "first": day, "last": day}
    given = read({**readers, "limit": page_size, "cursor": uuid})
    limit, before = given.pop("limit", PAGE), given.pop("cursor", None)
    found = read_audit(turn, Wanted(**given), limit=limit + 1, before=before)
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
    said = _about("listConsents", _("What a person agreed to"), ConsentsSchema, (404, 422))
    yield "/consents", "consents", "GET", {**said, "parameters": list(RECORD)}
    said = _about("giveConsent", _("Write down a consent"), ConsentsSchema, sent, GiveConsentSchema)
    yield "/consents", "give", "POST", said
    said = _about(
        "withdrawConsent", _("Write down that a consent is withdrawn"), ConsentsSchema, sent, WithdrawConsentSchema
    )
    yield "/consents/withdraw", "withdraw", "POST", said
    said = _about("mayContact", _("Whether somebody may be contacted now"), ContactableSchema, (404, 422))
    ways = (parameter("channel", needed=True, enum=_CHANNELS), parameter("purpose", needed=True))
    yield "/may-contact", "may_contact", "GET", {**said, "parameters": [*RECORD, *ways]}
    said = _about(
        "restoreValue", _("Give a field the value it had before a change"), RestoredSchema, sent, RestoreValueSchema
    )
    yield "/restore-value", "restore_value", "POST", said
    said = _about("readAudit", _("What was done in the company"), AuditSchema, (422,))
    narrowed = [
        parameter("person", format="uuid"), parameter("kind", enum=list(BY_NAME)), parameter("entity"),
        parameter("first", format="date"), parameter("last", format="date"), parameter("cursor", format="uuid"),
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
    ]  # fmt: skip
    yield "/audit", "audit", "GET", {**said, "parameters": narrowed}
