"""Switching modules through the API: as on the Modules page, by its administrator's programs alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from core.app import EXTENSION, create_app
from core.context import Context
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.models import Entitlement
from core.testing import limited
from core.testing.web import ApiClient, program
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as registry_of

MODULES = "/api/v1/modules"
KENNEL = f"{MODULES}/kennel"


def state(api: ApiClient, name: str = "kennel") -> str:
    found = {one["name"]: one["state"] for one in api.get(MODULES).get_json()["items"]}
    return str(found[name])


def test_a_module_is_switched_off_and_on_and_its_records_stay(api: ApiClient) -> None:
    assert api.get("/api/v1/kennel/stays").status_code == 200
    off = api.put(KENNEL, json={"on": False})
    assert (off.status_code, off.get_json()["state"], off.get_json()["switched"]) == (200, "off", ["kennel"])
    assert api.get("/api/v1/kennel/stays").status_code == 404
    assert state(api) == "off"
    on = api.put(KENNEL, json={"on": True})
    assert (on.status_code, on.get_json()["state"], on.get_json()["switched"]) == (200, "on", ["kennel"])
    assert api.get("/api/v1/kennel/stays").status_code == 200


@pytest.mark.parametrize("on", [True, False])
def test_what_stands_so_already_is_not_switched_again(api: ApiClient, on: bool) -> None:
    api.put(KENNEL, json={"on": on})
    again = api.put(KENNEL, json={"on": on})
    assert (again.status_code, again.get_json()["switched"]) == (200, [])


def test_a_key_switches_once(api: ApiClient) -> None:
    key = {"Idempotency-Key": "one"}
    first = api.put(KENNEL, json={"on": False}, headers=key)
    api.put(KENNEL, json={"on": True})
    assert api.put(KENNEL, json={"on": False}, headers=key).get_json() == first.get_json()
    assert state(api) == "on"


def test_a_module_that_is_not_here_is_not_found(api: ApiClient) -> None:
    for name in ("nothing", "Kennel", "kennel%00", "x" * 300):
        assert api.put(f"{MODULES}/{name}", json={"on": True}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "on"), ({"on": "true"}, "on"), ({"on": None}, "on"), ({"on": True, "off": 1}, "off"), ([], "")],
)
def test_a_body_that_says_nothing_clear_is_refused_by_field(api: ApiClient, body: Any, field: str) -> None:
    answer = api.put(KENNEL, json=body)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]
    assert state(api) == "on"


def test_core_cannot_be_switched_off(api: ApiClient) -> None:
    answer = api.put(f"{MODULES}/core", json={"on": False})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["on"])


def test_whoever_is_no_administrator_sees_and_switches_nothing(
    context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient], api: ApiClient
) -> None:
    grants = limited(core_customer=["see", "create", "edit", "delete", "import", "export"])
    colleague = make_api(make_context(context.company, grants=grants), grants=grants)
    for path in (KENNEL, f"{MODULES}/nothing"):
        assert colleague.put(path, json={"on": False}).status_code == 403
    assert colleague.get(MODULES).status_code == 403
    assert state(api) == "on"


def test_one_company_switches_nothing_of_another(api: ApiClient, other_api: ApiClient) -> None:
    assert other_api.put(KENNEL, json={"on": False}).status_code == 200
    assert (state(api), state(other_api)) == ("on", "off")


def test_without_a_token_nobody_gets_in(visitor: Any) -> None:
    assert visitor.get(MODULES).status_code == 401
    assert visitor.put(KENNEL, json={"on": False}).status_code == 401


@pytest.fixture
def house(
    app: Flask, registry: Registry, context: Context, make_user: Callable[..., Context], database: Database
) -> Iterator[ApiClient]:
    """A program in an installation where the kitchen needs the pantry, and nobody has booked the attic."""
    with database.vendor_session() as session, session.begin():
        session.add_all([Entitlement(company_id=context.tenant, plugin=name) for name in ("pantry", "kitchen")])
    rooms = [module("attic"), module("pantry"), module("kitchen", requires=("pantry",))]
    for room in rooms:
        room.__file__ = None
    made = create_app(app.extensions[EXTENSION].settings, registry_of(registry, *rooms))
    yield program(made, make_user(context))
    made.extensions[EXTENSION].database.close()
    made.extensions[EXTENSION].bell.close()


def test_what_is_needed_is_named_and_switched_along_when_that_is_said(house: ApiClient) -> None:
    alone = house.put(f"{MODULES}/kitchen", json={"on": True})
    assert alone.status_code == 422
    assert "Pantry" in alone.get_json()["errors"]["together"][0]
    both = house.put(f"{MODULES}/kitchen", json={"on": True, "together": True})
    assert both.get_json()["switched"] == ["pantry", "kitchen"]
    alone = house.put(f"{MODULES}/pantry", json={"on": False})
    assert "Kitchen" in alone.get_json()["errors"]["together"][0]
    both = house.put(f"{MODULES}/pantry", json={"on": False, "together": True})
    assert both.get_json()["switched"] == ["kitchen", "pantry"]


def test_what_is_not_booked_cannot_be_switched_on(house: ApiClient) -> None:
    answer = house.put(f"{MODULES}/attic", json={"on": True})
    assert answer.status_code == 422
    assert "Attic" in answer.get_json()["errors"]["on"][0]
    assert state(house, "attic") == "not_entitled"
