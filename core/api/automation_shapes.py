"""Automations and their runs as JSON: what programs send, and what they are answered."""

from collections.abc import Mapping, Sequence
from typing import Any

import marshmallow as ma

from core.automation.models import Automation, AutomationRun, AutomationStep
from core.automation.service import Draft, definition
from core.entity.schema import Body, worded
from core.i18n import Label, translator

_ = translator("core")

_WORDS = _("Write a text.")


def _object(description: Label, **options: Any) -> ma.fields.Field[Any]:
    made = ma.fields.Dict(keys=ma.fields.String(), metadata={"description": description}, **options)
    return worded(made, _("Write an object."))


def _tick(description: Label) -> ma.fields.Field[Any]:
    made = ma.fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata={"description": description})
    return worded(made, _("Write true or false."))


class AutomationRequestSchema(Body):
    """An automation, all of it."""

    entity = worded(ma.fields.String(required=True, metadata={"description": _("Such as core.customer.")}), _WORDS)
    name = worded(ma.fields.String(required=True, metadata={"description": _("What people call it.")}), _WORDS)
    active = _tick(_("Whether it acts."))
    trigger = _object(
        _("What starts it: {on: record, events, fields}, {on: event}, {on: date}, {on: schedule} or {on: webhook}."),
        required=True,
    )
    conditions = _object(_("For which records: {all: [...]} or {any: [...]}, nested."), load_default=dict)
    steps = worded(
        ma.fields.List(
            ma.fields.Dict(keys=ma.fields.String()),
            required=True,
            metadata={"description": _("What is done, in this order.")},
        ),
        _("Write a list of steps."),
    )
    at_once = _tick(_("Begun in the transaction of whoever saves, and not after it."))
    once = _tick(_("Once for a record, and not every time."))


class AutomationSchema(ma.Schema):
    """An automation as it is kept."""

    id = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True)
    entity = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    sleeps_without = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("Modules that are off and that it needs.")}
    )
    trigger = ma.fields.Dict(required=True)
    conditions = ma.fields.Dict(required=True)
    steps = ma.fields.List(ma.fields.Dict(), required=True)
    at_once = ma.fields.Boolean(required=True)
    once = ma.fields.Boolean(required=True)


class AutomationsSchema(ma.Schema):
    """Automations in their order."""

    items = ma.fields.List(ma.fields.Nested(AutomationSchema), required=True)


class TrialHitSchema(ma.Schema):
    """Once that it would have run."""

    at = ma.fields.AwareDateTime(required=True)
    record_id = ma.fields.UUID(required=True)
    title = ma.fields.String(required=True)
    event = ma.fields.String(required=True)


class TrialSchema(ma.Schema):
    """What an automation would have done in the last week; nothing was done."""

    looked_at = ma.fields.Integer(required=True)
    matching = ma.fields.Integer(required=True)
    hits = ma.fields.List(ma.fields.Nested(TrialHitSchema), required=True)


class RunStepSchema(ma.Schema):
    """What came of one step."""

    path = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    result = ma.fields.Dict(required=True)
    error = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True)


class RunSchema(ma.Schema):
    """A run of an automation."""

    id = ma.fields.UUID(required=True)
    automation = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True)
    entity = ma.fields.String(required=True)
    record_id = ma.fields.UUID(required=True)
    record_title = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    occurrence = ma.fields.String(required=True)
    input = ma.fields.Dict(required=True)
    state = ma.fields.String(required=True)
    due_at = ma.fields.AwareDateTime(required=True)
    error = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    done_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    steps = ma.fields.List(
        ma.fields.Nested(RunStepSchema), metadata={"description": _("Of one run that is read by itself.")}
    )


class RunsSchema(ma.Schema):
    """Runs, the newest first."""

    items = ma.fields.List(ma.fields.Nested(RunSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def draft_of(values: Mapping[str, Any]) -> Draft:
    """How a program wants an automation."""
    return Draft(
        values["name"], values["trigger"], values["conditions"], values["steps"], values["at_once"], values["once"]
    )


def written(rule: Automation, asleep: Sequence[str]) -> dict[str, Any]:
    """An automation as JSON."""
    return {
        "id": str(rule.id), "version": rule.version, "active": rule.active, "sleeps_without": list(asleep), **definition(rule)
    }  # fmt: skip


def run_written(run: AutomationRun, steps: Sequence[AutomationStep] | None = None) -> dict[str, Any]:
    """A run as JSON."""
    found: dict[str, Any] = {
        "id": str(run.id), "automation": str(run.automation_id), "version": run.version, "entity": run.entity,
        "record_id": str(run.record_id), "record_title": run.record_title, "event": run.event,
        "occurrence": run.occurrence, "input": run.input, "state": run.state, "due_at": run.due_at.isoformat(),
        "error": run.error, "created_at": run.created_at.isoformat(),
        "done_at": run.done_at.isoformat() if run.done_at else None,
    }  # fmt: skip
    if steps is not None:
        found["steps"] = [
            {
                "path": one.path, "action": one.action, "state": one.state, "attempts": one.attempts, "result": one.result,
                "error": one.error, "at": one.at.isoformat(),
            }
            for one in steps
        ]  # fmt: skip
    return found
