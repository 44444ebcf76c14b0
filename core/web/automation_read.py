"""What the editor of automations sent: nested groups and steps, told apart by markers in the order of the page.

Each thing begins with a hidden ``node`` – ``group:KEY``, ``test:KEY``, ``step:KEY``, ``list:NAME``, ``value:KEY`` – and
those that hold others close with ``end``; what is said of it is named ``KEY.…``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from core.automation import acting
from core.automation.actions import ASSIGN, CREATE, NOTIFY, SET
from core.automation.conditions import CHANGED, OLD
from core.automation.messages import MESSAGE
from core.automation.program import BRANCH, CONTROL, REPEAT, WAIT
from core.automation.service import Draft
from core.automation.triggers import DATE, EVENT, EVENTS, RECORD, SCHEDULE, WEBHOOK
from core.automation.values import is_template
from core.context import Context
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.kind_address import in_one_line as address_line
from core.entity.values import json_value

END = "end"
_ONE_LINE = frozenset(("address", "phones", "emails"))
"""Kinds of several parts that the editor takes as one line, such as a file has them."""
_TEXTS = frozenset(("text", "long_text", "email", "phone", *_ONE_LINE))
_PARTS = {
    ASSIGN: (("users", list), ("departments", list)),
    NOTIFY: (("people", list), ("title", str), ("text", str)),
    MESSAGE: (("channel", str), ("to", str), ("purpose", str), ("template", str), ("subject", str), ("text", str)),
    WAIT: (("amount", int), ("unit", str)),
    REPEAT: (("every", int), ("unit", str), ("times", int)),
}


def read(turn: Context, resource: Resource) -> Draft:
    """The form. What cannot be read is left for the service to refuse."""
    tokens = iter(request.form.getlist("node"))
    reader = _Reader(turn, resource)
    said: dict[str, Any] = {"conditions": {}, "steps": []}
    for token in tokens:
        kind, _colon, key = token.partition(":")
        if kind == "group":
            said["conditions"] = reader.group(tokens, key)
        elif kind == "list":
            said["steps"] = reader.steps(tokens)
    return Draft(
        name=request.form.get("name", ""), trigger=_trigger(), conditions=said["conditions"], steps=said["steps"],
        at_once=request.form.get("at_once") == "true", once=request.form.get("once") == "true",
    )  # fmt: skip


def whole(text: str) -> Any:
    """A whole number; what is none as it is, for the service to refuse."""
    return int(text) if text.strip().isdecimal() else text


def _trigger() -> dict[str, Any]:
    form = request.form
    kind = form.get("on", RECORD)
    if kind == RECORD:
        return {
            "on": kind,
            "events": [one for one in EVENTS if one in form.getlist("events")],
            "fields": form.getlist("fields"),
        }
    if kind == EVENT:
        return {"on": kind, "event": form.get("event", "")}
    if kind == DATE:
        numbers = {name: whole(form.get(f"date.{name}", "")) for name in ("amount", "hour")}
        texts = {name: form.get(f"date.{name}", "") for name in ("field", "unit", "side")}
        return {"on": kind, **texts, **numbers}
    if kind == SCHEDULE:
        numbers = {name: whole(form.get(f"schedule.{name}", "")) for name in ("every", "hour", "weekday", "day")}
        days = {name: text for name in ("from", "until") if (text := form.get(f"schedule.{name}", ""))}
        return {"on": kind, "unit": form.get("schedule.unit", ""), **numbers, **days}
    return {"on": WEBHOOK, "field": form.get("webhook.field", ""), "from": form.get("webhook.from", "").strip()}


class _Reader:
    """Follows the markers."""

    def __init__(self, turn: Context, resource: Resource) -> None:
        self._turn, self._resource, self._form = turn, resource, request.form

    def _said(self, key: str, name: str) -> str:
        return self._form.get(f"{key}.{name}", "").strip()

    def _several(self, key: str, name: str) -> list[str]:
        return [one for one in self._form.getlist(f"{key}.{name}") if one.strip()]

    def group(self, tokens: Iterator[str], key: str) -> dict[str, Any]:
        """Conditions until the end of their group."""
        members: list[dict[str, Any]] = []
        for token in tokens:
            kind, _colon, inner = token.partition(":")
            if kind == END:
                break
            if kind == "group":
                members.append(self.group(tokens, inner))
            elif kind == "test":
                members.append(self._test(inner))
        return {"any" if self._said(key, "every") == "any" else "all": members}

    def _test(self, key: str) -> dict[str, Any]:
        operator, values = self._said(key, "op"), self._several(key, "value")
        if operator == "eq" and len(values) > 1:
            operator = "in"
        said = {"field": self._said(key, "field"), "operator": operator}
        if operator != CHANGED:
            said["value"] = ",".join(values)
        return said | ({"of": OLD} if self._said(key, "of") == OLD and operator != CHANGED else {})

    def steps(self, tokens: Iterator[str]) -> list[dict[str, Any]]:
        """Steps until the end of their list."""
        found = []
        for token in tokens:
            kind, _colon, key = token.partition(":")
            if kind == END:
                break
            if kind == "step":
                found.append(self._step(tokens, key))
        return found

    def _step(self, tokens: Iterator[str], key: str) -> dict[str, Any]:
        kind = self._said(key, "do")
        step: dict[str, Any] = {"do": kind, **self._settings(kind, key)}
        target = self._resource
        if kind == CREATE:
            step["entity"] = self._said(key, "entity")
            target = next((one for one in self._turn.resources() if one.name == step["entity"]), target)
        values: list[dict[str, Any]] = []
        for token in tokens:
            what, _colon, inner = token.partition(":")
            if what == END:
                break
            if what == "group" and kind == BRANCH:
                step["if"] = self.group(tokens, inner)
            elif what == "list":
                step[inner] = self.steps(tokens)
            elif what == "value":
                values.append(self._value(target, inner))
        if kind in {SET, CREATE}:
            step["values"] = values
        return step

    def _settings(self, kind: str, key: str) -> dict[str, Any]:
        if kind in _PARTS:
            found = {name: self._part(type_, key, name) for name, type_ in _PARTS[kind]}
            return {name: value for name, value in found.items() if value not in ("", [])}
        action = acting.actions(self._turn).get(kind)
        if kind in CONTROL or action is None:
            return {}
        told: dict[str, Any] = {}
        for one in action.settings:
            text = self._said(key, one.name)
            told[one.name] = text == "true" if one.kind == "boolean" else whole(text) if one.kind == "integer" else text
        return told

    def _part(self, type_: type, key: str, name: str) -> Any:
        if type_ is list:
            return self._several(key, name)
        return whole(self._said(key, name)) if type_ is int else self._said(key, name)

    def _value(self, target: Resource, key: str) -> dict[str, Any]:
        name, mode = self._said(key, "field"), self._said(key, "op")
        spec = self._turn.all_fields(target).get(name)
        if mode == "from":
            return {"field": name, "from": self._said(key, "from")}
        if mode == "days":
            text = self._said(key, "days")
            return {"field": name, "days": int(text) if text.lstrip("-").isdecimal() else 0}
        return {"field": name, "value": _constant(self._turn, spec, self._several(key, "value")) if spec else None}


def _constant(turn: Context, spec: Field, texts: list[str]) -> Any:
    """What was typed, as JSON has it."""
    if spec.kind.many and spec.kind.name not in _ONE_LINE:
        return texts
    text = texts[0] if texts else ""
    if spec.kind.name == "boolean":
        return text == "true"
    if not text or spec.kind.name in {"link", "choice"} or (spec.kind.name in _TEXTS and is_template(text)):
        return text or None
    try:
        return json_value(spec, spec.kind.parse(text, spec, turn.company.zone))
    except ValueError:
        return text


def in_one_line(spec: Field, value: Any) -> Any:
    """A constant as the editor shows it: what has several parts as it is typed, anything else as it is."""
    if spec.kind.name == "address" and isinstance(value, Mapping):
        return address_line(value)
    if spec.kind.name in _ONE_LINE and isinstance(value, list):
        pairs = [(one.get("value", ""), one.get("label", "")) for one in value if isinstance(one, Mapping)]
        return "; ".join(f"{text} ({label})" if label else text for text, label in pairs)
    return value
