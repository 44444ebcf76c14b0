"""Whatever is sent, the answer names what is wrong; nothing breaks and nothing half-written stays."""

import json
from typing import Any

import pytest

from core.context import Context
from core.customers.models import Customer
from core.entity.query import Query, count
from core.entity.tables import CustomField
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
DEEP = "[" * 900 + "]" * 900


def nothing_saved(context: Context) -> bool:
    context.session.rollback()
    return count(context, Query(context.resource(Customer))) == (0, False)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b"nul", b"NaN", b'{"name": "\\ud800"}', b'{"name": "\\udc00\\ud800"}',
        b'{"revenue": 1e999}', b"[" * 100_000, b'{"name": "a"} {}', '{"name": "á"}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(api: ApiClient, context: Context, body: bytes) -> None:
    answer = api.post(LIST, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert nothing_saved(context)


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', DEEP, '[{"name": "An"}]'])
def test_a_body_that_is_no_object_is_refused(api: ApiClient, context: Context, body: str) -> None:
    answer = api.post(LIST, data=body, content_type="application/json")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [""])
    assert nothing_saved(context)


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_formats_are_refused(api: ApiClient, media_type: str) -> None:
    answer = api.post(LIST, data=b'{"name": "An"}', content_type=media_type)
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_a_body_that_is_too_large_is_refused(api: ApiClient) -> None:
    body = b'{"name": "' + b"a" * (5 << 20) + b'"}'
    for headers in ({}, {"Idempotency-Key": "lon"}):
        answer = api.post(LIST, data=body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"name": None}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "  "}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": ["An"]}, ["name"]),
        ({"name": "a\x00b"}, ["name"]),
        ({"name": "a" * 201}, ["name"]),
        ({"kind": None}, ["kind"]),
        ({"kind": "robot"}, ["kind"]),
        ({"kind": ["individual"]}, ["kind"]),
        ({"mobile": "12"}, ["mobile"]),
        ({"mobile": "\x00"}, ["mobile"]),
        ({"email": "nobody"}, ["email"]),
        ({"birthday": "31/12/2020"}, ["birthday"]),
        ({"birthday": "2020-02-30"}, ["birthday"]),
        ({"birthday": "9999-12-31"}, ["birthday"]),
        ({"birthday": 20200101}, ["birthday"]),
        ({"founded": 999}, ["founded"]),
        ({"founded": "1999"}, ["founded"]),
        ({"founded": 1999.5}, ["founded"]),
        ({"founded": True}, ["founded"]),
        ({"employees": 2**53}, ["employees"]),
        ({"employees": 10**30}, ["employees"]),
        ({"revenue": "NaN"}, ["revenue"]),
        ({"revenue": "Infinity"}, ["revenue"]),
        ({"revenue": "1e999"}, ["revenue"]),
        ({"revenue": "1e13"}, []),
        ({"revenue": 1.5}, []),
        ({"revenue": "1e14"}, ["revenue"]),
        ({"revenue": "-1e14"}, ["revenue"]),
        ({"revenue": "1e-400"}, []),
        ({"revenue": "một triệu"}, ["revenue"]),
        ({"revenue": True}, ["revenue"]),
        ({"address": "Hà Nội"}, ["address"]),
        ({"address": {"street": "\x00"}}, ["address"]),
        ({"address": {"street": None}}, ["address.street"]),
        ({"address": {"street": "a" * 201}}, ["address"]),
        ({"source": "x"}, ["source"]),
        ({"source": 1}, ["source"]),
        ({"source": ["x"]}, ["source"]),
        ({"tags": None}, ["tags"]),
        ({"tags": "x"}, ["tags"]),
        ({"tags": ["x", 1]}, ["tags.0", "tags.1"]),
        ({"tags": [None]}, ["tags.0"]),
        ({"picture": "x"}, ["picture"]),
        ({"custom": []}, ["custom"]),
        ({"custom": None}, ["custom"]),
        ({"custom": {"colour": 1}}, ["custom.colour"]),
        ({"custom": {"": 1, "a\x00": 1}}, ["custom.", "custom.a\x00"]),
        ({"id": "x"}, ["id"]),
        ({"version": 1, "owner": None, "created_at": None}, ["version", "owner", "created_at"]),
        ({"": 1}, [""]),
        ({"tenant_id": 1, "deleted_at": None, "search_norm": ""}, ["tenant_id", "deleted_at", "search_norm"]),
    ],
)
def test_each_value_that_does_not_fit_is_named(
    api: ApiClient, context: Context, values: dict[str, Any], named: list[str]
) -> None:
    answer = api.post(LIST, json={"name": "An", **values})
    assert answer.status_code == (422 if named else 201), answer.get_json()
    if named:
        assert sorted(answer.get_json()["errors"]) == sorted(named)
        assert all(texts and all(texts) for texts in answer.get_json()["errors"].values())
        assert nothing_saved(context)


