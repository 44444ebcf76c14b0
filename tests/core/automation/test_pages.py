"""The settings page of automations: only an administrator's, and what is typed there is what is kept."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.automation import service
from core.context import Context
from core.db.base import now
from core.testing import limited
from tests.core.automation.conftest import SALUTE, Office, condition

HERE = "/settings/automations"
NODES = [
    "group:g", "test:t", "group:h", "test:u", "end", "end",
    "list:steps", "step:s", "value:v", "end", "step:b", "group:i", "end", "list:then", "step:w", "end", "end",
    "list:else", "end", "end", "step:c", "end", "end",
]  # fmt: skip


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], office: Office) -> FlaskClient:
    """The administrator's browser."""
    return make_client(office.admin)


def typed(**more: Any) -> dict[str, Any]:
    return {
        "name": "Chào khách", "on": "record", "events": ["created", "changed"], "fields": ["name"], "at_once": "true",
        "active": "true", "node": NODES,
        "g.every": "all", "t.field": "name", "t.op": "contains", "t.value": "Lan", "t.of": "old",
        "h.every": "any", "u.field": "kind", "u.op": "eq", "u.value": ["individual", "organisation"],
        "s.do": "set", "v.field": "revenue", "v.op": "value", "v.value": "1.000.000",
        "b.do": "branch", "i.every": "all", "w.do": "wait", "w.amount": "2", "w.unit": "days",
        "c.do": "webhook", "c.url": "https://example.com/hook", "c.idempotent": "true", **more,
    }  # fmt: skip


