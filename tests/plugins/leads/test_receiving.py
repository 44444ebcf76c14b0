"""Leads that nobody typed: forms that strangers fill in, Facebook's lead forms, and other programs."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.sdk import Context, InvalidError, Source, create, update
from core.testing.entities import EntityTests
from plugins.leads import public
from plugins.leads.doors import Form, Intake
from plugins.leads.models import Lead


class TestForm(EntityTests):
    model = Form
    values: ClassVar[dict[str, Any]] = {"name": "Nhận tư vấn", "asks": ["mobile", "note"]}
    change: ClassVar[dict[str, Any]] = {"sites": "https://www.example.com"}
    wrong: ClassVar[dict[str, Any]] = {"sites": "https://a.example.com; script-src *"}


class TestIntake(EntityTests):
    model = Intake
    values: ClassVar[dict[str, Any]] = {"name": "Trang Facebook", "kind": "facebook"}
    change: ClassVar[dict[str, Any]] = {"verify": "xin-chao"}
    wrong: ClassVar[dict[str, Any]] = {"kind": "own", "paths": "name: a"}


@pytest.fixture
def passer_by(app: Flask) -> FlaskClient:
    return app.test_client()


def leads(context: Context) -> list[Lead]:
    context.session.rollback()
    return list(context.session.scalars(sa.select(Lead).where(Lead.tenant_id == context.tenant).order_by(Lead.id)))


def address(client: FlaskClient, path: str) -> str:
    """Where strangers go, as the dialog says it."""
    page = client.get(f"{path}/address").get_data(as_text=True)
    return "/leads/" + page.split("/leads/", 1)[1].split('"', 1)[0]


def stamp_of(page: str) -> str:
    return page.split('name="stamp" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def form(context: Context) -> Form:
    web = create(context, Source, {"name": "Website"})
    made = create(context, Form, {
        "name": "Nhận tư vấn", "asks": ["mobile", "company", "note"], "source": web.id,
        "sites": "https://www.example.com",
    })  # fmt: skip
    context.session.commit()
    return made


def test_a_stranger_becomes_a_lead_that_waits_to_be_assigned(
    context: Context, client: FlaskClient, passer_by: FlaskClient, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address(client, f"/leads/forms/{form.id}")
    page = passer_by.get(url)
    assert "frame-ancestors 'self' https://www.example.com;" in page.headers["Content-Security-Policy"]
    said = {
        "name": "Chị Hoa",
        "mobile": "0912 345 678",
        "note": "Cần máy in",
        "stamp": stamp_of(page.get_data(as_text=True)),
    }
    assert passer_by.post(url, data=said).status_code == 422, "no human being is that quick"
    monkeypatch.setattr(public, "SOONEST", 0)
    assert passer_by.post(url, data={**said, "mobile": ""}).status_code == 422
    assert leads(context) == []
    assert "Cảm ơn bạn" in passer_by.post(url, data=said).get_data(as_text=True)
    (lead,) = leads(context)
    assert (lead.name, lead.mobile, lead.care, lead.owner_id) == ("Chị Hoa", "+84912345678", "automatic", None)
    assert lead.link_id("source") == form.link_id("source")
    passer_by.post(url, data={**said, "note": "Gọi sau 17h"})
    (lead,) = leads(context)
    assert lead.note == "Cần máy in\nGọi sau 17h", "of somebody who is known nothing is made twice"


def test_programs_get_thanks_and_nothing_else(
    context: Context, client: FlaskClient, passer_by: FlaskClient, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "SOONEST", 0)
    url = address(client, f"/leads/forms/{form.id}")
    stamp = stamp_of(passer_by.get(url).get_data(as_text=True))
    said = {"name": "Bot", "mobile": "0912345678", "stamp": stamp}
    assert "Cảm ơn bạn" in passer_by.post(url, data={**said, "website": "https://spam.example"}).get_data(as_text=True)
    assert passer_by.post(url, data={**said, "stamp": "forged"}).status_code == 422
    assert leads(context) == []
    for _time in range(public.FORMS.amount):
        answer = passer_by.post(url, data={**said, "website": "x"})
    assert answer.status_code == 429
    assert passer_by.get(f"{url}x").status_code == 404
    assert passer_by.post(url.replace("/form/", "/in/"), json={}).status_code == 404, (
        "each address for its purpose alone"
    )
    update(context, form, {"active": False})
    context.session.commit()
    assert passer_by.get(url).status_code == 404


FACEBOOK = {"entry": [{"changes": [{"field": "leadgen", "value": {"leadgen_id": "444", "field_data": [
    {"name": "full_name", "values": ["Nguyễn Hoa"]}, {"name": "phone_number", "values": ["+84912345678"]},
    {"name": "nhu_cầu", "values": ["Máy in", "Giấy"]},
]}}]}]}  # fmt: skip


def test_facebooks_leads_are_taken_once(context: Context, client: FlaskClient, passer_by: FlaskClient) -> None:
    intake = create(context, Intake, {"name": "Trang Facebook", "verify": "xin-chao"})
    context.session.commit()
    url = address(client, f"/leads/intakes/{intake.id}")
    challenge = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    assert passer_by.get(url, query_string={**challenge, "hub.verify_token": "xin-chao"}).data == b"1158201444"
    assert passer_by.get(url, query_string={**challenge, "hub.verify_token": "sai"}).status_code == 403
    assert passer_by.post(url, json=FACEBOOK).status_code == 201
    assert passer_by.post(url, json=FACEBOOK).get_json() == {"leads": []}
    (lead,) = leads(context)
    assert (lead.name, lead.mobile, lead.note) == ("Nguyễn Hoa", "+84912345678", "nhu_cầu: Máy in, Giấy")


def test_other_programs_say_where_each_field_stands(
    context: Context, client: FlaskClient, passer_by: FlaskClient, make_company: Callable[..., Any]
) -> None:
    paths = "name = khach.ten\nmobile = khach.sdt.0\ncompany = cty\nid = ma"
    with pytest.raises(InvalidError, match="paths"):
        create(context, Intake, {"name": "Zapier", "kind": "own", "paths": "email = a"})
    intake = create(context, Intake, {"name": "Zapier", "kind": "own", "paths": paths})
    context.session.commit()
    url = address(client, f"/leads/intakes/{intake.id}")
    body = [{"ma": 7, "khach": {"ten": "Anh Nam", "sdt": ["0987654321"]}, "cty": "An Phát"}]
    assert len(passer_by.post(url, json=body).get_json()["leads"]) == 1
    (lead,) = leads(context)
    assert (lead.name, lead.company, lead.kind) == ("Anh Nam", "An Phát", "organisation")
    wrong = passer_by.post(url, json=[{"khach": {"ten": "Ai đó", "sdt": ["12"]}}])
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["mobile"])
    assert passer_by.post(url, data=b"no json").status_code == 400
    assert len(leads(context)) == 1
