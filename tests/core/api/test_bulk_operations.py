"""Merging, duplicates, bulk operations and their undoing through the API."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from core.context import Context
from core.testing import limited_to
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
WORK = ["see", "create", "edit", "share", "transfer"]


@pytest.fixture
def binh(context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient]) -> ApiClient:
    """A colleague who sees their own."""
    grants = limited_to("own", **{"*": WORK})
    return make_api(make_context(context.company, grants=grants, name="Bình"), grants=grants)


def made(api: ApiClient, name: str, **values: Any) -> str:
    answer = api.post(LIST, json={"name": name, **values})
    assert answer.status_code == 201, answer.get_json(force=True)
    return str(answer.get_json()["id"])


def test_merge_old_address_and_undo(api: ApiClient) -> None:
    keep, loser = made(api, "A", sector="Trà"), made(api, "B", sector="Chè", mobile="+84912345678")
    answer = api.post(f"{LIST}/merge", json={"keep": keep, "merge": [loser], "values": {"sector": "Chè"}})
    assert answer.status_code == 200, answer.get_json(force=True)
    record = answer.get_json()["record"]
    assert (record["id"], record["sector"], record["mobile"]) == (keep, "Chè", "+84912345678")
    old = api.get(f"{LIST}/{loser}")
    assert (old.status_code, old.headers["Location"]) == (301, f"{LIST}/{keep}")
    operation = f"/api/v1/bulk-operations/{answer.get_json()['operation']}"
    told = api.get(operation).get_json()
    assert (told["kind"], told["state"], told["undo_until"] is None) == ("merge", "done", False)
    undone = api.post(f"{operation}/undo").get_json()
    assert (undone["state"], undone["kept"]) == ("undone", [])
    assert (api.get(f"{LIST}/{loser}").get_json()["name"], api.get(f"{LIST}/{keep}").get_json()["sector"]) == (
        "B",
        "Trà",
    )
    assert api.post(f"{operation}/undo").status_code == 422


def test_merge_names_what_is_wrong(api: ApiClient, other_api: ApiClient) -> None:
    keep, loser = made(api, "A"), made(api, "B")
    wrong = api.post(f"{LIST}/merge", json={"keep": keep, "merge": [loser], "values": {"tax_code": 1, "nothing": 2}})
    assert wrong.status_code == 422
    assert set(wrong.get_json(force=True)["errors"]) == {"values.tax_code", "values.nothing"}
    for body in ({"keep": keep, "merge": [str(uuid4())]}, {"keep": str(uuid4()), "merge": [loser]}):
        assert api.post(f"{LIST}/merge", json=body).status_code == 404
    assert other_api.post(f"{LIST}/merge", json={"keep": keep, "merge": [loser]}).status_code == 404
    assert api.post("/api/v1/tags/merge", json={}).status_code in {404, 405}


def test_duplicates_tell_what_one_may_see(api: ApiClient, binh: ApiClient, context: Context) -> None:
    customer = made(api, "A", mobile="+84912345678")
    (seen,) = api.get(f"{LIST}/duplicates?mobile=84 912 345 678").get_json()["items"]
    assert (seen["id"], seen["title"], seen["fields"], seen["seen"]) == (customer, "A", ["mobile"], True)
    assert context.user is not None
    (hidden,) = binh.get(f"{LIST}/duplicates?mobile=0912345678").get_json()["items"]
    assert hidden == {
        "fields": ["mobile"], "seen": False, "owner": context.user.name, "entity": None, "id": None, "title": None,
    }  # fmt: skip
    assert api.get(f"{LIST}/duplicates?mobile=0912345678&record={customer}").get_json() == {"items": []}
    assert set(api.get(f"{LIST}/duplicates?mobile=12&name=A").get_json(force=True)["errors"]) == {"mobile", "name"}


def test_asking_is_answered_alike_for_everything(api: ApiClient, binh: ApiClient) -> None:
    hidden = made(api, "A")
    answers = [binh.post(f"{LIST}/{one}/ask", json={"reason": "?"}) for one in (hidden, str(uuid4()))]
    assert [(one.status_code, one.get_json()) for one in answers] == [(202, {"asked": True})] * 2


def test_deeds_are_ones_own(api: ApiClient, binh: ApiClient, other_api: ApiClient) -> None:
    customer = made(binh, "A")
    me = binh.get("/api/v1/me").get_json()["user"]["id"]
    operation = binh.post(f"{LIST}/share", json={"ids": [customer], "users": [me]}).get_json()["operation"]
    assert binh.get(f"/api/v1/bulk-operations/{operation}").status_code == 200
    assert other_api.get(f"/api/v1/bulk-operations/{operation}").status_code == 404
    assert other_api.post(f"/api/v1/bulk-operations/{operation}/undo").status_code == 404
    assert [one["id"] for one in binh.get("/api/v1/bulk-operations").get_json()["items"]] == [operation]
    assert operation in [one["id"] for one in api.get("/api/v1/bulk-operations").get_json()["items"]]
    assert other_api.get("/api/v1/bulk-operations").get_json() == {"items": [], "next_cursor": None}


def test_more_than_a_thousand_are_a_jobs(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.bulk import service

    monkeypatch.setattr(service, "AT_ONCE", 1)
    ids = [made(api, "A"), made(api, "B")]
    me = api.get("/api/v1/me").get_json()["user"]["id"]
    answer = api.post(f"{LIST}/transfer", json={"ids": ids, "users": [me]})
    told = answer.get_json()
    assert (answer.status_code, told["state"], told["total"], told["done"]) == (202, "waiting", 2, 0)
    assert told["job"]