def test_an_automation_is_made_and_shown_in_words(client: FlaskClient, office: Office) -> None:
    assert client.post(f"{HERE}/new/core.customer", data=typed()).status_code == 302
    office.fresh()
    (rule,) = service.listed(office.admin)
    assert (rule.active, rule.at_once, rule.trigger["fields"]) == (True, True, ["name"])
    assert rule.conditions == {
        "all": [
            {"field": "name", "operator": "contains", "value": "Lan", "of": "old"},
            {"any": [{"field": "kind", "operator": "in", "value": "individual,organisation"}]},
        ]
    }
    assert rule.steps == [
        {"do": "set", "values": [{"field": "revenue", "value": "1000000.0000"}]},
        {"do": "branch", "if": {"all": []}, "then": [{"do": "wait", "amount": 2, "unit": "days"}], "else": []},
        {"do": "webhook", "url": "https://example.com/hook", "idempotent": True},
    ]
    page = client.get(HERE).get_data(as_text=True)
    for words in ("Chào khách", "được thêm mới", "trước đó: Tên khách hàng", "Cập nhật Doanh thu"):
        assert words in page, words
    editor = client.get(f"{HERE}/{rule.id}").get_data(as_text=True)
    assert "test-pipe" in editor or "Chạy thử" in editor
    assert client.post(f"{HERE}/{rule.id}", data=typed(version="1", name="Khác")).status_code == 302
    assert client.post(f"{HERE}/{rule.id}", data=typed(version="1")).status_code == 422  # somebody was quicker


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: FlaskClient, office: Office) -> None:
    answer = client.post(f"{HERE}/new/core.customer", data=typed(name="", **{"v.value": "nhiều", "w.amount": "x"}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("Bắt buộc nhập.", "Hãy nhập thời gian chờ.", "Lan"):
        assert words in page, words
    office.fresh()
    assert not service.listed(office.admin)


@pytest.mark.parametrize(
    "asked",
    [
        "kind=test&field=name", "kind=test&field=source.name", "kind=group", "kind=step&do=set", "kind=step&do=message",
        "kind=step&do=notify", "kind=step&do=assign", "kind=step&do=create&n1.entity=core.contact", "kind=step&do=branch",
        "kind=step&do=repeat", "kind=step&do=wait", "kind=step&do=stop", "kind=value&target=core.contact&field=name",
    ],
)  # fmt: skip
def test_the_editor_gets_what_is_added(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"{HERE}/part/core.customer?{asked}")
    assert answer.status_code == 200
    assert 'name="node"' in answer.get_data(as_text=True)


def test_it_is_tried_on_last_week_before_it_acts(client: FlaskClient, office: Office) -> None:
    for name in ("Lan", "Lan Anh", "Hoa"):
        office.customer(name)
    form = typed(**{"t.of": "new"}, fields=[])
    page = client.post(f"{HERE}/try/core.customer", data=form).get_data(as_text=True)
    assert "sẽ chạy 2 lần trong 3 lần" in page
    assert "Lan Anh" in page
    office.fresh()
    assert office.runs() == []


def test_runs_are_listed_and_gone_on_with(client: FlaskClient, office: Office) -> None:
    rule = office.automate(
        {"do": "wait", "amount": 2, "unit": "days"}, SALUTE, when=condition("name", "contains", "Lan")
    )
    office.customer("Lan")
    office.work()
    assert "Lan" in client.get(f"{HERE}/{rule.id}/runs?state=waiting").get_data(as_text=True)
    (run,) = office.runs()
    page = client.get(f"{HERE}/run/{run.id}").get_data(as_text=True)
    assert "Chờ 2 ngày" in page
    assert client.post(f"{HERE}/run/{run.id}/stop").status_code == 302
    office.fresh()
    assert office.states() == ["stopped"]
    assert client.post(f"{HERE}/run/{run.id}/retry").status_code == 302
    office.work()
    assert office.states() == ["done"]


def test_it_goes_from_one_company_to_another_as_a_file(
    client: FlaskClient, office: Office, make_office: Callable[[], Office], make_client: Callable[..., FlaskClient]
) -> None:
    branch = {"do": "branch", "if": condition("name", "contains", "x"), "then": [SALUTE], "else": []}
    office.automate(
        branch, {"do": "wait", "amount": 1, "unit": "hours"}, when=condition("kind", "eq", "individual"), once=True
    )
    text = client.get(f"{HERE}/export").get_data()
    other = make_office()
    elsewhere = make_client(other.admin)
    sent = {"file": (io.BytesIO(text), "automations.yaml")}
    assert elsewhere.post(f"{HERE}/import", data=sent).status_code == 302
    other.fresh()
    (theirs,), (ours,) = service.listed(other.admin), service.listed(office.admin)
    assert service.definition(theirs) == service.definition(ours)
    assert not theirs.active
    for bad in (
        b"x: [",
        b"a: &a [1]\nb: *a",
        b"format: 1\nautomations: [{entity: core.user, trigger: {}, steps: []}]",
        b"[]",
    ):
        elsewhere.post(f"{HERE}/import", data={"file": (io.BytesIO(bad), "x.yaml")})
    other.fresh()
    assert len(service.listed(other.admin)) == 1


def test_another_program_starts_it_once_for_each_key(client: FlaskClient, office: Office, app: Any) -> None:
    office.customer("Lan", mobile="+84912345678")
    rule = office.automate(
        {"do": "set", "values": [{"field": "note", "value": "Đơn {{ input.order }}"}]},
        on={"on": "webhook", "field": "mobile", "from": "customer.phone"},
    )
    page = client.post(f"{HERE}/{rule.id}/address").get_data(as_text=True)
    key = page.split("/in/")[1].split("<")[0].split('"')[0]
    program, said = app.test_client(), {"customer": {"phone": "0912 345 678"}, "order": "A1"}
    for status in (202, 200):
        answer = program.post(f"/in/{key}", json=said, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == status
    office.work()
    assert [(run.record_title, run.state) for run in office.runs()] == [("Lan", "done")]
    assert program.post(f"/in/{key[:-1]}x", json=said).status_code == 404
    assert program.post(f"/in/{key}", data=b"[").status_code == 400


def test_only_an_administrator_gets_there(
    make_client: Callable[..., FlaskClient],
    make_user: Callable[..., Context],
    make_context: Callable[..., Context],
    office: Office,
) -> None:
    rule = office.automate(SALUTE)
    grants = limited(**{"*": ["see", "create", "edit"]})
    person = make_context(office.admin.company, grants=grants, name="Người bán")
    seller = make_client(make_user(person, grants=grants))
    for url in (HERE, f"{HERE}/new/core.customer", f"{HERE}/{rule.id}", f"{HERE}/runs", f"{HERE}/export"):
        assert seller.get(url).status_code in {403, 404}, url


def test_other_companies_get_nowhere(
    make_client: Callable[..., FlaskClient], make_office: Callable[[], Office], office: Office
) -> None:
    rule = office.automate(SALUTE)
    office.customer()
    (run,) = office.runs()
    theirs = make_client(make_office().admin)
    for url in (f"{HERE}/{rule.id}", f"{HERE}/{rule.id}/runs", f"{HERE}/run/{run.id}"):
        assert theirs.get(url).status_code == 404, url


def test_an_address_and_several_telephones_are_set_and_what_cannot_be_set_says_why(
    client: FlaskClient, office: Office
) -> None:
    nodes = ["group:g", "end", "list:steps", "step:s", "value:a", "value:p", "end", "end"]
    form = {
        "name": "Bổ sung", "on": "record", "events": ["created"], "at_once": "true", "active": "true", "node": nodes,
        "g.every": "all", "s.do": "set",
        "a.field": "address", "a.op": "value", "a.value": "12 Lê Lợi, Phường Bến Thành, TP Hồ Chí Minh",
        "p.field": "phones", "p.op": "value", "p.value": "028 3822 3344 (Cơ quan); 0912345678",
    }  # fmt: skip
    assert client.post(f"{HERE}/new/core.customer", data=form).status_code == 302
    office.fresh()
    lan = office.customer("Lan")
    assert lan.address == {"street": "12 Lê Lợi", "ward": "Phường Bến Thành", "province": "TP. Hồ Chí Minh"}
    assert lan.phones == [{"value": "+842838223344", "label": "Cơ quan"}, {"value": "+84912345678", "label": ""}]
    (rule,) = service.listed(office.admin)
    page = client.get(f"{HERE}/{rule.id}").get_data(as_text=True)
    assert "12 Lê Lợi, Phường Bến Thành, TP. Hồ Chí Minh" in page
    assert "+842838223344 (Cơ quan); +84912345678" in page
    assert "– tệp được thêm ngay trên bản ghi" in page, "of the picture"
    contact = client.get(f"{HERE}/part/core.contact?kind=step&do=set").get_data(as_text=True)
    assert "– hệ thống tự điền" in contact
    form["p.value"] = "không phải số"
    assert client.post(f"{HERE}/new/core.customer", data=form).status_code == 422


def test_an_address_that_is_replaced_works_for_a_day_or_not_at_all(client: FlaskClient, office: Office, app: Any) -> None:  # fmt: skip
    rule = office.automate({"do": "notify", "people": ["owner"], "title": "x"}, on={"on": "webhook"})

    def make(more: str = "") -> str:
        page = client.post(f"{HERE}/{rule.id}/address{more}").get_data(as_text=True)
        return page.split("/in/")[1].split("<")[0].split('"')[0]

    def answers(*keys: str) -> list[int]:
        return [app.test_client().post(f"/in/{key}", json={}).status_code for key in keys]

    first, second = make(), make("?keep=1")
    assert answers(first, second) == [202, 202]
    office.fresh()
    rule = service.get(office.admin, rule.id)
    rule.former_until = now() - timedelta(seconds=1)
    office.commit()
    assert answers(first, second) == [404, 202]
    third = make()
    assert answers(second, third) == [404, 202]
