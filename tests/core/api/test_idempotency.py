"""Sent twice, done once: the same answer again, whatever happened to the first."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.api.idempotency import KEPT, forget_expired
from core.api.models import KeptAnswer
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
KEY = {"Idempotency-Key": "don-hang-1"}


def total(api: ApiClient) -> int:
    found: int = api.get(LIST).get_json()["total"]
    return found


def test_a_change_sent_twice_is_one_change_although_its_version_is_old_by_then(api: ApiClient) -> None:
    place = api.post(LIST, json={"name": "An"}).headers["Location"]
    answers = [api.patch(place, json={"name": "Bình"}, headers={"If-Match": '"1"', **KEY}) for _time in range(2)]
    assert [(one.status_code, one.headers["ETag"]) for one in answers] == [(200, '"2"')] * 2
    assert answers[0].data == answers[1].data
    deletions = [api.delete(place, headers={"If-Match": '"2"', "Idempotency-Key": "xoa"}) for _time in range(2)]
    assert [(one.status_code, one.data) for one in deletions] == [(204, b"")] * 2


def test_a_key_belongs_to_one_request(api: ApiClient) -> None:
    place = api.post(LIST, json={"name": "An"}, headers=KEY).headers["Location"]
    for method, address, body in (
        ("POST", LIST, {"name": "Bình"}),
        ("POST", "/api/v1/tags", {"name": "An"}),
        ("POST", f"{LIST}?x=1", {"name": "An"}),
        ("DELETE", place, None),
    ):
        answer = api.open(address, method=method, json=body, headers={"If-Match": "*", **KEY})
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["Idempotency-Key"])
    assert total(api) == 1


def test_a_key_belongs_to_one_person(
    api: ApiClient, other_api: ApiClient, context: Context, make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
) -> None:  # fmt: skip
    colleague = make_api(make_context(context.company))
    ids = {one.post(LIST, json={"name": "An"}, headers=KEY).get_json()["id"] for one in (api, colleague, other_api)}
    assert len(ids) == 3
    assert total(api) == 2


def test_a_request_that_failed_leaves_its_key_free(api: ApiClient) -> None:
    for body in ({"name": ""}, {"nmae": "An"}):
        assert api.post(LIST, json=body, headers=KEY).status_code == 422
    assert api.post(LIST, data="{", content_type="application/json", headers=KEY).status_code == 400
    assert api.post(LIST, json={"name": "An"}, headers=KEY).status_code == 201
    assert total(api) == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "đơn", "a b", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(api: ApiClient, key: str) -> None:
    answer = api.post(LIST, json={"name": "An"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["Idempotency-Key"])
    assert total(api) == 0


def test_while_the_first_is_being_answered_the_second_is_told_to_wait(api: ApiClient, context: Context) -> None:
    service.create(context, Customer, {"name": "Chưa ghi"})
    holder = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('x', 0))")
    context.session.execute(holder)
    from core.api import idempotency

    assert idempotency.begin(context, "giu-cho", b"x") is None
    answer = api.post(LIST, json={"name": "An"}, headers={"Idempotency-Key": "giu-cho"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    context.session.rollback()
    assert api.post(LIST, json={"name": "An"}, headers={"Idempotency-Key": "giu-cho"}).status_code == 201


def test_of_many_sent_at_once_one_takes_effect(api: ApiClient) -> None:
    senders = 8
    together = threading.Barrier(senders)

    def send(_number: int) -> tuple[int, str | None]:
        together.wait()
        answer = api.post(LIST, json={"name": "Cùng lúc"}, headers=KEY)
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(send, range(senders)))
    made = {place for status, place in answers if status == 201}
    assert {status for status, _place in answers} <= {201, 409}
    assert len(made) == 1
    assert total(api) == 1
    assert api.post(LIST, json={"name": "Cùng lúc"}, headers=KEY).headers["Location"] in made


def test_after_a_day_a_key_is_free_again(api: ApiClient, context: Context) -> None:
    api.post(LIST, json={"name": "An"}, headers=KEY)
    _age(context, KEPT + timedelta(minutes=1))
    assert api.post(LIST, json={"name": "Bình"}, headers=KEY).status_code == 201
    assert api.post(LIST, json={"name": "Bình"}, headers=KEY).headers["Idempotent-Replayed"] == "true"
    assert total(api) == 2


def test_old_answers_are_cleared_away_and_young_ones_stay(api: ApiClient, context: Context) -> None:
    api.post(LIST, json={"name": "An"}, headers=KEY)
    assert forget_expired(context) == 0
    _age(context, KEPT + timedelta(minutes=1))
    assert forget_expired(context) == 1


def _age(context: Context, by: timedelta) -> None:
    context.session.execute(
        sa.update(KeptAnswer).where(KeptAnswer.tenant_id == context.tenant).values(created_at=now() - by)
    )
    context.session.commit()
