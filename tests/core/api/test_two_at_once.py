"""Two people at the same record in the same moment, each in a thread of their own: one wins, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.context import Context
from core.testing import limited
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
ROUNDS = 4
"""The clock decides who is first; a few rounds meet either."""


@pytest.fixture
def colleague(context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient]) -> ApiClient:
    """Somebody else of the company, who may do the same."""
    grants = limited(**{"*": ["see", "create", "edit", "delete"]})
    return make_api(make_context(context.company, grants=grants, name="Trần Bình"), grants=grants)


def at_once(*handlers: Callable[[], TestResponse]) -> list[TestResponse]:
    """What each is answered, where all of them begin together."""
    together = Barrier(len(handlers))

    def wait_and(handler: Callable[[], TestResponse]) -> TestResponse:
        together.wait()
        return handler()

    with ThreadPoolExecutor(len(handlers)) as pool:
        return list(pool.map(wait_and, handlers))


def made(api: ApiClient, path: str = LIST, **values: Any) -> str:
    answer = api.post(path, json=values)
    assert answer.status_code == 201, answer.get_json(force=True)
    return str(answer.get_json()["id"])


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("crosswise", [False, True])
def test_two_people_merge_the_same_two(api: ApiClient, colleague: ApiClient, crosswise: bool, _round: int) -> None:
    one, other = made(api, name="A", sector="Trà"), made(api, name="B", website="b.vn")
    lan, minh = (
        made(api, "/api/v1/contacts", name=name, customer=who) for name, who in (("Lan", one), ("Minh", other))
    )
    mine = {"keep": one, "merge": [other]}
    theirs = {"keep": other, "merge": [one]} if crosswise else mine
    answers = at_once(
        lambda: api.post(f"{LIST}/merge", json=mine), lambda: colleague.post(f"{LIST}/merge", json=theirs)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer for answer in answers if answer.status_code == 200).get_json()
    (left,) = api.get(LIST).get_json()["items"]
    assert left == won["record"]
    assert (left["sector"], left["website"]) == ("Trà", "b.vn")
    assert {api.get(f"/api/v1/contacts/{who}").get_json()["customer"] for who in (lan, minh)} == {left["id"]}
    winner = api if answers[0].status_code == 200 else colleague
    assert winner.post(f"/api/v1/bulk-operations/{won['operation']}/undo").get_json()["state"] == "undone"
    assert {record["name"] for record in api.get(LIST).get_json()["items"]} == {"A", "B"}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_edits_a_record_while_another_merges_it_away(api: ApiClient, colleague: ApiClient, _round: int) -> None:
    keep, loser = made(api, name="A"), made(api, name="B", sector="Trà")
    merged, edited = at_once(
        lambda: api.post(f"{LIST}/merge", json={"keep": keep, "merge": [loser]}),
        lambda: colleague.patch(f"{LIST}/{loser}", json={"sector": "Chè"}, headers={"If-Match": '"1"'}),
    )
    assert merged.status_code == 200
    # Either what was typed came first and is in the one that is left, or whoever typed it is told that it is not.
    assert (edited.status_code, merged.get_json()["record"]["sector"]) in {(200, "Chè"), (404, "Trà")}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_people_change_one_version(api: ApiClient, colleague: ApiClient, _round: int) -> None:
    place = f"{LIST}/{made(api, name='A')}"
    answers = at_once(*(
        lambda who=who, name=name: who.patch(place, json={"name": name}, headers={"If-Match": '"1"'})
        for who, name in ((api, "B"), (colleague, "C"))
    ))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert {answer.headers["ETag"] for answer in answers} == {'"2"'}
    won = next(answer for answer in answers if answer.status_code == 200).get_json()
    assert api.get(place).get_json() == won
    names = [line["values"]["name"] for line in api.get(f"{place}/changes").get_json()["items"]]
    assert names == [["A", won["name"]], [None, "A"]]