def test_a_list_of_links_has_an_end(api: ApiClient) -> None:
    tags = [f"01922f1a-0000-7000-8000-{number:012x}" for number in range(70_000)]
    answer = api.post(LIST, json={"name": "An", "tags": tags})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["tags"])


def test_all_that_is_wrong_is_said_at_once_and_in_the_readers_language(api: ApiClient) -> None:
    body = {"founded": "x", "colour": 1, "custom": {"size": 1}}
    for locale, needed in (("en", "This field is needed."), ("vi", "Bắt buộc nhập.")):
        api.set_cookie("locale", locale)
        errors = api.post(LIST, json=body).get_json()["errors"]
        assert set(errors) == {"name", "founded", "colour", "custom.size"}
        assert errors["name"] == [needed]


@pytest.mark.parametrize("kind", ["text", "long_text", "integer", "decimal", "money", "date", "boolean", "choice"])
def test_a_companys_own_field_refuses_what_does_not_fit(api: ApiClient, context: Context, kind: str) -> None:
    choices = {"choices": [{"value": "a", "title": "A"}]}
    context.session.add(CustomField(entity="core.customer", key="own", title="Own", kind=kind, options=choices))
    context.session.commit()
    if kind == "money":
        assert api.post(LIST, json={"name": "An", "custom": {"own": "1.5"}}).status_code == 422
    numbers = () if "text" in kind else (10**400, 1e300, "9" * 5000)
    for value in (*numbers, [], {}, "\x00", "x" * 30_000, [[[]]], {"a": {"b": 1}}):
        answer = api.post(LIST, json={"name": "An", "custom": {"own": value}})
        assert answer.status_code in {400, 422}, value
        if answer.status_code == 422:
            assert list(answer.get_json()["errors"]) == ["custom.own"]
    assert nothing_saved(context)


def test_a_companys_own_field_that_is_needed_is_asked_for(api: ApiClient, context: Context) -> None:
    context.session.add(CustomField(entity="core.customer", key="own", title="Own", kind="integer", required=True))
    context.session.commit()
    assert list(api.post(LIST, json={"name": "An"}).get_json()["errors"]) == ["custom.own"]
    made = api.post(LIST, json={"name": "An", "custom": {"own": 5}})
    assert made.get_json()["custom"] == {"own": 5}
    answer = api.patch(made.headers["Location"], json={"custom": {"own": None}}, headers={"If-Match": "*"})
    assert list(answer.get_json()["errors"]) == ["custom.own"]


@pytest.mark.parametrize(
    "address", ["x", "1", "%00", "01922f1a-0000-7000-8000-00000000000", "../customers", "é", "x" * 5000, "%ff"]
)
def test_an_address_that_names_no_record_leads_nowhere(api: ApiClient, address: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = api.open(f"{LIST}/{address}", method=method, json={}, headers={"If-Match": "*"})
        assert answer.status_code in {404, 405}, (method, answer.status_code)
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("condition", ['"', '"x', "W/", "*, *", '"1"x', ",", "x" * 5000, "\u00e9"])
def test_a_condition_that_makes_no_sense_is_not_met(api: ApiClient, condition: str) -> None:
    place = api.post(LIST, json={"name": "An"}).headers["Location"]
    assert api.patch(place, json={"name": "B"}, headers={"If-Match": condition}).status_code == 412
    assert api.get(place, headers={"If-None-Match": condition}).status_code in {200, 304}


def test_a_problem_says_what_it_is(api: ApiClient) -> None:
    problem = json.loads(api.post(LIST, json={}).data)
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == 422
