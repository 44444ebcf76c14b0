"""Lists: pages that follow each other, conditions, order, counts, and what is said about anything else."""

import pytest

from core.access.models import User
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.tables import CustomField
from core.testing.web import ApiClient

LIST = "/api/v1/customers"


@pytest.fixture
def customers(context: Context) -> list[str]:
    """Five customers, the last changed first."""
    names = ["An", "Bình", "Cường", "Dung", "Em"]
    service.create_many(context, Customer, [{"name": name, "employees": n} for n, name in enumerate(names)])
    context.session.commit()
    return names


def names(api: ApiClient, parameters: str) -> list[str]:
    answer = api.get(f"{LIST}?{parameters}")
    assert answer.status_code == 200, answer.get_json()
    return [one["name"] for one in answer.get_json()["items"]]


@pytest.mark.parametrize("sort", ["updated_at", "-updated_at", "name", "-name"])
def test_pages_follow_each_other_without_loss_or_repetition(api: ApiClient, customers: list[str], sort: str) -> None:
    found: list[str] = []
    cursor = ""
    for _page in range(3):
        answer = api.get(f"{LIST}?limit=2&sort={sort}&cursor={cursor}" if cursor else f"{LIST}?limit=2&sort={sort}")
        found += [one["name"] for one in answer.get_json()["items"]]
        assert answer.get_json()["total"] == 5
        cursor = answer.get_json()["next_cursor"]
    assert cursor is None
    assert sorted(found) == customers
    if "name" in sort:
        assert found == (customers[::-1] if sort.startswith("-") else customers)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("name__contains=ình", ["Bình"]),
        ("name__starts=d", ["Dung"]),
        ("employees__gte=3&sort=name", ["Dung", "Em"]),
        ("employees__gte=1&employees__lt=3&sort=name", ["Bình", "Cường"]),
        ("employees__gte=1&employees__gte=4", ["Em"]),
        ("founded__empty=true&name__eq=An", ["An"]),
        ("kind__in=individual,organisation&name__eq=An", ["An"]),
        ("kind__eq=individual", []),
        ("tags__empty=true&name__eq=An", ["An"]),
        ("created_at__preset=today&name__eq=An", ["An"]),
        ("created_at__lt=2999-12-31T00:00:00%2B07:00&name__eq=An", ["An"]),
        ("source__eq=01922f1a-0000-7000-8000-000000000000", []),
        ("q=%00an", ["An"]),
    ],
)
def test_conditions_narrow_the_list(api: ApiClient, customers: list[str], parameters: str, expected: list[str]) -> None:
    assert names(api, parameters) == expected


def test_only_the_fields_that_are_asked_for_are_answered(api: ApiClient, customers: list[str]) -> None:
    items = api.get(f"{LIST}?fields=name,kind&limit=1").get_json()["items"]
    assert set(items[0]) == {"id", "version", "name", "kind"}
    assert set(api.get(f"{LIST}?fields=id").get_json()["items"][0]) == {"id", "version"}


def test_counts_go_as_far_as_they_are_asked_to(api: ApiClient, context: Context) -> None:
    service.create_many(context, Customer, [{"name": f"Khách {n}"} for n in range(1001)])
    context.session.commit()

    def counted(parameters: str) -> tuple[object, object]:
        answer = api.get(f"{LIST}?limit=1{parameters}").get_json()
        return answer["total"], answer["total_is_capped"]

    assert counted("") == (1000, True)
    assert counted("&count=exact") == (1001, False)
    assert counted("&count=none") == (None, False)
    assert counted("&q=9&count=capped") == (271, False)
    assert counted("&name__eq=nobody") == (0, False)


def test_an_empty_page_after_the_last_still_knows_the_total(api: ApiClient, customers: list[str]) -> None:
    cursor = api.get(f"{LIST}?limit=4&sort=name").get_json()["next_cursor"]
    last = api.get(f"{LIST}?name__eq=Em").get_json()["items"][0]
    assert api.delete(f"{LIST}/{last['id']}", headers={"If-Match": "*"}).status_code == 204
    answer = api.get(f"{LIST}?limit=4&sort=name&cursor={cursor}").get_json()
    assert (answer["items"], answer["total"]) == ([], 4)


