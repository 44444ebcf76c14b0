"""Modules of the company, for its administrator's programs: what there is, and switching them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, abort

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.schema import Body, worded
from core.i18n import translator
from core.plugin.enablement import (
    DependantsError,
    ModuleState,
    NeedsError,
    SwitchError,
    UnknownModuleError,
    modules,
    switch_off,
    switch_on,
)
from core.web.gate import context

_ = translator("core")
NAME = "api_modules"
_ONE = "/modules/<name>"
STATES = ("on", "off", "not_entitled", "quarantined", "broken")


class ModuleSchema(ma.Schema):
    """A module, and how it stands in this company."""

    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    summary = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    reason = ma.fields.String(required=True, metadata={"description": _("Why it is not on; empty where it could be.")})
    requires = ma.fields.List(ma.fields.String(), required=True)
    dependants = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("Modules that cannot be without it.")}
    )
    since = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": _("When it was switched last.")}
    )


class ModulesSchema(ma.Schema):
    """Every module."""

    items = ma.fields.List(ma.fields.Nested(ModuleSchema), required=True)


class SwitchedModuleSchema(ModuleSchema):
    """A module after it was switched."""

    switched = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("The modules that were switched, in order.")}
    )


class SwitchSchema(Body):
    """How a module shall stand."""

    on = worded(ma.fields.Boolean(required=True, truthy={True}, falsy={False}), _("Write true or false."))
    together = worded(
        ma.fields.Boolean(
            load_default=False,
            truthy={True},
            falsy={False},
            metadata={"description": _("Switch along what it needs, or what needs it.")},
        ),
        _("Write true or false."),
    )


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule("/modules", "list", _list)
    made.add_url_rule(_ONE, "switch", once(_switch), methods=["PUT"])
    return made


def _list() -> Response:
    turn = context()
    turn.require("*", "admin")
    return json_answer({"items": [_written(one) for one in modules(turn)]})


def _switch(name: str) -> Response:
    turn = context()
    turn.require("*", "admin")
    _find(turn, name)
    values = read_body(SwitchSchema())
    try:
        switched = _switched(turn, name, on=values["on"], together=values["together"])
    except (NeedsError, DependantsError) as error:
        raise InvalidError({"together": [error.reason]}) from error
    except SwitchError as error:
        raise InvalidError({"on": [error.reason]}) from error
    return json_answer({**_written(_find(turn, name)), "switched": switched})


def _switched(turn: Context, name: str, *, on: bool, together: bool) -> list[str]:
    """What was switched; nothing where it stood so already."""
    if on:
        return switch_on(turn, name, with_requirements=together)
    try:
        return switch_off(turn, name, with_dependants=together)
    except UnknownModuleError:
        if name == "core":
            raise
        return []


def _find(turn: Context, name: str) -> ModuleState:
    return next((one for one in modules(turn) if one.name == name), None) or abort(404)


def _written(one: ModuleState) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": str(one.title),
        "summary": str(one.summary),
        "version": one.version,
        "state": one.state,
        "reason": str(one.reason),
        "requires": list(one.requires),
        "dependants": list(one.dependants),
        "since": one.since.isoformat() if one.since else None,
    }


_about = partial(about, "modules")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    yield "/modules", "list", "GET", _about("listModules", _("Every module, and how it stands"), ModulesSchema, ())
    switch = _about(
        "switchModule",
        _("Switch a module on or off; nothing is deleted"),
        SwitchedModuleSchema,
        (400, 404, 409, 413, 415, 422),
        SwitchSchema,
    )
    yield _ONE, "switch", "PUT", switch
