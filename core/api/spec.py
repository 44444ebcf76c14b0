"""The OpenAPI document of everything, made by flask-smorest when it is first asked for: most processes never are."""

import threading
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask import Flask

from core import API
from core.api import (
    PREFIX,
    access_requests,
    approvals,
    automations,
    bulk_operations,
    emails,
    me,
    modules,
    notifications,
    personal_data,
    privacy,
    public_links,
    reminders,
    reports,
    rules,
    webhooks,
)
from core.api.describe import Describer, Json, problem_response, shared_parameters
from core.api.operations import operations_of
from core.api.problems import PROBLEMS
from core.api.records import blueprint_name
from core.api.shapes import ProblemSchema
from core.entity.entity import Resource
from core.i18n import translator
from core.plugin.boot import Registry

_ = translator("core")
_ABOUT = _(
    "Every request carries a token: Authorization: Bearer ghep_…. Lists are paged by cursor; changes name the version "
    "they are meant for in If-Match; errors are problem documents that name each field."
)


class Document:
    """The document of one application, of every module. Its texts are still to be said in a language."""

    def __init__(self, app: Flask, registry: Registry) -> None:
        self._app, self._registry = app, registry
        self._lock = threading.Lock()
        self._api: Any = None

    @property
    def api(self) -> Any:
        """What describes the application's views, after it did."""
        with self._lock:
            if self._api is None:
                self._api = self._described()
        return self._api

    def whole(self) -> Json:
        """The document."""
        found: Json = self.api.spec.to_dict()
        return found

    def property_of(self, made: ma.fields.Field[Any]) -> Json:
        """The JSON Schema of one field."""
        found: Json = self.api.ma_plugin.converter.field2property(made)
        return found

    def _described(self) -> Any:
        from flask_smorest import Api

        class QuietApi(Api):
            """Describes, and leaves errors to the application: it has handlers for pages and programs alike."""

            DEFAULT_ERROR_RESPONSE_NAME = None

            def _register_error_handlers(self) -> None:
                """Register none."""

        options = {"info": {"description": _ABOUT}, "servers": [{"url": "/"}], "security": [{"bearer": []}]}
        api = QuietApi(self._app, spec_kwargs={"title": "Ghép", "version": API, "openapi_version": "3.1.0", **options})
        _describe_shared(api)
        for blueprint in self._blueprints():
            blueprint.register_views_in_doc(api, self._app, api.spec, name=blueprint.name, parameters=None)
        return api

    def _blueprints(self) -> Iterator[Any]:
        """The addresses that are served, once more, with what is said of them."""
        from flask_smorest import Blueprint

        for resource in self._registry.resources.values():
            described = Blueprint(blueprint_name(resource), __name__, url_prefix=f"{PREFIX}/{resource.path}")
            for name, rule, method, said in _operations(resource):
                described.add_url_rule(rule, name, described.doc(**said)(_served_elsewhere), methods=[method])
            yield described
        for part in (
            access_requests,
            approvals,
            automations,
            bulk_operations,
            emails,
            modules,
            notifications,
            personal_data,
            privacy,
            public_links,
            reminders,
            reports,
            rules,
            webhooks,
        ):
            described = Blueprint(part.NAME, __name__, url_prefix=PREFIX)
            for rule, name, method, said in part.described():
                described.add_url_rule(rule, name, described.doc(**said)(_served_elsewhere), methods=[method])
            yield described
        described = Blueprint(me.NAME, __name__, url_prefix=PREFIX)
        described.add_url_rule(me.RULE, me.ENDPOINT, described.doc(**me.described())(_served_elsewhere))
        yield described


def _operations(resource: Resource) -> Iterator[tuple[str, str, str, Json]]:
    describer = Describer(resource)
    for operation in operations_of(resource):
        yield operation.name, operation.rule, operation.method, describer.of(operation)


def _served_elsewhere() -> None:
    """The description of a view is made without it."""


def _describe_shared(api: Any) -> None:
    components = api.spec.components
    api.register_field(ma.fields.Decimal, "string", None)
    api.ma_plugin.converter.add_attribute_function(_decimal_pattern)
    components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for name, parameter in shared_parameters().items():
        components.parameter(name, parameter["in"], parameter)
    for status, name in PROBLEMS.items():
        components.response(name, problem_response(status, ProblemSchema))


def _decimal_pattern(_converter: Any, made: ma.fields.Field[Any], **_options: Any) -> Json:
    """Numbers travel as text, since JSON's own lose digits on the way."""
    if not isinstance(made, ma.fields.Decimal) or made.places is None:
        return {}
    places = -int(made.places.as_tuple().exponent)
    return {"pattern": rf"^-?[0-9]{{1,16}}(\.[0-9]{{1,{places}}})?$"}