def test_the_recycle_bin_is_a_list_of_its_own(api: ApiClient, customers: list[str]) -> None:
    one = api.get(f"{LIST}?name__eq=An").get_json()["items"][0]
    api.delete(f"{LIST}/{one['id']}", headers={"If-Match": '"1"'})
    assert "An" not in names(api, "")
    assert names(api, "deleted=true") == ["An"]


def test_people_who_may_sign_in_are_told_from_those_who_may_not(api: ApiClient, context: Context) -> None:
    service.create(context, User, {"name": "Nghỉ việc", "email": "nghi@example.com"}).active = False
    context.session.commit()
    gone = api.get("/api/v1/users?active__eq=false").get_json()["items"]
    assert [one["name"] for one in gone] == ["Nghỉ việc"]
    assert "Nghỉ việc" not in [one["name"] for one in api.get("/api/v1/users?active__eq=true").get_json()["items"]]


@pytest.mark.parametrize(
    "condition",
    [
        "gt=0001-01-01T00:00:00%2B14:00",
        "lt=9999-12-31T23:59:59-14:00",
        "lte=0001-01-01",
        "eq=1999-02-28",
        "ne=0001-01-01",
    ],
)
def test_moments_at_the_ends_of_time_break_nothing(api: ApiClient, customers: list[str], condition: str) -> None:
    assert api.get(f"{LIST}?created_at__{condition}").status_code == 200


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("colour=red", "colour"),
        ("colour__eq=red", "colour__eq"),
        ("name__like=x", "name__like"),
        ("founded__gt=soon", "founded__gt"),
        ("founded__gt=99999999999999999999", "founded__gt"),
        ("revenue__gt=NaN", "revenue__gt"),
        ("revenue__gt=1e999999", "revenue__gt"),
        ("birthday__lt=31/12/2026", "birthday__lt"),
        ("birthday__preset=next_century", "birthday__preset"),
        ("revenue__gt=1e-999999", "revenue__gt"),
        ("created_at__lte=9999-12-31", "created_at__lte"),
        ("source__eq=x", "source__eq"),
        ("source__in=x,y", "source__in"),
        ("tags__has=x", "tags__has"),
        ("tags__empty=perhaps", "tags__empty"),
        ("name__contains=%00", "name__contains"),
        ("name__eq=%00", "name__eq"),
        ("kind__in=%00", "kind__in"),
        ("address__contains=%00", "address__contains"),
        ("custom.nothing__eq=1", "custom.nothing__eq"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=", "limit"),
        ("sort=name&sort=-name", "sort"),
        ("sort=--name", "sort"),
        ("sort=note", "sort"),
        ("count=all", "count"),
        ("fields=name,colour", "fields"),
        ("deleted=maybe", "deleted"),
        ("cursor=x", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("cursor=Wy01LG51bGwsIjAxOTJmMWE0LTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJd", "cursor"),
        ("cursor=W10", "cursor"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(api: ApiClient, parameters: str, named: str) -> None:
    answer = api.get(f"{LIST}?{parameters}")
    assert answer.status_code == 422, answer.get_json()
    assert list(answer.get_json()["errors"]) == [named]


def test_all_that_is_wrong_is_said_at_once(api: ApiClient) -> None:
    errors = api.get(f"{LIST}?limit=0&sort=note&colour=1&founded__like=1").get_json()["errors"]
    assert set(errors) == {"limit", "sort", "colour", "founded__like"}
    assert "updated_at, name" in errors["sort"][0]


def test_a_companys_own_fields_are_listed_and_compared(api: ApiClient, context: Context) -> None:
    for key, kind in (("size", "integer"), ("colour", "choice"), ("days", "multi_choice")):
        choices = [{"value": one, "title": one} for one in ("red", "blue")]
        context.session.add(
            CustomField(entity="core.customer", key=key, title=key, kind=kind, options={"choices": choices})
        )
    context.session.commit()
    for size, colour in ((1, "red"), (2, "blue")):
        body = {"name": f"Cỡ {size}", "custom": {"size": size, "colour": colour, "days": [colour]}}
        made = api.post(LIST, json=body)
        assert made.get_json()["custom"] == body["custom"]
    assert names(api, "custom.size__gt=1") == ["Cỡ 2"]
    assert names(api, "custom.colour__eq=red") == ["Cỡ 1"]
    assert names(api, "custom.days__has=blue") == ["Cỡ 2"]
    assert [one["custom"]["size"] for one in api.get(f"{LIST}?sort=name").get_json()["items"]] == [1, 2]
