"""The OpenAPI document: valid, complete, and no more than what whoever asks can use."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from core.api.problems import PROBLEMS
from core.context import Context
from core.entity.tables import CustomField
from core.i18n import catalogue
from core.plugin.boot import Registry
from core.plugin.models import ActiveModule
from core.testing.web import ApiClient

ADDRESS = "/api/v1/openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(api: ApiClient) -> dict[str, Any]:
    """The document as the administrator of a company with every module reads it."""
    found: dict[str, Any] = api.get(ADDRESS).get_json()
    return found


def test_the_document_is_valid(document: dict[str, Any], visitor: FlaskClient) -> None:
    for one in (document, visitor.get(ADDRESS).get_json()):
        assert one["openapi"].startswith("3.1")
        assert [error.message for error in OpenAPIV31SpecValidator(one).iter_errors()] == []


def test_every_address_of_the_api_is_described(document: dict[str, Any], app: Flask) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != ADDRESS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in document["paths"].items() for method in METHODS & set(item)}
    assert described == served


def test_operations_and_schemas_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [item[method]["operationId"] for item in document["paths"].values() for method in METHODS & set(item)]
    assert len(names) == len(set(names))
    assert not [name for name in document["components"]["schemas"] if name[-1].isdigit()]


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    errors = {
        (status, answer["$ref"].rpartition("/")[2])
        for item in document["paths"].values()
        for method in METHODS & set(item)
        for status, answer in item[method]["responses"].items()
        if status >= "400"
    }
    assert errors <= {(str(status), name) for status, name in PROBLEMS.items()}
    for name in PROBLEMS.values():
        content = document["components"]["responses"][name]["content"]
        assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_every_condition_of_a_field_is_described(document: dict[str, Any], registry: Registry) -> None:
    for resource in registry.resources.values():
        described = {one.get("name") for one in document["paths"][f"/api/v1/{resource.path}"]["get"]["parameters"]}
        wanted = {f"{name}__{operator}" for name, spec in resource.fields.items() for operator in spec.kind.operators}
        assert wanted <= described


def test_a_stranger_reads_of_core_alone(visitor: FlaskClient, registry: Registry) -> None:
    found = visitor.get(ADDRESS).get_json()
    owners = {name: resource.plugin for name, resource in registry.resources.items()}
    tags = {tag for item in found["paths"].values() for method in METHODS & set(item) for tag in item[method]["tags"]}
    assert {owners.get(tag, "core") for tag in tags} == {"core"}
    assert {tag["name"] for tag in found["tags"]} == {name for name, plugin in owners.items() if plugin == "core"}


def test_a_module_that_is_off_is_not_described_nor_are_its_schemas(
    api: ApiClient, context: Context, registry: Registry
) -> None:
    with_modules = api.get(ADDRESS).get_json()
    context.session.query(ActiveModule).where(ActiveModule.plugin != "core").update({"active": False})
    context.session.commit()
    without = api.get(ADDRESS).get_json()
    for resource in registry.resources.values():
        path = f"/api/v1/{resource.path}"
        assert path in with_modules["paths"]
        assert (path in without["paths"]) == (resource.plugin == "core")
        assert (api.get(path).status_code == 200) == (resource.plugin == "core")
    assert set(without["components"]["schemas"]) <= set(with_modules["components"]["schemas"])
    assert not [name for name in without["components"]["schemas"] if name.startswith("Kennel")]


def test_a_companys_own_fields_are_described_to_it_alone(
    api: ApiClient, other_api: ApiClient, context: Context
) -> None:
    for key, kind in (("size", "money"), ("colour", "choice")):
        options = {"choices": [{"value": "red", "title": "Đỏ"}]}
        context.session.add(CustomField(entity="core.customer", key=key, title=key, kind=kind, options=options))
    context.session.commit()
    mine = api.get(ADDRESS).get_json()
    assert [error.message for error in OpenAPIV31SpecValidator(mine).iter_errors()] == []
    for schema in ("Customer", "CustomerCreate", "CustomerChange"):
        own = mine["components"]["schemas"][schema]["properties"]["custom"]["properties"]
        assert set(own) == {"size", "colour"}
        assert own["colour"]["enum"] == ["red", None]
    conditions = [one.get("name") for one in mine["paths"]["/api/v1/customers"]["get"]["parameters"]]
    assert "custom.size__gte" in conditions
    assert "custom.size__gte" not in other_api.get(ADDRESS).get_data(as_text=True)


def test_the_document_speaks_the_readers_language(
    visitor: FlaskClient, make_company: Callable[..., Any], make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
) -> None:  # fmt: skip
    def title(client: FlaskClient) -> str:
        found: str = client.get(ADDRESS).get_json()["components"]["schemas"]["Customer"]["properties"]["name"]["title"]
        return found

    english = make_api(make_context(make_company(locale="en")))
    vietnamese = make_api(make_context(make_company(locale="vi")))
    assert title(english) == "Customer name"
    assert title(vietnamese) == title(visitor) == catalogue("core", "vi").get("Customer name", "Customer name")
