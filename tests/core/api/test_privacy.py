"""Consent, old values and the audit through the API: the same checks as on the pages, and nothing learnt without them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.tables import Change
from core.privacy import purposes
from core.testing import limited
from core.testing.web import ApiClient

AGREED = {
    "purposes": ["marketing"], "channels": ["zalo"], "how": "message", "given_at": "2026-01-05T08:00:00+07:00",
    "evidence": "Tin nhắn Zalo",
}  # fmt: skip


@pytest.fixture
def bay(api: ApiClient, context: Context) -> Customer:
    """A person, in a company whose administrator has a program."""
    assert api
    purposes.furnish(context)
    made = service.create(context, Customer, {"name": "Bà Bảy", "sector": "Chè"})
    service.update(context, made, {"sector": "Trà"})
    context.session.commit()
    return made


def of(record: Any) -> dict[str, str]:
    return {"entity": "core.customer", "record": str(record)}


def test_a_consent_is_given_asked_for_and_withdrawn(api: ApiClient, bay: Customer) -> None:
    question = {**of(bay.id), "channel": "zalo", "purpose": "marketing"}
    assert api.get("/api/v1/may-contact", query_string=question).get_json()["allowed"] is False
    (made,) = api.post("/api/v1/consents", json={**of(bay.id), **AGREED}).get_json()["items"]
    assert api.get("/api/v1/may-contact", query_string=question).get_json() == {"allowed": True, "reason": ""}
    taken = api.post("/api/v1/consents/withdraw", json={**of(bay.id), "consents": [made["id"]]}).get_json()
    assert taken["items"][0]["withdrawn_at"]
    assert api.get("/api/v1/may-contact", query_string=question).get_json()["reason"]


def test_an_old_value_is_restored_at_the_version_that_is_meant(api: ApiClient, context: Context, bay: Customer) -> None:
    statement = sa.select(Change.id).where(Change.record_id == bay.id, Change.action == "changed")
    body = {**of(bay.id), "change": str(context.session.scalar(statement)), "field": "sector"}
    assert api.post("/api/v1/restore-value", json={**body, "version": 1}).status_code == 409
    assert api.post("/api/v1/restore-value", json={**body, "version": 2}).get_json() == {"changed": True, "version": 3}
    assert api.post("/api/v1/restore-value", json={**body, "version": 3, "field": "mobile"}).status_code == 404


def test_the_audit_is_read_page_by_page(api: ApiClient, context: Context) -> None:
    for number in range(3):
        service.delete(context, [service.create(context, Customer, {"name": f"Khách {number}"})])
    context.session.commit()
    first = api.get("/api/v1/audit?kind=deletion&limit=2").get_json()
    rest = api.get(f"/api/v1/audit?kind=deletion&limit=2&cursor={first['next_cursor']}").get_json()
    assert [one["record_title"] for one in first["items"] + rest["items"]] == ["Khách 2", "Khách 1", "Khách 0"]
    assert rest["next_cursor"] is None
    assert api.get("/api/v1/audit?kind=x&person=y&first=z").status_code == 422


def test_other_companies_and_people_without_right_learn_nothing(
    bay: Customer,
    other_api: ApiClient,
    powerless_api: ApiClient,
    context: Context,
    make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
) -> None:
    grants = limited(core_customer=["see"])
    looker = make_api(make_context(context.company, grants=grants), grants=grants)
    question = {"channel": "zalo", "purpose": "marketing"}
    for client in (other_api, powerless_api):
        seen = [
            (
                client.get("/api/v1/consents", query_string=of(one)).status_code,
                client.get("/api/v1/may-contact", query_string={**of(one), **question}).status_code,
                client.post("/api/v1/consents", json={**of(one), **AGREED}).status_code,
            )
            for one in (bay.id, uuid4())
        ]
        assert seen[0] == seen[1] == (404, 404, 404)
    assert looker.post("/api/v1/consents", json={**of(bay.id), **AGREED}).status_code == 403
    assert {client.get("/api/v1/audit").status_code for client in (powerless_api, looker)} == {403}
    assert other_api.get("/api/v1/audit?entity=core.customer").get_json()["items"] == []
