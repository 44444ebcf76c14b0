"""Rules through the API: as on the settings page, for administrators' programs alone."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from core.context import Context
from core.testing.web import ApiClient
from tests.core.rules.conftest import Office

RULES = "/api/v1/rules"


@pytest.fixture
def api(make_api: Callable[..., ApiClient], office: Office) -> ApiClient:
    """The administrator's program."""
    return make_api(office.admin)


def wanted(office: Office, **more: Any) -> dict[str, Any]:
    return {
        "entity": "core.customer", "kind": "owner", "name": "Facebook", "events": ["created"],
        "conditions": [{"field": "source", "operator": "eq", "value": str(office.facebook)}],
        "departments": [str(office.department)], **more,
    }  # fmt: skip


def test_a_rule_is_made_read_changed_and_deleted(api: ApiClient, office: Office) -> None:
    made = api.post(RULES, json=wanted(office))
    assert made.status_code == 201
    one = made.headers["Location"]
    body = api.get(one).get_json()
    assert body == made.get_json()
    assert (body["conditions"], body["departments"]) == (wanted(office)["conditions"], [str(office.department)])
    assert api.put(one, json=wanted(office)).status_code == 428
    changed = api.put(one, json=wanted(office, name="Khác", active=False), headers={"If-Match": made.headers["ETag"]})
    assert (changed.get_json()["name"], changed.get_json()["active"]) == ("Khác", False)
    assert api.put(one, json=wanted(office), headers={"If-Match": made.headers["ETag"]}).status_code == 412
    assert [each["name"] for each in api.get(f"{RULES}?entity=core.customer").get_json()["items"]] == ["Khác"]
    assert api.delete(one, headers={"If-Match": "*"}).status_code == 204
    assert api.get(one).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entity": "core.user"}, "entity"),
        ({"kind": "magic"}, "kind"),
        ({"name": " "}, "name"),
        ({"events": []}, "events"),
        ({"departments": []}, "users"),
        ({"departments": [str(uuid4())]}, "departments"),
        ({"conditions": [{"field": "nothing", "operator": "eq", "value": "1"}]}, "conditions"),
        ({"conditions": [{"field": "revenue", "operator": "eq", "value": "nhiều"}]}, "conditions"),
        ({"kind": "share", "days": 0}, "days"),
        ({"kind": "share", "aspects": ["core.nothing"]}, "aspects"),
        ({"kind": "recall"}, "days"),
        ({"kind": "recall", "days": 3, "notice": 3}, "notice"),
    ],
)
def test_what_is_wrong_is_named(api: ApiClient, office: Office, change: dict[str, Any], field: str) -> None:
    answer = api.post(RULES, json=wanted(office, **change))
    assert answer.status_code == 422, answer.get_json()
    assert field in answer.get_json()["errors"]


def test_they_are_ordered_previewed_and_applied(api: ApiClient, office: Office) -> None:
    first = api.post(RULES, json=wanted(office)).get_json()["id"]
    second = api.post(RULES, json=wanted(office, name="Hai", conditions=[])).get_json()["id"]
    which = {"entity": "core.customer", "kind": "owner"}
    ordered = api.post(f"{RULES}/order", json={**which, "rules": [second, first]}).get_json()["items"]
    assert [one["id"] for one in ordered] == [second, first]
    office.admin.session.connection().exec_driver_sql("UPDATE core_rule SET active = false")
    office.commit()
    for _time in range(3):
        office.customer()
    office.admin.session.connection().exec_driver_sql("UPDATE core_rule SET active = true")
    office.commit()
    found = api.post(f"{RULES}/preview", json=which).get_json()
    assert found["rules"] == [
        {"rule": second, "matching": 3, "acting": 3}, {"rule": first, "matching": 0, "acting": 0},
    ]  # fmt: skip
    assert {one["id"] for one in found["receivers"]} == {str(one) for one in office.people.values()}
    operation = api.post(f"{RULES}/apply", json=which).get_json()
    assert (operation["kind"], operation["done"], operation["state"]) == ("assign", 3, "done")
    assert api.post(f"/api/v1/bulk-operations/{operation['id']}/undo").get_json()["undone"] == 3


def test_recall_is_tried_but_not_applied_at_once(api: ApiClient, office: Office) -> None:
    recall = wanted(office, kind="recall", days=30, notice=3, conditions=[], departments=[])
    assert api.post(RULES, json=recall).status_code == 201
    assert api.post(RULES, json=recall).status_code == 422  # one is enough
    which = {"entity": "core.customer", "kind": "recall"}
    assert api.post(f"{RULES}/preview", json=which).get_json()["rules"][0]["acting"] == 0
    assert list(api.post(f"{RULES}/apply", json=which).get_json()["errors"]) == ["kind"]


def test_they_are_an_administrators_of_this_company(
    api: ApiClient, office: Office, make_api: Callable[..., ApiClient], stranger: Context
) -> None:
    one = api.post(RULES, json=wanted(office)).headers["Location"]
    which = {"entity": "core.customer", "kind": "owner"}
    seller, foreign = make_api(office.seller), make_api(stranger)
    for method, url, body in (
        ("GET", RULES, None), ("POST", RULES, wanted(office)), ("GET", one, None), ("PUT", one, wanted(office)),
        ("DELETE", one, None), ("POST", f"{RULES}/order", {**which, "rules": []}),
        ("POST", f"{RULES}/preview", which), ("POST", f"{RULES}/apply", which),
    ):  # fmt: skip
        assert seller.open(url, method=method, json=body, headers={"If-Match": "*"}).status_code == 403, url
        if url == one:
            answer = foreign.open(url, method=method, json=body, headers={"If-Match": "*"})
            absent = foreign.open(f"{RULES}/{uuid4()}", method=method, json=body, headers={"If-Match": "*"})
            assert (answer.status_code, absent.status_code) == (404, 404)
    assert foreign.get(RULES).get_json() == {"items": []}


def test_what_goes_along_with_a_transfer_is_named_and_taken_back(api: ApiClient, office: Office) -> None:
    made = office.customer()
    contact = api.post("/api/v1/contacts", json={"name": "Anh Ba", "customer": str(made.id)}).get_json()["id"]
    asked = {"ids": [str(made.id)], "users": [str(office.people["An"])]}
    first = api.post("/api/v1/customers/transfer", json={**asked, "users": [str(office.admin.user.id)]})  # type: ignore[union-attr] # has one
    assert first.status_code == 200
    answer = api.post("/api/v1/customers/transfer", json={**asked, "options": ["belongings"]}).get_json()

    def owner() -> str:
        return str(api.get(f"/api/v1/contacts/{contact}").get_json()["owner"])

    assert owner() == str(office.people["An"])
    assert api.post(f"/api/v1/bulk-operations/{answer['operation']}/undo").status_code == 200
    assert owner() == str(office.admin.user.id)  # type: ignore[union-attr] # has one
    wrong = api.post("/api/v1/customers/transfer", json={**asked, "options": ["magic"]})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["options"])
