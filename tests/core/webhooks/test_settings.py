"""Webhooks on the settings page and for programs: the same deeds, for administrators alone."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from core.context import CompanyInfo, Context, Grants
from core.customers.models import Customer
from core.entity import service as records
from core.testing.web import ApiClient
from core.webhooks import service
from tests.core.webhooks.conftest import Receiver

SECRET = re.compile(r"whsec_[\w+/]{20}")
URL = "https://hooks.example.com/ghep"
TOLD = [
    {
        "entity": "core.customer",
        "events": ["created", "changed"],
        "conditions": [{"field": "sector", "operator": "contains", "value": "cá"}],
    }
]
BODY: dict[str, Any] = {"name": "Kế toán", "url": URL, "subscriptions": TOLD}


def test_a_program_sets_up_an_endpoint_changes_and_deletes_it(api: ApiClient) -> None:
    made = api.post("/api/v1/webhooks", json=BODY)
    assert made.status_code == 201, made.get_json(force=True)
    record = made.get_json()
    secret = record.pop("secret")
    assert secret.startswith("whsec_")
    path = f"/api/v1/webhooks/{record['id']}"
    assert api.get(path).get_json() == record
    assert api.get("/api/v1/webhooks").get_json() == {"items": [record]}
    assert record["subscriptions"] == TOLD
    assert api.put(path, json=BODY, headers={"If-Match": '"0"'}).status_code == 412
    changed = api.put(path, json={**BODY, "name": "Kho", "active": False}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.get_json()["name"], changed.get_json()["active"]) == ("Kho", False)
    rotated = api.post(f"{path}/rotate").get_json()
    assert rotated["secret"] != secret
    assert api.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert api.get(path).status_code == 404


def test_a_program_tests_an_endpoint_and_reads_what_was_sent(
    api: ApiClient, receiver: Receiver, work: Callable[[], int], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.post("/api/v1/webhooks", json=BODY).get_json()
    context.session.rollback()
    webhook = service.listed(context)[0]
    webhook.url = receiver.url
    context.session.commit()
    path, receiver.mood = f"/api/v1/webhooks/{made['id']}", "500"
    tested = api.post(f"{path}/test")
    assert tested.status_code == 202
    for _attempt in range(17):
        work()
    (log,) = api.get(f"{path}/deliveries?state=given_up").get_json()["items"]
    assert (log["id"], log["status"], log["attempts"]) == (tested.get_json()["delivery"], 500, 16)
    receiver.mood = "200"
    assert api.post(f"{path}/repeat", json={"delivery": log["id"]}).get_json() == {"count": 1}
    work()
    assert api.get(f"{path}/deliveries").get_json()["items"][0]["state"] == "done"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"subscriptions": [{"entity": "core.nothing", "events": ["created"]}]}, "entity"),
        ({"subscriptions": [{"entity": "core.customer", "events": ["burnt"]}]}, "events"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_wrong_is_named(api: ApiClient, change: dict[str, Any], field: str) -> None:
    answer = api.post("/api/v1/webhooks", json={**BODY, **change})
    assert answer.status_code == 422
    assert field in answer.get_json(force=True)["errors"]


def test_only_administrators_of_the_company_come_near(
    api: ApiClient, other_api: ApiClient, make_context: Callable[..., Context], company: CompanyInfo,
    make_client: Callable[..., FlaskClient],
) -> None:  # fmt: skip
    made = api.post("/api/v1/webhooks", json=BODY).get_json()
    assert other_api.get(f"/api/v1/webhooks/{made['id']}").status_code == 404
    assert other_api.post(f"/api/v1/webhooks/{made['id']}/rotate").status_code == 404
    clerk = make_client(make_context(company, grants=Grants(verbs={"*": {"see": "all", "edit": "all"}})))
    for path in ("", "/new", f"/{made['id']}", f"/{made['id']}/told/core.customer", f"/{made['id']}/deliveries"):
        assert clerk.get(f"/settings/webhooks{path}").status_code == 403
    assert clerk.post(f"/settings/webhooks/{made['id']}/rotate").status_code == 403


def test_an_administrator_sets_one_up_on_its_pages(
    client: FlaskClient, context: Context, receiver: Receiver, work: Callable[[], int]
) -> None:
    assert "Webhook" in client.get("/settings/webhooks").get_data(as_text=True)
    wrong = client.post("/settings/webhooks/new", data={"name": "Kho", "url": "https://10.0.0.1/"})
    assert wrong.status_code == 422
    assert "mạng nội bộ" in wrong.get_data(as_text=True)
    shown = client.post("/settings/webhooks/new", data={"name": "Kho", "url": URL})
    assert SECRET.search(shown.get_data(as_text=True))
    (webhook,) = service.listed(context)
    here = f"/settings/webhooks/{webhook.id}"
    assert not SECRET.search(client.get(here).get_data(as_text=True))
    form = {
        "version": str(webhook.version), "events": "created", "condition": "a", "a.field": "sector", "a.op": "contains",
        "a.value": "cá",
    }  # fmt: skip
    assert client.post(f"{here}/told/core.customer", data={**form, "events": ""}).status_code == 422
    assert client.post(f"{here}/told/core.customer", data=form).status_code == 302
    assert client.post(f"{here}/told/core.customer", data=form).status_code == 409
    assert client.get(f"{here}/told/core.customer").status_code == 200
    assert client.get(f"{here}/told/core.nothing").status_code == 404
    assert client.get("/settings/webhooks/condition/core.customer?field=sector").status_code == 200
    context.session.rollback()
    webhook.url, receiver.mood = receiver.url, "500"
    records.create(context, Customer, {"name": "Bán cá", "sector": "Cá tra"})
    context.session.commit()
    work()
    table = client.get(f"{here}/deliveries", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "core.customer.created" in table
    delivery = table.split(f"{here}/deliveries/")[1].split('"')[0]
    dialog = client.get(f"{here}/deliveries/{delivery}").get_data(as_text=True)
    assert "Bán cá" in dialog
    assert "said 500" in dialog
    assert client.get(f"{here}/deliveries/{uuid4()}").status_code == 404
    assert SECRET.search(client.post(f"{here}/rotate").get_data(as_text=True))
    assert client.post(f"{here}/test").status_code == 302
    assert client.post(f"{here}/switch", data={"active": "0"}).status_code == 302
    assert client.post(f"{here}/repeat").status_code == 302
    context.session.rollback()
    webhook.url = URL
    context.session.commit()
    gone = {"version": str(service.get(context, webhook.id).version), "drop": "1"}
    assert client.post(f"{here}/told/core.customer", data=gone).status_code == 302
    assert client.post(f"{here}/delete").status_code == 302
    assert client.get(here).status_code == 404
