"""The OpenAPI document: made when it is first asked for, and cut to the modules of whoever asks."""

import threading
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import flask_smorest
import marshmallow as ma
import orjson
from flask import Blueprint, Flask, Response, abort, g, request

from core import API
from core.api import PREFIX
from core.api.describe import PROBLEMS, Json, conditions, problem_response, shared_parameters
from core.api.shapes import ProblemSchema
from core.app import platform
from core.context import Context
from core.entity.custom import custom_fields
from core.entity.entity import Resource
from core.entity.schema import CUSTOM, api_field, class_name
from core.i18n import current_locale, translator
from core.plugin.boot import Registry
from core.web.gate import COOKIE, let_in, public

_ = translator("core")
_METHODS = ("get", "post", "patch", "delete")
_ABOUT = _(
    "Every request carries a token: Authorization: Bearer ghep_…. Lists are paged by cursor; changes name the version "
    "they are meant for in If-Match; errors are problem documents that name each field."
)


class Api(flask_smorest.Api):
    """Registers blueprints at once and describes them when the document is first asked for: most processes never do."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._waiting: list[Any] = []
        self._lock = threading.Lock()
        options = {"info": {"description": _ABOUT}, "servers": [{"url": "/"}], "security": [{"bearer": []}]}
        super().__init__(app, spec_kwargs={"title": "Ghép", "version": API, "openapi_version": "3.1.0", **options})

    def register_blueprint(self, blp: Any, **_options: Any) -> None:
        """Give a blueprint's views their addresses; its description waits."""
        self._app.register_blueprint(blp)
        self._waiting.append(blp)

    def document(self) -> Json:
        """The whole document, of every module; its texts are still to be said in a language."""
        with self._lock:
            if self._waiting:
                self._describe_shared()
            while self._waiting:
                blueprint = self._waiting.pop(0)
                blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            found: Json = self.spec.to_dict()
            return found

    def property_of(self, made: ma.fields.Field[Any]) -> Json:
        """The JSON Schema of one field."""
        found: Json = self.ma_plugin.converter.field2property(made)
        return found

    def _describe_shared(self) -> None:
        components = self.spec.components
        self.register_field(ma.fields.Decimal, "string", None)
        self.ma_plugin.converter.add_attribute_function(_decimal_pattern)
        components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        for name, parameter in shared_parameters().items():
            components.parameter(name, parameter["in"], parameter)
        for status, name in PROBLEMS.items():
            components.response(name, problem_response(status, ProblemSchema))

    def _register_error_handlers(self) -> None:
        """The application has its own, for pages and programs alike."""


def _decimal_pattern(_converter: Any, made: ma.fields.Field[Any], **_options: Any) -> Json:
    """Numbers travel as text, since JSON's own lose digits on the way."""
    if not isinstance(made, ma.fields.Decimal) or made.places is None:
        return {}
    places = -int(made.places.as_tuple().exponent)
    return {"pattern": rf"^-?[0-9]{{1,16}}(\.[0-9]{{1,{places}}})?$"}


def document_blueprint(api: Api) -> Blueprint:
    """Where the document is read: all of core by anybody, the modules that are on by those who are let in."""
    made = Blueprint("api_document", __name__, url_prefix=PREFIX)
    kept: dict[tuple[frozenset[str], str], bytes] = {}

    @made.get("/openapi.json")
    @public
    def openapi() -> Response:
        """The document, in the reader's language."""
        if ("Authorization" in request.headers or COOKIE in request.cookies) and not let_in():
            abort(401)
        turn: Context | None = g.get("context")
        active = turn.active if turn else frozenset({"core"})
        own = own_fields(turn) if turn else []
        if turn and own:
            found = with_own_fields(cut_to(api.document(), platform().registry, active), api, turn, own)
            return Response(_written(found), mimetype="application/json")
        key = (active, current_locale())
        if key not in kept:
            kept[key] = _written(cut_to(api.document(), platform().registry, active))
        return Response(kept[key], mimetype="application/json")

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


def with_own_fields(document: Json, api: Api, context: Context, resources: Iterable[Resource]) -> Json:
    """The document with a company's own fields in its schemas and among the conditions of its lists."""
    found = deepcopy(document)
    for resource in resources:
        own = custom_fields(context, resource).values()
        fields = {spec.key: api.property_of(api_field(spec, allow_none=True)) for spec in own}
        name = class_name(resource)
        for schema in (name, f"{name}Create", f"{name}Change"):
            if schema in found["components"]["schemas"]:
                custom = {"type": "object", "properties": fields, "additionalProperties": False}
                found["components"]["schemas"][schema]["properties"][CUSTOM.name] |= custom
        found["paths"][f"{PREFIX}/{resource.path}"]["get"]["parameters"] += conditions(own)
    return found
