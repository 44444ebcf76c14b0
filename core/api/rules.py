"""Rules of owners and shares for an administrator's programs: made, tried and applied as on the settings page."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from core.api import PREFIX
from core.api.about import about, or_later
from core.api.body import read_body
from core.api.bulk_operations import BulkOperationSchema, later
from core.api.bulk_operations import written as operation_written
from core.api.headers import etag, json_answer, once, read_condition, require_version
from core.api.parameters import read_parameters
from core.api.rule_shapes import (
    OrderRequestSchema,
    PreviewSchema,
    RuleRequestSchema,
    RuleSchema,
    RulesSchema,
    WhichRequestSchema,
    draft_of,
    previewed,
    written,
)
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import translator
from core.rules import reading, service
from core.rules.bulk import apply_now
from core.rules.preview import Preview, preview
from core.rules.reading import KINDS_OF_RULE, RECALL
from core.rules.recalling import preview_recall
from core.web.gate import context

_ = translator("core")
NAME = "api_rules"
_ONE = "/rules/<uuid:rule_id>"
_CREATED, _NOTHING = 201, 204
_SENT = (400, 409, 413, 415, 422)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/rules", "list", _list)
    made.add_url_rule("/rules", "create", once(_create), methods=["POST"])
    made.add_url_rule("/rules/order", "order", once(_order), methods=["POST"])
    made.add_url_rule("/rules/preview", "preview", once(_preview), methods=["POST"])
    made.add_url_rule("/rules/apply", "apply", once(_apply), methods=["POST"])
    made.add_url_rule(_ONE, "read", _read)
    made.add_url_rule(_ONE, "change", once(_change), methods=["PUT"])
    made.add_url_rule(_ONE, "delete", once(_delete), methods=["DELETE"])
    return made


def _enter() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _list() -> Response:
    turn = _enter()
    values, problems = read_parameters(request.args, {"entity": str})
    if wrong := InvalidError.of(problems):
        raise wrong
    resource = _entity(turn, values["entity"]) if "entity" in values else None
    governed = {one.name for one in service.governed(turn)}
    found = [one for one in service.listed(turn, resource) if one.entity in governed]
    return json_answer({"items": [written(one) for one in found]})


def _create() -> Response:
    turn = _enter()
    values = read_body(RuleRequestSchema())
    resource, kind = _which(turn, values)
    rule = service.make(turn, resource, kind, draft_of(turn, values))
    place = url_for(f"{NAME}.read", rule_id=rule.id)
    return json_answer(written(rule), _CREATED, ETag=etag(rule.version), Location=place)


def _read(rule_id: UUID) -> Response:
    rule = service.get(_enter(), rule_id)
    return json_answer(written(rule), ETag=etag(rule.version))


def _change(rule_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    rule = service.get(turn, rule_id, lock=True)
    require_version(condition, rule.version)
    values = read_body(RuleRequestSchema())
    if (values["entity"], values["kind"]) != (rule.entity, rule.kind):
        raise InvalidError({"kind": [_("Entity and kind of a rule stay. Make another one.")]})
    service.change(turn, rule, draft_of(turn, values))
    return json_answer(written(rule), ETag=etag(rule.version))


def _delete(rule_id: UUID) -> Response:
    turn, condition = _enter(), read_condition()
    rule = service.get(turn, rule_id, lock=True)
    require_version(condition, rule.version)
    service.remove(turn, rule)
    return Response(status=_NOTHING)


def _order() -> Response:
    turn = _enter()
    values = read_body(OrderRequestSchema())
    resource, kind = _which(turn, values)
    service.order(turn, resource, kind, values["rules"])
    return json_answer({"items": [written(one) for one in service.listed(turn, resource) if one.kind == kind]})


def _preview() -> Response:
    turn = _enter()
    resource, kind = _which(turn, read_body(WhichRequestSchema()))
    rules = reading.active(turn, resource, kind)
    if kind != RECALL:
        return json_answer(previewed(preview(turn, resource, rules)))
    return json_answer(previewed(preview_recall(turn, resource, rules[0]) if rules else Preview()))


def _apply() -> Response:
    turn = _enter()
    resource, kind = _which(turn, read_body(WhichRequestSchema()))
    if kind == RECALL:
        raise InvalidError({"kind": [_("Recall goes by the clock: owners are told first.")]})
    operation = apply_now(turn, resource, kind)
    return later(turn, operation) or json_answer(operation_written(turn, operation))


def _which(turn: Context, values: Mapping[str, Any]) -> tuple[Resource, str]:
    if values["kind"] not in KINDS_OF_RULE:
        raise InvalidError({"kind": [_("Choose one of the listed values.")]})
    return _entity(turn, values["entity"]), values["kind"]


def _entity(turn: Context, name: str) -> Resource:
    found = next((one for one in service.governed(turn) if one.name == name), None)
    if found is None:
        raise InvalidError({"entity": [_("Choose one of the listed values.")]})
    return found


_about = partial(about, "rules")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    listing = _about("listRules", _("Rules of owners and shares, in their order"), RulesSchema, (422,))
    listing["parameters"] = [{"in": "query", "name": "entity", "schema": {"type": "string"}}]
    yield "/rules", "list", "GET", listing
    yield (
        "/rules",
        "create",
        "POST",
        _about("createRule", _("Add a rule"), RuleSchema, _SENT, RuleRequestSchema, success="201"),
    )
    order = _("Put the rules of a kind into an order")
    yield "/rules/order", "order", "POST", _about("orderRules", order, RulesSchema, _SENT, OrderRequestSchema)
    trial = _("Count what the rules of a kind would do with the records there are")
    yield "/rules/preview", "preview", "POST", _about("previewRules", trial, PreviewSchema, _SENT, WhichRequestSchema)
    text = _("Let the rules of a kind decide about every record now; taken back as any bulk operation")
    apply = _about("applyRules", text, BulkOperationSchema, _SENT, WhichRequestSchema)
    yield "/rules/apply", "apply", "POST", or_later(apply, BulkOperationSchema)
    yield _ONE, "read", "GET", _about("readRule", _("A rule"), RuleSchema, (404,))
    change = _about("changeRule", _("Change a rule, all of it"), RuleSchema, (404, 412, 428, *_SENT), RuleRequestSchema)
    change["parameters"] += ["IfMatch"]
    yield _ONE, "change", "PUT", change
    delete = _about("deleteRule", _("Delete a rule; what it did stays done"), None, (404, 409, 412, 422, 428))
    delete["parameters"] = ["IdempotencyKey", "IfMatch"]
    yield _ONE, "delete", "DELETE", delete
