"""Asking for access and answering through the API, as on the Requests page."""

from collections.abc import Callable
from typing import Any

import pytest

from core.testing.web import ApiClient
from tests.core.api.conftest import LIST, Colleague

REQUESTS = "/api/v1/access-requests"
PHONE = "+84912345678"


@pytest.fixture
def people(colleague: Callable[..., Colleague]) -> tuple[Colleague, Colleague]:
    """Whoever owns records, and a colleague who sees none of them."""
    return colleague("An"), colleague("Bình")


def listed(client: ApiClient, which: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{REQUESTS}/{which}").get_json()["items"]
    return found


def test_the_owner_lets_an_asker_in(people: tuple[Colleague, Colleague]) -> None:
    owner, asker = people
    customer = owner.create("Công ty A")
    assert asker.post(f"{LIST}/{customer}/ask", json={"reason": "Khách gọi cho tôi"}).status_code == 202
    (mine,) = listed(asker, "sent")
    assert (mine["state"], mine["record"], mine["title"]) == ("open", None, "")
    (waiting,) = listed(owner, "received")
    assert (waiting["who"], waiting["title"], waiting["reason"]) == ("Bình", "Công ty A", "Khách gọi cho tôi")
    assert listed(asker, "received") == []
    here = f"{REQUESTS}/{waiting['id']}"
    assert asker.post(f"{here}/grant", json={}).status_code == 404
    wrong = owner.post(f"{here}/grant", json={"access": "own", "until": "2001-01-01T00:00:00+07:00"})
    assert (wrong.status_code, set(wrong.get_json(force=True)["errors"])) == (422, {"access", "until"})
    assert owner.post(f"{here}/grant", json={"access": "edit"}).status_code == 204
    assert asker.sees() == {customer}
    assert [(one["state"], one["record"]) for one in listed(asker, "sent")] == [("granted", customer)]
    assert owner.post(f"{here}/grant", json={}).status_code == 404


def test_what_is_declined_stays_unseen(people: tuple[Colleague, Colleague]) -> None:
    owner, asker = people
    customer = owner.create("Công ty A")
    asker.post(f"{LIST}/{customer}/ask", json={})
    (waiting,) = listed(owner, "received")
    assert asker.post(f"{REQUESTS}/{waiting['id']}/decline").status_code == 404
    assert owner.post(f"{REQUESTS}/{waiting['id']}/decline").status_code == 204
    assert (asker.sees(), listed(owner, "received")) == (set(), [])
    assert [one["state"] for one in listed(asker, "sent")] == ["declined"]


def test_whoever_has_a_number_is_asked_and_nobody_learns_who(people: tuple[Colleague, Colleague]) -> None:
    owner, asker = people
    owner.post(LIST, json={"name": "Công ty A", "mobile": PHONE})
    body = {"entity": "core.customer", "field": "mobile", "reason": "Khách gọi cho tôi"}
    there, never = (asker.post(REQUESTS, json={**body, "value": one}) for one in ("0912 345 678", "0912 345 679"))
    assert (there.status_code, there.get_data()) == (202, never.get_data())
    (waiting,) = listed(owner, "received")
    assert (waiting["about"], waiting["reason"]) == (PHONE, "Khách gọi cho tôi")


@pytest.mark.parametrize(
    ("wrong", "field"), [({"entity": "x"}, "entity"), ({"field": "sector"}, "field"), ({"value": "abc"}, "value")]
)
def test_what_is_wrong_is_named(people: tuple[Colleague, Colleague], wrong: dict[str, str], field: str) -> None:
    body = {"entity": "core.customer", "field": "mobile", "value": PHONE, **wrong}
    answer = people[1].post(REQUESTS, json=body)
    assert (answer.status_code, set(answer.get_json(force=True)["errors"])) == (422, {field})
