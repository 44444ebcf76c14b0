"""The settings page of rules: only an administrator's, and what is typed there is what is kept."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from core.context import Context
from core.rules.service import get, listed
from tests.core.rules.conftest import Office

HERE = "/settings/rules/core.customer"


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], office: Office) -> FlaskClient:
    """The administrator's browser."""
    return make_client(office.admin)


def typed(office: Office, **more: object) -> dict[str, object]:
    return {
        "name": "Khách Facebook", "events": ["created", "changed"], "active": "true",
        "condition": ["c0", "c1"],
        "c0.field": "source", "c0.op": "eq", "c0.value": [str(office.facebook), str(office.zalo)],
        "c1.field": "revenue", "c1.op": "gte", "c1.value": "1000",
        "to": [f"user:{office.people['Bình']}", f"department:{office.department}"],
        **more,
    }  # fmt: skip


def test_a_rule_is_made_and_shown_in_words(client: FlaskClient, office: Office) -> None:
    assert client.post(f"{HERE}/new?kind=owner", data=typed(office)).status_code == 302
    office.fresh()
    (rule,) = listed(office.admin)
    assert rule.conditions == [["source__in", f"{office.facebook},{office.zalo}"], ["revenue__gte", "1000"]]
    assert rule.terms["order"] == [str(office.people["Bình"]), str(office.department)]
    page = client.get(HERE).get_data(as_text=True)
    for words in ("Khách Facebook", "Nguồn gốc: Facebook, Zalo", "Doanh thu từ 1.000", "Bình, Kinh doanh", "lần lượt"):
        assert words in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: FlaskClient, office: Office) -> None:
    wrong = typed(office, name="", to=[], **{"c1.value": "nhiều"})
    answer = client.post(f"{HERE}/new?kind=owner", data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("Bắt buộc nhập.", "“nhiều” không hợp với trường này", "Facebook", "Zalo"):
        assert words in page, words
    office.fresh()
    assert not listed(office.admin)


def test_it_is_edited_switched_moved_and_deleted(client: FlaskClient, office: Office) -> None:
    first = office.rule(name="Một", users=(office.people["An"],)).id
    second = office.rule(name="Hai", users=(office.people["Bình"],)).id
    url = f"/settings/rules/rule/{first}"
    assert 'value="Một"' in client.get(url).get_data(as_text=True)
    assert client.post(url, data=typed(office, version="1", active="false")).status_code == 302
    assert client.post(url, data=typed(office, version="1")).status_code == 422  # somebody was quicker
    assert client.post(f"{url}/switch", data={"active": "1"}).status_code == 302
    assert client.post(f"/settings/rules/rule/{second}/move?by=-1").status_code == 302
    office.fresh()
    assert [(one.name, one.active) for one in listed(office.admin)] == [("Hai", True), ("Khách Facebook", True)]
    dragged = {"ids": [str(first), str(uuid4()), str(second)]}
    assert client.post(f"{HERE}/order?kind=owner", data=dragged).status_code == 302
    office.fresh()
    assert [one.name for one in listed(office.admin)] == ["Khách Facebook", "Hai"]
    assert client.post(f"{HERE}/order?kind=owner").status_code == 422
    assert client.post(f"{url}/delete").status_code == 302
    office.fresh()
    assert [one.name for one in listed(office.admin)] == ["Hai"]
    page = client.get(HERE).get_data(as_text=True)
    for words in ("đã thêm quy tắc", "đã sửa quy tắc", "đã bật quy tắc", "đã đổi thứ tự quy tắc", "đã xóa quy tắc"):
        assert words in page


def test_it_is_tried_before_it_is_saved_and_applied_after(client: FlaskClient, office: Office) -> None:
    for _time in range(3):
        office.customer(source=office.facebook)
    tried = client.post(f"{HERE}/try?kind=owner", data=typed(office, condition=["c0"], name=""))
    assert [words in tried.get_data(as_text=True) for words in ("Sẽ đổi chủ", "An", "Bình", "Chi")] == [True] * 4
    office.fresh()
    assert not listed(office.admin)
    client.post(f"{HERE}/new?kind=owner", data=typed(office, condition=["c0"]))
    assert "Áp dụng ngay" in client.get(f"{HERE}/preview?kind=owner").get_data(as_text=True)
    answer = client.post(f"{HERE}/apply?kind=owner")
    assert answer.headers["Location"].startswith("/bulk-operations/")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Quy tắc chuyển chủ sở hữu" in page
    assert "Không có gì thay đổi" in client.get(f"{HERE}/preview?kind=owner").get_data(as_text=True)


def test_a_rule_that_cannot_act_says_why(client: FlaskClient, office: Office) -> None:
    office.rule(users=(office.people["An"],))
    office.admin.session.connection().exec_driver_sql("UPDATE core_user SET active = false WHERE name = 'An'")
    office.commit()
    assert "quy tắc này không hoạt động" in client.get(HERE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/settings/rules"), ("GET", HERE), ("GET", f"{HERE}/new?kind=owner"), ("POST", f"{HERE}/new?kind=owner"),
        ("GET", f"{HERE}/preview?kind=owner"), ("POST", f"{HERE}/apply?kind=owner"), ("POST", f"{HERE}/try?kind=owner"),
        ("GET", f"{HERE}/condition?field=name"), ("GET", "/settings/rules/rule/{id}"), ("POST", "/settings/rules/rule/{id}"),
        ("POST", "/settings/rules/rule/{id}/delete"), ("POST", "/settings/rules/rule/{id}/switch"),
        ("POST", "/settings/rules/rule/{id}/move?by=1"), ("POST", f"{HERE}/order?kind=owner"),
    ],
)  # fmt: skip
def test_it_is_for_administrators_of_this_company(
    make_client: Callable[..., FlaskClient], office: Office, stranger: Context, method: str, path: str
) -> None:
    rule = office.rule(users=(office.people["An"],))
    url = path.format(id=rule.id)
    assert make_client(office.seller).open(url, method=method).status_code == 403
    if "{id}" in path:
        foreign = make_client(stranger).open(url, method=method)
        absent = make_client(stranger).open(path.format(id=uuid4()), method=method)
        assert (foreign.status_code, absent.status_code) == (404, 404)
    office.fresh()
    assert get(office.admin, rule.id).version == 1


def test_unknown_entities_kinds_and_fields_are_not_found(client: FlaskClient) -> None:
    for path in ("/settings/rules/core.user", f"{HERE}/new?kind=magic", f"{HERE}/condition?field=password_hash"):
        assert client.get(path).status_code == 404


def test_whoever_saves_a_record_away_from_themselves_is_told_whose_it_is(
    make_client: Callable[..., FlaskClient], office: Office
) -> None:
    office.rule(users=(office.people["An"],))
    seller = make_client(office.seller)
    answer = seller.post("/customers/new", data={"name": "Khách mới", "kind": "individual"})
    assert answer.headers["Location"] == "/customers"
    assert "nay thuộc An" in seller.get("/customers").get_data(as_text=True)


def test_a_field_edited_in_place_may_take_the_record_away_too(
    make_client: Callable[..., FlaskClient], office: Office
) -> None:
    office.rule(users=(office.people["An"],), events=["changed"])
    made = office.customer()
    answer = make_client(office.seller).post(
        f"/customers/{made.id}/field?field=note",
        data={"note": "Đã gọi", "version": "1"},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/customers")
    assert office.owner(made) == "An"
