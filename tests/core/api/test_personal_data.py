"""Copies, erasing, legal holds and retention through the API: what administrators do on the pages, with the same checks."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from core.app import EXTENSION
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.database import Database
from core.entity import service
from core.jobs.drain import Drain
from core.testing import limited
from core.testing.web import ApiClient

PHONE = "+84912345678"
NEVER = str(uuid4())


@pytest.fixture
def bay(api: ApiClient, context: Context) -> Customer:
    """A person, in a company whose administrator has a program."""
    assert api
    made = service.create(context, Customer, {"name": "Bà Bảy", "mobile": PHONE})
    service.create(context, Contact, {"name": "Anh Tám", "customer": made.id})
    context.session.commit()
    return made


def of(record: Any) -> dict[str, str]:
    return {"entity": "core.customer", "record": str(record)}


def test_a_copy_is_written_by_a_job_and_fetched_by_whoever_asked(
    api: ApiClient, app: Flask, bay: Customer, context: Context, database: Database
) -> None:
    asked = api.post("/api/v1/personal-data/copies", json=of(bay.id))
    assert (asked.status_code, asked.get_json()["state"], asked.get_json()["file"]) == (202, "new", None)
    here = f"/api/v1/personal-data/copies/{asked.get_json()['id']}"
    assert api.get(f"{here}/file").status_code == 404
    Drain(database, context.hooks, settings=app.extensions[EXTENSION].settings).company(context.tenant)
    found = api.get(here).get_json()
    assert (found["state"], found["record"]) == ("done", str(bay.id))
    with api.get(found["file"]) as answer, zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert json.loads(archive.read("data.json"))["title"] == "Bà Bảy"


def test_erasing_asks_for_the_title_and_a_reason_and_is_for_good(api: ApiClient, bay: Customer) -> None:
    found = api.get("/api/v1/personal-data/extent", query_string=of(bay.id)).get_json()
    assert (found["people"], found["files"]) == (1, 0)
    wrong = api.post("/api/v1/personal-data/erase", json={**of(bay.id), "typed": "Bà Tám", "reason": ""})
    assert (wrong.status_code, set(wrong.get_json(force=True)["errors"])) == (422, {"typed", "reason"})
    body = {**of(bay.id), "typed": "Bà Bảy", "reason": "Khách yêu cầu"}
    assert api.post("/api/v1/personal-data/erase", json=body).status_code == 204
    told = api.get(f"/api/v1/customers/{bay.id}").get_json()
    assert (told["mobile"], "Bảy" in told["name"]) == (None, False)


def test_what_is_held_is_not_erased_until_the_hold_ends(api: ApiClient, bay: Customer) -> None:
    where, body = "/api/v1/legal-hold", {**of(bay.id), "typed": "Bà Bảy", "reason": "Khách yêu cầu"}
    assert api.get(where, query_string=of(bay.id)).get_json()["held"] is False
    assert api.post(f"{where}/release", json=of(bay.id)).status_code == 404
    assert set(api.post(where, json={**of(bay.id), "reason": "\x00"}).get_json(force=True)["errors"]) == {"reason"}
    held = api.post(where, json={**of(bay.id), "reason": "Đang khiếu nại", "until": "2999-12-31"}).get_json()
    assert (held["held"], held["reason"], held["until"]) == (True, "Đang khiếu nại", "2999-12-31")
    assert api.get(where, query_string=of(bay.id)).get_json() == held
    assert api.post("/api/v1/personal-data/erase", json=body).status_code == 422
    assert api.post(f"{where}/release", json=of(bay.id)).status_code == 204
    assert api.post("/api/v1/personal-data/erase", json=body).status_code == 204


def test_retention_is_tried_set_and_read(api: ApiClient) -> None:
    rule = {"entity": "core.customer", "months": 24, "deed": "erase"}
    assert api.post("/api/v1/retention/preview", json=rule).get_json() == {"count": 0}
    made = api.put("/api/v1/retention", json={**rule, "active": True}).get_json()
    assert (made["months"], made["deed"], made["active"], made["ran_at"]) == (24, "erase", True, None)
    assert made in api.get("/api/v1/retention").get_json()["items"]
    for wrong, field in (({"months": 0}, "months"), ({"deed": "burn"}, "deed"), ({"entity": "core.user"}, "entity")):
        for method, where in (("put", "retention"), ("post", "retention/preview")):
            sent = {**rule, **({"active": True} if method == "put" else {}), **wrong}
            answer = getattr(api, method)(f"/api/v1/{where}", json=sent)
            assert (answer.status_code, set(answer.get_json(force=True)["errors"])) == (422, {field})


def test_only_administrators_and_only_people(
    api: ApiClient,
    other_api: ApiClient,
    bay: Customer,
    context: Context,
    make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
) -> None:
    grants = limited(core_customer=["see", "edit", "delete", "export", "share"])
    seller = make_api(make_context(context.company, grants=grants), grants=grants)
    sent = {"reason": "Khách yêu cầu", "typed": "Bà Bảy"}
    for path, more in (
        ("personal-data/copies", ()), ("personal-data/erase", ("reason", "typed")), ("legal-hold", ("reason",)),
        ("legal-hold/release", ()),
    ):  # fmt: skip
        extra = {name: sent[name] for name in more}
        statuses = [
            client.post(f"/api/v1/{path}", json={**of(one), **extra}).status_code
            for client in (seller, other_api)
            for one in (bay.id, NEVER)
        ]
        assert statuses == [403, 403, 404, 404]
        tag = service.create(context, context.resource("core.tag").model, {"name": uuid4().hex})
        context.session.commit()
        body = {"entity": "core.tag", "record": str(tag.id), **extra}
        assert api.post(f"/api/v1/{path}", json=body).status_code == 404
    assert seller.get("/api/v1/legal-hold", query_string=of(bay.id)).get_json()["held"] is False
    assert {seller.get(f"/api/v1/{one}").status_code for one in ("retention", "personal-data/extent")} == {403}


def test_a_copy_is_nobody_elses(
    api: ApiClient, bay: Customer, make_context: Callable[..., Context], make_api: Callable[..., ApiClient],
    context: Context, other_api: ApiClient,
) -> None:  # fmt: skip
    asked = api.post("/api/v1/personal-data/copies", json=of(bay.id)).get_json()["id"]
    for client in (make_api(make_context(context.company)), other_api):
        assert client.get(f"/api/v1/personal-data/copies/{asked}").status_code == 404
        assert client.get(f"/api/v1/personal-data/copies/{asked}/file").status_code == 404
