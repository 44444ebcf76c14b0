"""What is kept about a person, for an administrator's programs: a copy of it, erasing it, holds, how long it is kept."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, send_file, url_for

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import RECORD, OfRecordSchema, person_of, read_record, text, yes_or_no
from core.app import platform
from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.entity.schema import Body, worded
from core.i18n import translator
from core.privacy import copies
from core.privacy.erasing import erase, extent
from core.privacy.holds import held, hold, release
from core.privacy.models import LegalHold
from core.privacy.retention import DEEDS, MOST_MONTHS, Rule, how_many, rules, set_rule
from core.web.gate import context

_ = translator("core")
NAME = "api_personal_data"
_COPIES, _COPY = "/personal-data/copies", "/personal-data/copies/<uuid:job_id>"
_ACCEPTED, _NOTHING = 202, 204
_STATES = ("new", "waiting", "running", "done", "dead", "cancelled", "skipped", "unknown")


class CopySchema(ma.Schema):
    """A copy of everything about a person, written by a job."""

    id = ma.fields.UUID(required=True)
    entity = ma.fields.String(required=True)
    record = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(_STATES))
    error = ma.fields.String(required=True)
    file = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": _("Where the ZIP is fetched, within a day; null until it is there, and after.")},
    )


class CountSchema(ma.Schema):
    """How many records of an entity."""

    entity = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)


class ExtentSchema(ma.Schema):
    """What erasing a person would touch."""

    records = ma.fields.List(ma.fields.Nested(CountSchema), required=True)
    files = ma.fields.Integer(required=True)
    people = ma.fields.Integer(required=True, metadata={"description": _("Other people that hang on the record.")})


class EraseSchema(OfRecordSchema):
    """Whom to forget, and why."""

    typed = text(required=True, metadata={"description": _("The title of the record, to confirm which one is meant.")})
    reason = text(required=True)
    people = yes_or_no(load_default=False, metadata={"description": _("Others who hang on the record as well.")})
    silence = yes_or_no(
        load_default=True,
        metadata={"description": _("Contact the numbers and addresses no more, whoever has them later.")},
    )


class HoldSchema(OfRecordSchema):
    """A record to keep, whoever wants it gone."""

    reason = text(required=True)
    until = worded(
        ma.fields.Date(
            load_default=None, allow_none=True, metadata={"description": _("The last day; null until it is ended.")}
        ),
        _("Write a day as 2026-12-31."),
    )


class HeldSchema(ma.Schema):
    """Whether a record is held, and why."""

    held = ma.fields.Boolean(required=True)
    reason = ma.fields.String(required=True)
    until = ma.fields.Date(required=True, allow_none=True)
    by = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True, allow_none=True)


class TryRetentionSchema(Body):
    """How long the records of an entity shall be kept, and what becomes of them then."""

    entity = text(required=True, metadata={"description": _("Such as core.customer.")})
    months = worded(
        ma.fields.Integer(required=True, strict=True, metadata={"minimum": 1, "maximum": MOST_MONTHS}),
        _("Between 1 and %(n)s months.", n=MOST_MONTHS),
    )
    deed = text(required=True, metadata={"enum": list(DEEDS)})


class SetRetentionSchema(TryRetentionSchema):
    """The same, as it shall hold."""

    active = yes_or_no(required=True)


class RetentionSchema(ma.Schema):
    """What becomes of the records of one entity."""

    entity = ma.fields.String(required=True)
    deeds = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("What can be done to them.")})
    months = ma.fields.Integer(required=True, allow_none=True)
    deed = ma.fields.String(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)
    ran_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    done = ma.fields.Integer(required=True, metadata={"description": _("Records of the last run.")})


class RetentionsSchema(ma.Schema):
    """Every entity whose records can be cleared away."""

    items = ma.fields.List(ma.fields.Nested(RetentionSchema), required=True)


class FoundSchema(ma.Schema):
    """How many records a rule would concern now."""

    count = ma.fields.Integer(required=True)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_COPIES, "ask_copy", once(_ask_copy), methods=["POST"])
    made.add_url_rule(_COPY, "copy", _read_copy)
    made.add_url_rule(f"{_COPY}/file", "file", _file)
    made.add_url_rule("/personal-data/extent", "extent", _extent)
    made.add_url_rule("/personal-data/erase", "erase", once(_erase), methods=["POST"])
    made.add_url_rule("/legal-hold", "held", _held)
    made.add_url_rule("/legal-hold", "hold", once(_hold), methods=["POST"])
    made.add_url_rule("/legal-hold/release", "release", once(_release), methods=["POST"])
    made.add_url_rule("/retention", "retention", _retention)
    made.add_url_rule("/retention", "set_retention", once(_set_retention), methods=["PUT"])
    made.add_url_rule("/retention/preview", "try_retention", once(_try_retention), methods=["POST"])
    return made


def _enter() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _ask_copy() -> Response:
    turn = _enter()
    job_id = copies.ask(turn, person_of(turn, read_body(OfRecordSchema())))
    return json_answer(_copy(copies.find(turn, platform().settings, job_id)), _ACCEPTED)


def _read_copy(job_id: UUID) -> Response:
    return json_answer(_copy(copies.find(_enter(), platform().settings, job_id)))


def _copy(found: copies.Copy) -> dict[str, Any]:
    return {
        "id": str(found.id), "entity": found.resource.name, "record": str(found.record_id), "state": found.state,
        "error": str(found.error), "file": url_for(f"{NAME}.file", job_id=found.id) if found.path else None,
    }  # fmt: skip


def _file(job_id: UUID) -> Response:
    found = copies.find(_enter(), platform().settings, job_id)
    if found.path is None:
        raise MissingError("core.copy", job_id)
    return send_file(found.path, "application/zip", conditional=False, etag=False)


def _extent() -> Response:
    turn = _enter()
    found = extent(turn, person_of(turn, read_record()))
    counted = [{"entity": one.name, "count": count} for one, count in found.counts]
    return json_answer({"records": counted, "files": found.files, "people": found.people})


def _erase() -> Response:
    turn, said = _enter(), read_body(EraseSchema())
    options = {name: said[name] for name in ("typed", "reason", "people", "silence")}
    erase(turn, person_of(turn, said), **options)
    return Response(status=_NOTHING)


def _held() -> Response:
    turn = context()
    record = person_of(turn, read_record())
    return json_answer(_hold_of(held(turn, [record.id]).get(record.id)))


def _hold() -> Response:
    turn, said = _enter(), read_body(HoldSchema())
    record = person_of(turn, said)
    hold(turn, record, said["reason"], said["until"])
    return json_answer(_hold_of(held(turn, [record.id]).get(record.id)))


def _hold_of(one: LegalHold | None) -> dict[str, Any]:
    if one is None:
        return {"held": False, "reason": "", "until": None, "by": "", "at": None}
    until = one.until.isoformat() if one.until else None
    return {"held": True, "reason": one.reason, "until": until, "by": one.user_name, "at": one.at.isoformat()}


def _release() -> Response:
    turn, said = _enter(), read_body(OfRecordSchema())
    if not release(turn, person_of(turn, said)):
        raise MissingError("core.legal_hold", said["record"])
    return Response(status=_NOTHING)


def _retention() -> Response:
    return json_answer({"items": [_kept(one) for one in rules(_enter())]})


def _kept(one: Rule) -> dict[str, Any]:
    rule = one.rule
    return {
        "entity": one.resource.name,
        "deeds": list(one.deeds),
        "months": rule.months if rule else None,
        "deed": rule.deed if rule else None,
        "active": bool(rule and rule.active),
        "ran_at": rule.ran_at.isoformat() if rule and rule.ran_at else None,
        "done": rule.done if rule else 0,
    }


def _set_retention() -> Response:
    turn, said = _enter(), read_body(SetRetentionSchema())
    resource = _rule(turn, said["entity"]).resource
    set_rule(turn, resource, months=said["months"], deed=said["deed"], active=said["active"])
    return json_answer(_kept(_rule(turn, resource.name)))


def _try_retention() -> Response:
    turn, said = _enter(), read_body(TryRetentionSchema())
    resource = _rule(turn, said["entity"]).resource
    return json_answer({"count": how_many(turn, resource, months=said["months"], deed=said["deed"])})


def _rule(turn: Context, entity: str) -> Rule:
    found = next((one for one in rules(turn) if one.resource.name == entity), None)
    if found is None:
        raise InvalidError({"entity": [_("Choose one of the listed values.")]})
    return found


_about = partial(about, "privacy")
_SENT = (400, 409, 413, 415, 422)
_OF_RECORD = (404, *_SENT)


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    said = _about(
        "copyPersonalData", _("Have a copy of everything about a person written"), CopySchema, _OF_RECORD,
        OfRecordSchema, success="202",
    )  # fmt: skip
    yield _COPIES, "ask_copy", "POST", said
    yield _COPY, "copy", "GET", _about("readPersonalDataCopy", _("How far a copy is"), CopySchema, (404,))
    file = _about("fetchPersonalDataCopy", _("The copy itself"), None, (404,))
    zipped = {"description": "OK", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
    file["responses"] = {"200": zipped, **{code: one for code, one in file["responses"].items() if code != "204"}}
    yield f"{_COPY}/file", "file", "GET", file
    said = _about("readExtent", _("What erasing a person would touch"), ExtentSchema, (404, 422))
    yield "/personal-data/extent", "extent", "GET", {**said, "parameters": list(RECORD)}
    said = _about("erasePersonalData", _("Forget a person for good"), None, _OF_RECORD, EraseSchema)
    yield "/personal-data/erase", "erase", "POST", said
    said = _about("readLegalHold", _("Whether a record must be kept"), HeldSchema, (404, 422))
    yield "/legal-hold", "held", "GET", {**said, "parameters": list(RECORD)}
    said = _about("setLegalHold", _("Keep a record, whoever wants it gone"), HeldSchema, _OF_RECORD, HoldSchema)
    yield "/legal-hold", "hold", "POST", said
    said = _about("releaseLegalHold", _("End a legal hold"), None, _OF_RECORD, OfRecordSchema)
    yield "/legal-hold/release", "release", "POST", said
    yield from _retention_described()


def _retention_described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    said = _about("listRetention", _("How long records are kept"), RetentionsSchema)
    yield "/retention", "retention", "GET", said
    said = _about("setRetention", _("Say how long records are kept"), RetentionSchema, _SENT, SetRetentionSchema)
    yield "/retention", "set_retention", "PUT", said
    said = _about(
        "tryRetention", _("Count the records that a rule of retention would concern now"), FoundSchema, _SENT,
        TryRetentionSchema,
    )  # fmt: skip
    yield "/retention/preview", "try_retention", "POST", said
