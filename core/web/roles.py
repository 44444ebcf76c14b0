"""The permissions of a role: who may do what with whose records, and which fields they see."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.access.grants import (
    LIMIT_TITLES,
    SCOPE_TITLES,
    UNNAMED,
    VERB_TITLES,
    grantable,
    keys,
    limitable,
    scopes_of,
    set_fields,
    set_grants,
)
from core.access.models import Role
from core.access.scopes import ALL, EVERYTHING, NOBODY, keys_of, said
from core.context import VERBS, Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.i18n import Label, Text, translator
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("roles", __name__)

ALLOWED: dict[str, Text] = {ALL: _("Yes"), NOBODY: _("No")}
"""Where a verb knows no scopes."""
DENIED = frozenset(("delete", "export"))
"""Verbs that the roles a company begins with leave to administrators."""
FULL = _("Full")
STALE = _("Somebody else changed this role meanwhile. Here it is now; change it again.")


@blueprint.route("/roles/<uuid:role_id>/permissions", methods=["GET", "POST"])
def permissions(role_id: UUID) -> Any:
    """Each verb on each entity, with its scope."""
    turn, role = _role(role_id)
    if request.method == "POST":
        try:
            set_grants(turn, role, _wanted(turn), version=request.form.get("version", 0, type=int))
        except StaleError:
            return render_template("permissions.html", **_matrix(turn, role), problem=STALE), 409
        return go(f"/roles/{role_id}", _("The permissions of “%(role)s” are saved.", role=role.name))
    return render_template("permissions.html", **_matrix(turn, role), problem="")


def _role(role_id: UUID) -> tuple[Context, Role]:
    turn = context()
    turn.require(EVERYTHING, "people")
    role = service.get(turn, Role, role_id)
    if role.admin:
        abort(404)
    return turn, role


def _wanted(turn: Context) -> dict[str, dict[str, str]]:
    """What the form says: of each key the verbs that do not follow the row above."""
    return {
        key: {
            verb: NOBODY if text == UNNAMED else text
            for verb in VERBS
            if (text := request.form.get(f"scope.{key}.{verb}", ""))
        }
        for key in keys(turn)
    }


def _matrix(turn: Context, role: Role) -> dict[str, Any]:
    """Everything first, then module by module."""
    known = keys(turn)
    parts: dict[str, list[dict[str, Any]]] = {}
    for key, resource in known.items():
        if key == EVERYTHING:
            continue
        module = key.partition(".")[0]
        title: Label = resource.plural if resource else _("Everything in %(module)s", module=_module(turn, module))
        parts.setdefault(module, []).append(_row(turn, role, key, title, resource))
    return {
        "role": role,
        "title": _("Permissions of “%(role)s”", role=role.name),
        "action": f"/roles/{role.id}/permissions",
        "cancel_url": f"/roles/{role.id}",
        "verbs": [{"name": verb, "title": VERB_TITLES[verb], "denied": verb in DENIED} for verb in VERBS],
        "everything": _row(turn, role, EVERYTHING, _("Everything, modules to come included"), None),
        "parts": [{"title": _module(turn, module), "rows": rows} for module, rows in parts.items()],
    }


def _module(turn: Context, name: str) -> Label:
    return turn.hooks.registry.plugins[name].manifest.title


def _row(turn: Context, role: Role, key: str, title: Label, resource: Resource | None) -> dict[str, Any]:
    limited = len(role.fields.get(key, {}))
    return {
        "key": key,
        "title": title,
        "whole": resource is None,
        "cells": [_cell(role, key, verb, title, scopes_of(resource, verb)) for verb in VERBS],
        "fields_url": f"/roles/{role.id}/fields/{key}" if resource and limitable(turn, resource) else "",
        "limited": limited,
    }


def _cell(role: Role, key: str, verb: str, title: Label, scopes: tuple[str, ...]) -> dict[str, Any]:
    """One choice: what is said here, and what holds where nothing is."""
    titles = ALLOWED if scopes == (ALL,) else SCOPE_TITLES
    own = role.grants.get(key, {}).get(verb)
    above = next((one for one in keys_of(key)[1:] if key != one), "")
    inherited = _shown(
        scopes, said({name: role.grants.get(name, {}) for name in keys_of(key) if name != key}, key, verb)
    )
    return {
        "verb": verb,
        "there": bool(scopes),
        "name": f"scope.{key}.{verb}",
        "label": f"{VERB_TITLES[verb]}: {title}",
        "options": [
            (one or UNNAMED, text) for one, text in titles.items() if one in scopes or (one == NOBODY and above)
        ],
        "chosen": None if own is None else _shown(scopes, own) or UNNAMED,
        "inherited": titles[inherited],
        "holds": _shown(scopes, inherited if own is None else own),
        "top": not above,
    }


def _shown(scopes: tuple[str, ...], scope: str) -> str:
    """A scope as a cell can say it: whatever is not nobody is everybody where there is nothing between."""
    return ALL if scope and scopes == (ALL,) else scope


@blueprint.route("/roles/<uuid:role_id>/fields/<entity>", methods=["GET", "POST"])
def fields(role_id: UUID, entity: str) -> Any:
    """The fields of one entity: seen and set, only seen, or hidden."""
    turn, role = _role(role_id)
    resource = next((one for one in grantable(turn) if one.name == entity), None)
    if resource is None:
        abort(404)
    if request.method == "GET":
        return render_template("role_fields.html", **_limits(turn, role, resource, role.fields.get(entity, {})))
    wanted = {name: limit for name in limitable(turn, resource) if (limit := request.form.get(f"limit.{name}", ""))}
    try:
        set_fields(turn, role, resource, wanted, version=request.form.get("version", 0, type=int))
    except StaleError:
        found = _limits(turn, role, resource, role.fields.get(entity, {}))
        return render_template("role_fields.html", **found | {"problem": STALE}), 409
    except InvalidError as error:
        return render_template("role_fields.html", **_limits(turn, role, resource, wanted, error)), 422
    text = _("The fields of %(what)s for “%(role)s” are saved.", what=resource.plural, role=role.name)
    return go(f"/roles/{role_id}/permissions", text)


def _limits(
    turn: Context, role: Role, resource: Resource, limits: Mapping[str, str], error: InvalidError | None = None
) -> dict[str, Any]:
    return {
        "role": role,
        "title": _("Fields of %(what)s for “%(role)s”", what=resource.plural, role=role.name),
        "action": f"/roles/{role.id}/fields/{resource.name}",
        "cancel_url": f"/roles/{role.id}/permissions",
        "rows": list(_fields(turn, resource, limits, error)),
        "choices": [{"value": value, "title": title} for value, title in {"": FULL, **LIMIT_TITLES}.items()],
        "problem": "",
    }


def _fields(
    turn: Context, resource: Resource, limits: Mapping[str, str], error: InvalidError | None
) -> Iterator[dict[str, Any]]:
    for name, spec in limitable(turn, resource).items():
        wrong = " ".join(str(one) for one in error.errors.get(name, ())) if error else ""
        yield {
            "name": name,
            "title": spec.title,
            "limit": limits.get(name, ""),
            "fixed": not spec.writable,
            "error": wrong,
        }
