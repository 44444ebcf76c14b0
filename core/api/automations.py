"""Automations and their runs for an administrator's programs: as on the settings page, with the same checks."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from core.api import PREFIX
from core.api.about import about
from core.api.automation_shapes import (
    AutomationRequestSchema,
    AutomationSchema,
    AutomationsSchema,
    RunSchema,
    RunsSchema,
    TrialSchema,
    draft_of,
    run_written,
    written,
)
from core.api.body import read_body
from core.api.headers import etag, json_answer, once, read_condition, require_version
from core.api.parameters import one_of, read_parameters
from core.automation import runs, service
from core.automation.dry_run import last_week
from core.automation.models import Automation
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME = "api_automations"
_ONE, _RUN = "/automations/<uuid:automation_id>", "/automations/runs/<uuid:run_id>"
_CREATED, _NOTHING = 201, 204
_SENT = (400, 409, 413, 415, 422)
PAGE = 50
STATES = ("waiting", "sending", "done", "stopped", "failed", "unknown", "loop")


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/automations", "list", _list)
    made.add_url_rule("/automations", "create", once(_create), methods=["POST"])
    made.add_url_rule("/automations/try", "attempt", once(_try), methods=["POST"])
    made.add_url_rule("/automations/runs", "runs", _runs)
    made.add_url_rule(_RUN, "run", _run)
    made.add_url_rule(f"{_RUN}/retry", "retry", once(_retry), methods=["POST"])
    made.add_url_rule(f"{_RUN}/stop", "stop", once(_stop), methods=["POST"])
    made.add_url_rule(_ONE, "read", _read)
    made.add_url_rule(_ONE, "change", once(_change), methods=["PUT"])
    made.add_url_rule(_ONE, "delete", once(_delete), methods=["DELETE"])
    return made


def _enter() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _said(turn: Context, rule: Automation) -> dict[str, Any]:
    return written(rule, service.sleeps(turn, rule))


def _list() -> Response:
    turn = _enter()
    values, problems = read_parameters(request.args, {"entity": str})
    if wrong := InvalidError.of(problems):
        raise wrong
    known = {one.name for one in service.governed(turn)}
    found = [
        one for one in service.listed(turn) if one.entity in known and values.get("entity", one.entity) == one.entity
    ]
    return json_answer({"items": [_said(turn, one) for one in found]})


def _create() -> Response:
    turn = _enter()
    values = read_body(AutomationRequestSchema())
    rule = service.make(turn, _entity(turn, values["entity"]), draft_of(values))
    if values["active"]:
        service.switch(turn, rule, on=True)
    place = url_for(f"{NAME}.read", automation_id=rule.id)
    return json_answer(_said(turn, rule), _CREATED, ETag=etag(rule.version), Location=place)


def _read(automation_id: UUID) -> Response:
    turn = _enter()
    rule = service.get(turn, automation_id)
    return json_answer(_said(turn, rule), ETag=etag(rule.version))


def _change(automation_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    rule = service.get(turn, automation_id, lock=True)
    require_version(condition, rule.version)
    values = read_body(AutomationRequestSchema())
    if values["entity"] != rule.entity:
        raise InvalidError({"entity": [_("The entity of an automation stays. Make another one.")]})
    service.change(turn, rule, draft_of(values))
    if values["active"] != rule.active:
        service.switch(turn, rule, on=values["active"])
    return json_answer(_said(turn, rule), ETag=etag(rule.version))


def _delete(automation_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    rule = service.get(turn, automation_id, lock=True)
    require_version(condition, rule.version)
    service.remove(turn, rule)
    return Response(status=_NOTHING)


def _try() -> Response:
    turn = _enter()
    values = read_body(AutomationRequestSchema())
    resource = _entity(turn, values["entity"])
    found = last_week(turn, resource, service.checked(turn, resource, draft_of(values)))
    hits = [
        {"at": one.at.isoformat(), "record_id": str(one.record_id), "title": one.title, "event": one.event}
        for one in found.hits
    ]
    return json_answer({"looked_at": found.looked_at, "matching": found.matching, "hits": hits})


def _runs() -> Response:
    turn = _enter()
    asked = {"automation": _id, "record": _id, "state": one_of({name: [name] for name in STATES}), "cursor": _id}
    values, problems = read_parameters(request.args, asked)
    if wrong := InvalidError.of(problems):
        raise wrong
    found = runs.listed(
        turn,
        rule=values.get("automation"),
        record=values.get("record"),
        states=values.get("state", ()),
        before=values.get("cursor"),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    cursor = str(shown[-1].id) if len(found) > PAGE else None
    return json_answer({"items": [run_written(one) for one in shown], "next_cursor": cursor})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(_("This is no id.")) from None


def _run(run_id: UUID) -> Response:
    turn = _enter()
    run = runs.get(turn, run_id)
    return json_answer(run_written(run, runs.steps_of(turn, run)))


def _retry(run_id: UUID) -> Response:
    turn = _enter()
    if not runs.retry(turn, run_id):
        raise InvalidError({"state": [_("There is nothing to go on with.")]})
    return _run(run_id)


def _stop(run_id: UUID) -> Response:
    turn = _enter()
    if not runs.stop(turn, run_id):
        raise InvalidError({"state": [_("It is over already.")]})
    return _run(run_id)


def _entity(turn: Context, name: str) -> Resource:
    found = next((one for one in service.governed(turn) if one.name == name), None)
    if found is None:
        raise InvalidError({"entity": [_("Choose one of the listed values.")]})
    return found


_about = partial(about, "automations")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    listing = _about("listAutomations", _("Automations"), AutomationsSchema, (422,))
    listing["parameters"] = [{"in": "query", "name": "entity", "schema": {"type": "string"}}]
    yield "/automations", "list", "GET", listing
    make = _("Add an automation")
    yield (
        "/automations",
        "create",
        "POST",
        _about("createAutomation", make, AutomationSchema, _SENT, AutomationRequestSchema, success="201"),
    )
    trial = _("What an automation would have done in the last week; nothing is done")
    yield (
        "/automations/try",
        "attempt",
        "POST",
        _about("tryAutomation", trial, TrialSchema, _SENT, AutomationRequestSchema),
    )
    every = _about("listAutomationRuns", _("Runs of automations, the newest first"), RunsSchema, (422,))
    every["parameters"] = [
        {"in": "query", "name": name, "schema": {"type": "string", **({} if name == "state" else {"format": "uuid"})}}
        for name in ("automation", "record", "state", "cursor")
    ]
    yield "/automations/runs", "runs", "GET", every
    yield _RUN, "run", "GET", _about("readAutomationRun", _("A run, with its steps"), RunSchema, (404,))
    again = _("Go on with a run that failed, where it stopped")
    for rule, name, operation, title in (
        (f"{_RUN}/retry", "retry", "retryAutomationRun", again),
        (f"{_RUN}/stop", "stop", "stopAutomationRun", _("End a run that waits")),
    ):
        deed = _about(operation, title, RunSchema, (404, 409, 422))
        deed["parameters"] = ["IdempotencyKey"]
        yield rule, name, "POST", deed
    yield _ONE, "read", "GET", _about("readAutomation", _("An automation"), AutomationSchema, (404,))
    whole = _("Change an automation, all of it")
    change = _about("changeAutomation", whole, AutomationSchema, (404, 412, 428, *_SENT), AutomationRequestSchema)
    change["parameters"] += ["IfMatch"]
    yield _ONE, "change", "PUT", change
    delete = _about(
        "deleteAutomation", _("Delete an automation; what it did stays done"), None, (404, 409, 412, 422, 428)
    )
    delete["parameters"] = ["IdempotencyKey", "IfMatch"]
    yield _ONE, "delete", "DELETE", delete
