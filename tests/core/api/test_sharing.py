"""Sharing, passing on, and who sees a record: through the API, by everybody who may and may not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.access.models import User
from core.access.naming import named
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.testing import limited
from core.testing.web import ApiClient
from tests.core.api.conftest import LIST, Colleague


def share(api: ApiClient, ids: list[str], status: int = 200, /, **how: Any) -> Any:
    answer = api.post(f"{LIST}/share", json={"ids": ids, **how})
    assert answer.status_code == status, answer.get_json(force=True)
    return answer.get_json(force=True)


def transfer(api: ApiClient, ids: list[str], status: int = 200, /, **how: Any) -> Any:
    answer = api.post(f"{LIST}/transfer", json={"ids": ids, **how})
    assert answer.status_code == status, answer.get_json(force=True)
    return answer.get_json(force=True)


@pytest.mark.parametrize(("mode", "expected"), [("add", "BC"), ("replace", "C"), ("remove", "B")])
def test_the_three_modes_of_sharing(colleague: Callable[..., Colleague], mode: str, expected: str) -> None:
    owner, people = colleague("A"), {"B": colleague("B"), "C": colleague("C")}
    customer = owner.create()
    assert share(owner, [customer], users=[people["B"].id])["count"] == 1
    share(owner, [customer], users=[people["C"].id], mode=mode)
    assert {name for name, one in people.items() if one.sees() == {customer}} == set(expected)


def test_sharing_with_a_department_for_a_time_and_for_editing(
    colleague: Callable[..., Colleague], api: ApiClient
) -> None:
    owner, binh = colleague("A"), colleague("B")
    customer = owner.create()
    department = api.post("/api/v1/departments", json={"name": "Kinh doanh", "members": [binh.id]}).get_json()["id"]
    until = (now() + timedelta(days=3)).isoformat()
    share(owner, [customer], departments=[department], access="edit", aspects=[], until=until)
    changed = binh.patch(f"{LIST}/{customer}", json={"sector": "Trà"}, headers={"If-Match": "*"})
    assert changed.status_code == 200
    (told,) = owner.get(f"{LIST}/{customer}/visibility").get_json()["shares"]
    assert told["department"] == {"id": department, "name": "Kinh doanh"}
    assert (told["user"], told["access"], told["aspects"]) == (None, "edit", [])
    assert told["shared_by"]["name"] == "A"


def test_people_and_departments_are_named_as_people_name_them(
    colleague: Callable[..., Colleague], api: ApiClient
) -> None:
    owner, binh, chi = colleague("A"), colleague("Trần Văn Bình"), colleague("Lê Thị Chi")
    api.post("/api/v1/departments", json={"name": "Kinh doanh 1", "members": [chi.id]})
    email = api.get(f"/api/v1/users/{binh.id}").get_json()["email"]
    first, second = owner.create(), owner.create()
    share(owner, [first], users=[email.upper(), " trần văn  bình", binh.id], departments=["KINH DOANH 1"])
    assert (binh.sees(), chi.sees()) == ({first}, {first})
    told = transfer(owner, [second], users=["le thi chi"], departments=["kinh doanh 1"])
    assert told["received"] == [{"user_id": chi.id, "count": 1}]


def test_of_several_names_that_are_alike_the_one_as_written_is_meant(colleague: Callable[..., Colleague]) -> None:
    owner, an, marked = colleague("A"), colleague("Lê An"), colleague("Lê Ân")
    customer = owner.create()
    share(owner, [customer], users=["Lê Ân"])
    assert (an.sees(), marked.sees()) == (set(), {customer})
    (text,) = share(owner, [customer], 422, users=["LE AN"])["errors"]["users"]
    assert "LE AN" in text
    colleague("Lê An")
    assert set(share(owner, [customer], 422, users=["Lê An"])["errors"]) == {"users"}


@pytest.mark.parametrize("operation", ["share", "transfer"])
def test_names_that_nobody_has_are_said_with_their_field(
    colleague: Callable[..., Colleague], api: ApiClient, context: Context, stranger: Context, operation: str
) -> None:
    """Somebody of another company, who has left, or who never was: nobody."""
    owner, gone = colleague("A"), colleague("Người Đã Nghỉ")
    service.get(context, User, UUID(gone.id)).active = False
    context.session.commit()
    assert stranger.user is not None
    wrong = ["Người Đã Nghỉ", stranger.user.email, "\x00"]
    answer = owner.post(
        f"{LIST}/{operation}", json={"ids": [owner.create()], "users": wrong, "departments": ["Không Có", owner.id]}
    )
    errors = answer.get_json(force=True)["errors"]
    assert (answer.status_code, len(errors["users"]), len(errors["departments"])) == (422, 3, 1)
    assert all(name in text for name, text in zip(wrong[:2], errors["users"], strict=False))
    assert "Không Có" in errors["departments"][0]


def test_where_an_e_mail_is_hidden_nobody_is_found_by_it(
    colleague: Callable[..., Colleague], make_context: Callable[..., Context], context: Context
) -> None:
    binh = service.get(context, User, UUID(colleague("Bình").id))
    assert named(context, [binh.email], []).users == [binh.id]
    grants = replace(limited(core_customer=["share"]), fields={"core.user": {"email": "hidden"}})
    blind = make_context(context.company, grants=grants)
    with pytest.raises(InvalidError):
        named(blind, [binh.email], [])
    assert named(blind, [binh.name], []).users == [binh.id]


def test_customers_are_dealt_out_evenly(colleague: Callable[..., Colleague]) -> None:
    owner, binh, chi = colleague("A"), colleague("B"), colleague("C")
    customers = [owner.create(f"K{n}") for n in range(5)]
    told = transfer(owner, customers, users=[binh.id, chi.id], evenly=True)
    assert told == {
        "operation": told["operation"],
        "count": 5,
        "received": [{"user_id": binh.id, "count": 3}, {"user_id": chi.id, "count": 2}],
    }
    assert binh.sees() == set(customers[0::2])
    assert chi.sees() == set(customers[1::2])
    assert owner.sees() == set()


WRONG: list[tuple[str, dict[str, Any], set[str]]] = [
    ("share", {"ids": []}, {"ids"}),
    ("share", {"ids": ["x"]}, {"ids"}),
    ("share", {"users": ["x"]}, {"users"}),
    ("share", {"users": []}, {"users"}),
    ("share", {"users": [str(uuid4())]}, {"users"}),
    ("share", {"departments": [str(uuid4())]}, {"departments"}),
    ("share", {"aspects": ["core.nothing"]}, {"aspects"}),
    ("share", {"mode": "steal"}, {"mode"}),
    ("share", {"access": "own"}, {"access"}),
    ("share", {"until": "2001-01-01T00:00:00+07:00"}, {"until"}),
    ("share", {"until": "2001-01-01"}, {"until"}),
    ("share", {"whom": 1}, {"whom"}),
    ("transfer", {"ids": []}, {"ids"}),
    ("transfer", {"users": []}, {"users"}),
    ("transfer", {"users": [str(uuid4())]}, {"users"}),
    ("transfer", {"departments": [str(uuid4())]}, {"departments"}),
    ("transfer", {"evenly": "yes"}, {"evenly"}),
]


@pytest.mark.parametrize(("operation", "wrong", "named"), WRONG)
def test_what_is_wrong_is_named_and_nothing_happens(
    colleague: Callable[..., Colleague], operation: str, wrong: dict[str, Any], named: set[str]
) -> None:
    owner, binh = colleague("A"), colleague("B")
    customer = owner.create()
    answer = owner.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [binh.id], **wrong})
    assert answer.status_code == 422
    assert {name.partition(".")[0] for name in answer.get_json(force=True)["errors"]} == named
    assert (owner.sees(), binh.sees()) == ({customer}, set())


@pytest.mark.parametrize("operation", ["share", "transfer"])
def test_a_hundred_thousand_at_once_and_no_more(colleague: Callable[..., Colleague], operation: str) -> None:
    owner = colleague("A")
    many = [str(uuid4())] * 100_001
    answer = owner.post(f"{LIST}/{operation}", json={"ids": many, "users": [owner.id]})
    assert (answer.status_code, set(answer.get_json(force=True)["errors"])) == (422, {"ids"})


@pytest.mark.parametrize("operation", ["share", "transfer"])
def test_nothing_is_told_of_records_that_one_does_not_see(
    colleague: Callable[..., Colleague], other_api: ApiClient, stranger: Context, operation: str
) -> None:
    """Another company's, a colleague's, and one that never was: the same answer."""
    owner, binh = colleague("A"), colleague("B")
    customer = owner.create()
    never = str(uuid4())
    assert stranger.user is not None
    answers = [
        binh.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [binh.id]}),
        binh.post(f"{LIST}/{operation}", json={"ids": [never], "users": [binh.id]}),
        other_api.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [str(stranger.user.id)]}),
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.get_data() for one in answers}) == 1
    assert {one.get(f"{LIST}/{customer}/visibility").status_code for one in (binh, other_api)} == {404}
    assert owner.sees() == {customer}


@pytest.mark.parametrize("operation", ["share", "transfer"])
def test_what_one_sees_by_a_share_or_without_the_right_one_cannot_give_away(
    colleague: Callable[..., Colleague], operation: str
) -> None:
    owner, binh = colleague("A"), colleague("B")
    plain = colleague("C", verbs=["see", "create", "edit"])
    customer, own = owner.create(), plain.create()
    share(owner, [customer], users=[binh.id], access="edit")
    assert binh.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [binh.id]}).status_code == 403
    assert plain.post(f"{LIST}/{operation}", json={"ids": [own], "users": [binh.id]}).status_code == 403
    assert own not in binh.sees()


def test_a_colleague_without_a_role_and_another_company_get_nowhere(
    colleague: Callable[..., Colleague], powerless_api: ApiClient, stranger: Context
) -> None:
    owner = colleague("A")
    customer = owner.create()
    assert stranger.user is not None
    for operation in ("share", "transfer"):
        told = powerless_api.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [owner.id]})
        assert told.status_code == 403
        foreign = owner.post(f"{LIST}/{operation}", json={"ids": [customer], "users": [str(stranger.user.id)]})
        assert (foreign.status_code, set(foreign.get_json(force=True)["errors"])) == (422, {"users"})
    assert powerless_api.get(f"{LIST}/{customer}/visibility").status_code == 403


def test_one_that_is_missing_stops_them_all(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("B")
    customer = owner.create()
    share(owner, [customer, str(uuid4())], 404, users=[binh.id])
    transfer(owner, [customer, str(uuid4())], 404, users=[binh.id])
    assert (owner.sees(), binh.sees()) == ({customer}, set())


def test_sent_twice_with_its_key_it_is_done_once(colleague: Callable[..., Colleague]) -> None:
    owner, binh = colleague("A"), colleague("B")
    customer = owner.create()
    key = {"Idempotency-Key": uuid4().hex}
    body = {"ids": [customer], "users": [binh.id]}
    first = owner.post(f"{LIST}/transfer", json=body, headers=key)
    again = owner.post(f"{LIST}/transfer", json=body, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_owner_administrator_and_head_learn_who_sees_a_record_and_why(
    colleague: Callable[..., Colleague], api: ApiClient, context: Context
) -> None:
    owner, binh, head = colleague("An"), colleague("Bình"), colleague("Hà", reach="department")
    api.post("/api/v1/departments", json={"name": "Kinh doanh", "members": [owner.id], "head": head.id})
    customer = owner.create()
    share(owner, [customer], users=[binh.id])
    for one in (owner, head, api):
        told = one.get(f"{LIST}/{customer}/visibility").get_json()
        assert told["complete"] is True
        assert told["owner"] == {"id": owner.id, "name": "An"}
        assert {person["user"]["name"]: person["ways"] for person in told["people"]} == {
            "An": ["owner"],
            "Bình": ["share"],
            "Hà": ["owner"],
            context.user.name if context.user else "": ["everybody"],
        }


def test_others_learn_of_themselves_alone(colleague: Callable[..., Colleague]) -> None:
    owner, binh, chi = colleague("An"), colleague("Bình"), colleague("Chi")
    customer = owner.create()
    share(owner, [customer], users=[binh.id, chi.id])
    told = binh.get(f"{LIST}/{customer}/visibility").get_json()
    assert told["complete"] is False
    assert told["owner"]["name"] == "An"
    assert [one["user"]["name"] for one in told["shares"]] == ["Bình"]
    assert [(one["user"]["name"], one["ways"]) for one in told["people"]] == [("Bình", ["share"])]
    assert "Chi" not in str(told)


def test_somebody_who_may_not_sign_in_receives_nothing(
    colleague: Callable[..., Colleague], api: ApiClient, context: Context
) -> None:
    owner, gone = colleague("A"), colleague("B")
    customer = owner.create()
    service.get(context, User, UUID(gone.id)).active = False
    context.session.commit()
    assert set(transfer(owner, [customer], 422, users=[gone.id])["errors"]) == {"users"}


def test_every_entity_with_an_owner_can_be_shared_and_others_cannot(api: ApiClient, context: Context) -> None:
    paths = api.get("/api/v1/openapi.json").get_json()["paths"]
    for resource in context.resources():
        for operation in ("share", "transfer", "{record_id}/visibility"):
            assert (f"/api/v1/{resource.path}/{operation}" in paths) == resource.owned
        answer = api.post(f"/api/v1/{resource.path}/share", json={})
        assert answer.status_code == (422 if resource.owned else 404 if answer.status_code == 404 else 405)
