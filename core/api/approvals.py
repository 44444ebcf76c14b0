"""Approvals, for programs: what waits for one's answer, how far a record has come, requesting and answering."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import LISTED, RECORD, OfRecordSchema, read_record, record_of, text
from core.approvals import service
from core.approvals.service import Step
from core.context import Context
from core.entity.entity import Entity
from core.entity.schema import loader, worded
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME = "api_approvals"
_VERDICTS, _STATES = ("approved", "rejected"), ("open", "approved", "rejected", "void")


class AnswerApprovalSchema(OfRecordSchema):
    """An answer to the step that waits."""

    step = worded(
        ma.fields.Integer(
            required=True, strict=True, metadata={"description": _("The step that is answered, from 0.")}
        ),
        _("This is not a valid value."),
    )
    verdict = worded(ma.fields.String(required=True, validate=ma.validate.OneOf(_VERDICTS)), LISTED)
    reason = text(load_default="", metadata={"description": _("Needed to reject.")})


class ApprovalStepSchema(ma.Schema):
    """One step, and what was answered there."""

    name = ma.fields.String(required=True)
    verdict = ma.fields.String(required=True, allow_none=True, validate=ma.validate.OneOf(_VERDICTS))
    who = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reason = ma.fields.String(required=True)


class ApprovalSchema(ma.Schema):
    """The latest request for approval of a record."""

    state = ma.fields.String(required=True, validate=ma.validate.OneOf(_STATES))
    step = ma.fields.Integer(required=True, metadata={"description": _("The step that waits, from 0.")})
    mine = ma.fields.Boolean(required=True, metadata={"description": _("Whether the asker may answer it.")})
    requested_by = ma.fields.String(required=True)
    requested_at = ma.fields.AwareDateTime(required=True)
    steps = ma.fields.List(ma.fields.Nested(ApprovalStepSchema), required=True)


class ApprovalsSchema(ma.Schema):
    """The latest request, or none."""

    items = ma.fields.List(ma.fields.Nested(ApprovalSchema), required=True)


class WaitingApprovalSchema(ma.Schema):
    """A record that waits for one's answer."""

    entity = ma.fields.String(required=True)
    record = ma.fields.UUID(required=True)
    title = ma.fields.String(required=True)
    step = ma.fields.String(required=True)
    requested_at = ma.fields.AwareDateTime(required=True)


class WaitingApprovalsSchema(ma.Schema):
    """What waits, the longest first."""

    items = ma.fields.List(ma.fields.Nested(WaitingApprovalSchema), required=True)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/approvals", "progress", _progress)
    made.add_url_rule("/approvals/waiting", "waiting", _waiting)
    made.add_url_rule("/approvals", "request", once(_request), methods=["POST"])
    made.add_url_rule("/approvals/answer", "answer", once(_answer), methods=["POST"])
    return made


def _progress() -> Response:
    turn = context()
    return _written(turn, record_of(turn, read_record()))


def _written(turn: Context, record: Entity) -> Response:
    found = service.progress(turn, record)
    if found is None:
        return json_answer({"items": []})
    said = {
        "state": found.state, "step": found.step, "mine": found.mine, "requested_by": found.requested_by,
        "requested_at": found.requested_at.isoformat(), "steps": [_step(one) for one in found.steps],
    }  # fmt: skip
    return json_answer({"items": [said]})


def _step(one: Step) -> dict[str, Any]:
    answer = one.answer
    return {
        "name": one.name,
        "verdict": answer.verdict if answer else None,
        "who": one.who,
        "at": answer.at.isoformat() if answer else None,
        "reason": answer.reason if answer else "",
    }


def _waiting() -> Response:
    found = service.waiting(context())
    items = [
        {
            "entity": one.resource.name, "record": str(one.record_id), "title": one.title, "step": one.step,
            "requested_at": one.requested_at.isoformat(),
        }
        for one in found
    ]  # fmt: skip
    return json_answer({"items": items})


def _request() -> Response:
    turn = context()
    record = record_of(turn, read_body(loader(OfRecordSchema)))
    service.request(turn, record)
    return _written(turn, record)


def _answer() -> Response:
    turn, said = context(), read_body(loader(AnswerApprovalSchema))
    record = record_of(turn, said)
    service.answer(turn, record, said["step"], approve=said["verdict"] == "approved", reason=said["reason"])
    return _written(turn, record)


_about = partial(about, "approvals")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    sent = (400, 404, 409, 413, 415, 422)
    said = _about("readApproval", _("How far the approval of a record has come"), ApprovalsSchema, (404, 422))
    yield "/approvals", "progress", "GET", {**said, "parameters": list(RECORD)}
    said = _about("listWaitingApprovals", _("Records that wait for one's approval"), WaitingApprovalsSchema)
    yield "/approvals/waiting", "waiting", "GET", said
    said = _about("requestApproval", _("Request approval of a record"), ApprovalsSchema, sent, OfRecordSchema)
    yield "/approvals", "request", "POST", said
    said = _about("answerApproval", _("Approve or reject a record"), ApprovalsSchema, sent, AnswerApprovalSchema)
    yield "/approvals/answer", "answer", "POST", said
