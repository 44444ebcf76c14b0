"""Automations and their runs through the API: as on the settings page, for administrators' programs alone."""

from collections.abc import Callable
from typing import Any

import pytest

from core.context import Context
from core.testing.web import ApiClient
from tests.core.automation.conftest import SALUTE, Office, condition

HERE = "/api/v1/automations"


@pytest.fixture
def api(make_api: Callable[..., ApiClient], office: Office) -> ApiClient:
    """The administrator's program."""
    return make_api(office.admin)


def wanted(**more: Any) -> dict[str, Any]:
    return {
        "entity": "core.customer", "name": "Chào", "active": True, "trigger": {"on": "record", "events": ["created"]},
        "conditions": condition("name", "contains", "Lan"), "steps": [SALUTE], **more,
    }  # fmt: skip


def test_an_automation_is_made_read_changed_and_deleted(api: ApiClient) -> None:
    made = api.post(HERE, json=wanted())
    assert made.status_code == 201
    one = made.headers["Location"]
    assert api.get(one).get_json() == made.get_json()
    assert made.get_json() | wanted() == made.get_json() | {"sleeps_without": []}
    assert api.put(one, json=wanted()).status_code == 428
    changed = api.put(one, json=wanted(name="Khác", active=False), headers={"If-Match": made.headers["ETag"]})
    assert (changed.get_json()["name"], changed.get_json()["active"]) == ("Khác", False)
    assert api.put(one, json=wanted(), headers={"If-Match": made.headers["ETag"]}).status_code == 412
    assert [each["name"] for each in api.get(f"{HERE}?entity=core.customer").get_json()["items"]] == ["Khác"]
    assert api.delete(one, headers={"If-Match": "*"}).status_code == 204
    assert api.get(one).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entity": "core.user"}, "entity"),
        ({"name": ""}, "name"),
        ({"trigger": {"on": "magic"}}, "trigger"),
        ({"trigger": {"on": "schedule", "every": 0, "unit": "days"}}, "trigger"),
        ({"trigger": {"on": "date", "field": "name", "amount": 1, "unit": "days", "side": "before"}}, "trigger"),
        ({"conditions": {"some": []}}, "conditions"),
        ({"conditions": condition("owner.nothing", "eq", "x")}, "conditions"),
        ({"conditions": {"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}}, "conditions"),
        ({"steps": [{"do": "wait", "amount": "2", "unit": "days"}]}, "steps.0"),
        ({"steps": [{"do": "message", "channel": "pigeon", "to": "email", "purpose": "service", "text": "x"}]}, "steps.0"),
        ({"steps": "x"}, "steps"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_field(api: ApiClient, change: dict[str, Any], field: str) -> None:
    answer = api.post(HERE, json=wanted(**change))
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]


def test_runs_are_read_and_gone_on_with(api: ApiClient, office: Office) -> None:
    rule = office.automate({"do": "wait", "amount": 2, "unit": "days"}, SALUTE)
    for name in ("Lan", "Hoa"):
        office.customer(name)
    office.work()
    found = api.get(f"{HERE}/runs?automation={rule.id}&state=waiting").get_json()
    assert [one["record_title"] for one in found["items"]] == ["Hoa", "Lan"]
    one = f"{HERE}/runs/{found['items'][0]['id']}"
    assert api.post(f"{one}/retry").status_code == 422
    assert api.post(f"{one}/stop").get_json()["state"] == "stopped"
    assert api.post(f"{one}/retry").get_json()["state"] == "waiting"
    office.work()
    run = api.get(one).get_json()
    assert (run["state"], [step["action"] for step in run["steps"]]) == ("done", ["wait", "set"])
    assert api.get(f"{HERE}/runs?state=magic").status_code == 422
    assert api.get(f"{HERE}/runs?record=x").status_code == 422


def test_it_is_tried_before_it_acts(api: ApiClient, office: Office) -> None:
    office.customer("Lan")
    office.customer("Hoa")
    answer = api.post(f"{HERE}/try", json=wanted()).get_json()
    assert (answer["looked_at"], answer["matching"], [hit["title"] for hit in answer["hits"]]) == (2, 1, ["Lan"])


def test_other_companies_and_others_programs_get_nowhere(
    make_api: Callable[..., ApiClient], make_office: Callable[[], Office], office: Office, stranger: Context
) -> None:
    rule = office.automate(SALUTE)
    office.customer()
    (run,) = office.runs()
    theirs = make_api(stranger)
    for url in (f"{HERE}/{rule.id}", f"{HERE}/runs/{run.id}"):
        assert theirs.get(url).status_code == 404
    assert theirs.get(f"{HERE}/runs").get_json()["items"] == []
