"""Requests made up from the document itself, sensible and senseless: no answer that it does not describe."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from core.plugin.boot import Registry
from core.testing.web import ApiClient

ADDRESS = "/api/v1/openapi.json"
SOME = settings(
    deadline=None, max_examples=8, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
)


def a_record(api: ApiClient, path: str) -> str:
    """The id of a new record, so that some requests find what they are about."""
    body: dict[str, Any] = {"name": uuid4().hex}
    if path.endswith("contacts"):
        body["customer"] = a_record(api, "/api/v1/customers")
    if path.endswith("users"):
        body["email"] = f"{uuid4().hex}@example.com"
    found: str = api.post(path, json=body).get_json()["id"]
    return found


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("tag", ["me", "core.customer", "core.contact", "core.tag", "core.user"])
def test_every_answer_is_described(app: Flask, api: ApiClient, tag: str, mode: GenerationMode) -> None:
    token = {"Authorization": api.environ_base["HTTP_AUTHORIZATION"]}
    document = schemathesis.openapi.from_wsgi(ADDRESS, app, headers=token)
    for operation in _operations(document.include(tag=tag)):
        _attempt(operation, mode, token, {})
        if "{record_id}" in operation.path:
            known = {"record_id": a_record(api, operation.path.partition("/{record_id}")[0])}
            _attempt(operation, mode, token, {"path_parameters": known, "headers": {"If-Match": "*"}})


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_of_a_module_is_described(
    app: Flask, api: ApiClient, registry: Registry, mode: GenerationMode
) -> None:
    token = {"Authorization": api.environ_base["HTTP_AUTHORIZATION"]}
    document = schemathesis.openapi.from_wsgi(ADDRESS, app, headers=token)
    for name in [name for name, resource in registry.resources.items() if resource.plugin != "core"]:
        for operation in _operations(document.include(tag=name)):
            _attempt(operation, mode, token, {})


def _operations(document: Any) -> Iterator[Any]:
    for result in document.get_all_operations():
        yield result.ok()


def _attempt(operation: Any, mode: GenerationMode, token: dict[str, str], known: dict[str, Any]) -> None:
    @SOME
    @given(operation.as_strategy(mode, **known))
    def attempt(case: Any) -> None:
        # Whether data is accepted cannot be asked: rules of the trade lie beyond the document, and what was made
        # senseless by leaving the token out makes sense with it.
        case.call_and_validate(headers=token, excluded_checks=[positive_data_acceptance, negative_data_rejection])

    attempt()
