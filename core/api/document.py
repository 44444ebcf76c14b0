"""The OpenAPI document as it is read: cut to the modules of whoever asks, with their company's own fields."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Response, abort, g, request

from core.api import PREFIX
from core.api.describe import Json, conditions
from core.api.spec import Document
from core.context import Context
from core.entity.custom import custom_fields
from core.entity.entity import Resource
from core.entity.schema import CUSTOM, api_field, class_name
from core.i18n import current_locale
from core.plugin.boot import Registry
from core.web.gate import COOKIE, let_in, public

_METHODS = ("get", "post", "put", "patch", "delete")
_KEPT = 8
"""Documents kept as bytes: companies of one trade have the same modules on."""


def blueprint(document: Document, registry: Registry) -> Blueprint:
    """Where the document is read: all of core by anybody, the modules that are on by those who are let in."""
    made = Blueprint("api_document", __name__, url_prefix=PREFIX)

    @lru_cache(maxsize=_KEPT)
    def written(active: frozenset[str], _locale: str) -> bytes:
        return _written(cut_to(document.whole(), registry, active))

    @made.get("/openapi.json")
    @public
    def openapi() -> Response:
        """The document, in the reader's language."""
        if ("Authorization" in request.headers or COOKIE in request.cookies) and not let_in():
            abort(401)
        turn: Context | None = g.get("context")
        active = turn.active if turn else frozenset({"core"})
        if turn and (own := own_fields(turn)):
            found = with_own_fields(cut_to(document.whole(), registry, active), document, turn, own)
            return Response(_written(found), mimetype="application/json")
        return Response(written(active, current_locale()), mimetype="application/json")

    return made


def _written(document: Json) -> bytes:
    return orjson.dumps(document, default=str)


def cut_to(document: Json, registry: Registry, active: frozenset[str]) -> Json:
    """The part of the document that concerns some modules, without what only others use."""
    owners = {name: resource.plugin for name, resource in registry.resources.items()}
    kept = {
        path: item
        for path, item in document["paths"].items()
        if all(owners.get(tag, "core") in active for method in _METHODS for tag in item.get(method, {}).get("tags", ()))
    }
    tags = [
        {"name": name, "description": resource.plural}
        for name, resource in registry.resources.items()
        if resource.plugin in active
    ]
    return {**document, "paths": kept, "components": _used(document["components"], kept), "tags": tags}


def _used(components: Json, paths: Json) -> Json:
    """The components that paths refer to, by themselves or through others."""
    used: set[tuple[str, str]] = set()
    waiting = list(_references(paths))
    while waiting:
        kind, name = waiting.pop()
        if (kind, name) not in used:
            used.add((kind, name))
            waiting += _references(components[kind][name])
    kept = {
        kind: {name: one for name, one in named.items() if (kind, name) in used} for kind, named in components.items()
    }
    return {**kept, "securitySchemes": components["securitySchemes"]}


def _references(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            _root, _components, kind, name = part["$ref"].split("/")
            yield kind, name
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def own_fields(context: Context) -> list[Resource]:
    """The entities that the company has added fields to."""
    return [resource for resource in context.resources() if custom_fields(context, resource)]


def with_own_fields(cut: Json, document: Document, context: Context, resources: Iterable[Resource]) -> Json:
    """The document with a company's own fields in its schemas and among the conditions of its lists."""
    found = deepcopy(cut)
    for resource in resources:
        own = [spec for spec in context.fields(resource).values() if spec.key]
        fields = {spec.key: document.property_of(api_field(spec, allow_none=True)) for spec in own}
        name = class_name(resource)
        for schema in (name, f"{name}Create", f"{name}Change"):
            if schema in found["components"]["schemas"]:
                custom = {"type": "object", "properties": fields, "additionalProperties": False}
                found["components"]["schemas"][schema]["properties"][CUSTOM.name] |= custom
        found["paths"][f"{PREFIX}/{resource.path}"]["get"]["parameters"] += conditions(own)
    return found
