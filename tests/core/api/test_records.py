"""One record: versions, what a change leaves alone, the recycle bin, and the change log."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer, Tag
from core.entity import service
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
ANY = {"If-Match": "*"}


@pytest.fixture
def place(api: ApiClient) -> str:
    """The address of a new customer."""
    return api.post(LIST, json={"name": "An", "sector": "Nông nghiệp"}).headers["Location"]


def test_a_version_that_is_known_is_not_sent_again(api: ApiClient, place: str) -> None:
    for condition in ('"1"', 'W/"1"', '"7", "1"', "*"):
        answer = api.get(place, headers={"If-None-Match": condition})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"1"')
    assert api.get(place, headers={"If-None-Match": '"2"'}).status_code == 200


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_change_names_the_version_it_is_meant_for(api: ApiClient, place: str, method: str) -> None:
    def send(headers: dict[str, str]) -> int:
        return api.open(place, method=method, json={"name": "Bình"}, headers=headers).status_code

    assert send({}) == 428
    assert send({"If-Match": '"7"'}) == 412
    assert send({"If-Match": 'W/"1"'}) == 412
    assert send({"If-Match": ""}) == 412
    assert send({"If-Match": '"7", "1"'}) in {200, 204}


def test_a_change_leaves_what_it_does_not_name(api: ApiClient, place: str) -> None:
    before = api.get(place).get_json()
    after = api.patch(place, json={"name": "Bình"}, headers=ANY).get_json()
    assert {name for name in after if before[name] != after[name]} == {"name", "version", "updated_at"}
    assert api.patch(place, json={"sector": None}, headers=ANY).get_json()["sector"] is None


def test_a_change_of_nothing_makes_no_new_version(api: ApiClient, place: str) -> None:
    bodies: tuple[dict[str, object], ...] = ({}, {"name": "An"}, {"custom": {}})
    for body in bodies:
        assert api.patch(place, json=body, headers=ANY).headers["ETag"] == '"1"'


def test_of_two_changes_at_once_the_second_is_told_the_version_of_the_first(
    api: ApiClient, context: Context, place: str
) -> None:
    record = service.get(context, Customer, api.get(place).get_json()["id"])
    service.update(context, record, {"sector": "Thủy sản"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api.patch, place, json={"sector": "Lâm nghiệp"}, headers={"If-Match": '"1"'})
        _until_somebody_waits(context)
        context.session.commit()
        answer = waiting.result()
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"2"')


def _until_somebody_waits(context: Context) -> None:
    blocked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    pause = threading.Event()
    for _look in range(1000):
        if context.session.scalar(blocked):
            return
        pause.wait(0.01)
    pytest.fail("nobody waited")


def test_deleted_it_is_gone_and_restored_it_is_back(api: ApiClient, place: str) -> None:
    answer = api.delete(place, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.get(place).status_code == 404
    assert api.patch(place, json={"name": "Bình"}, headers=ANY).status_code == 404
    assert api.delete(place, headers=ANY).status_code == 404
    restored = api.post(f"{place}/restore")
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert restored.get_json() == api.get(place).get_json()
    assert api.post(f"{place}/restore").status_code == 404


def test_the_change_log_says_who_did_what(api: ApiClient, context: Context, place: str) -> None:
    api.patch(place, json={"sector": "Thủy sản"}, headers=ANY)
    api.delete(place, headers=ANY)
    lines = api.get(f"{place}/changes").get_json()["items"]
    assert [line["action"] for line in lines] == ["deleted", "changed", "created"]
    assert lines[1]["values"] == {"sector": ["Nông nghiệp", "Thủy sản"]}
    assert context.user is not None
    assert {(line["user_id"], line["user_name"], line["source"]) for line in lines} == {
        (str(context.user.id), context.user.name, "api")
    }


def test_the_change_log_is_paged(api: ApiClient, place: str) -> None:
    for name in ("B", "C", "D"):
        api.patch(place, json={"name": name}, headers=ANY)
    first = api.get(f"{place}/changes?limit=3").get_json()
    second = api.get(f"{place}/changes?limit=3&cursor={first['next_cursor']}").get_json()
    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [3, 1, None]
    errors = api.get(f"{place}/changes?limit=x&cursor=x&q=x").get_json()["errors"]
    assert set(errors) == {"limit", "cursor", "q"}


def test_the_change_log_of_another_company_is_not_there(api: ApiClient, other_api: ApiClient, place: str) -> None:
    assert other_api.get(f"{place}/changes").status_code == 404
    assert other_api.post(f"{place}/restore").status_code == 404


def test_links_are_ids_and_lead_only_to_what_is_there(api: ApiClient, context: Context, place: str) -> None:
    tags = [str(tag.id) for tag in service.create_many(context, Tag, [{"name": "a"}, {"name": "b"}])]
    context.session.commit()
    assert api.patch(place, json={"tags": tags}, headers=ANY).get_json()["tags"] == tags
    for wrong in ({"tags": [str(uuid4())]}, {"source": str(uuid4())}, {"picture": str(uuid4())}):
        answer = api.patch(place, json=wrong, headers=ANY)
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, list(wrong))
    assert api.get(place).get_json()["tags"] == tags


def test_an_address_is_an_object_of_known_parts(api: ApiClient, place: str) -> None:
    address = {"street": "12 Nguyễn Huệ", "province": "TP. Hồ Chí Minh"}
    assert api.patch(place, json={"address": address}, headers=ANY).get_json()["address"] == address
    answer = api.patch(place, json={"address": {"street": 1, "planet": "x"}}, headers=ANY)
    assert set(answer.get_json()["errors"]) == {"address.street", "address.planet"}


def test_a_description_may_be_long(api: ApiClient, place: str) -> None:
    text = "dòng\n" * 2000
    assert api.patch(place, json={"note": text}, headers=ANY).get_json()["note"] == text
    answer = api.patch(place, json={"note": "x" * 20_001}, headers=ANY)
    assert list(answer.get_json()["errors"]) == ["note"]


def test_methods_that_are_not_there_are_told_from_those_that_are(api: ApiClient, place: str) -> None:
    answer = api.put(place, json={})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}
    user = api.get("/api/v1/me").get_json()["user"]
    assert api.delete(f"/api/v1/users/{user['id']}", headers=ANY).status_code == 405


def test_one_is_told_who_one_is(api: ApiClient, context: Context, make_api: Callable[..., ApiClient]) -> None:
    me = api.get("/api/v1/me").get_json()
    assert context.user is not None
    assert me["company"]["slug"] == context.company.slug
    assert me["user"] == {"id": str(context.user.id), "name": context.user.name, "email": context.user.email}
    assert me["administrator"]
    assert {"create", "delete"} < set(me["permissions"]["core.customer"])
    assert "core" in [module["name"] for module in me["modules"]]
    reading = make_api(context, scopes=("read",)).get("/api/v1/me").get_json()
    assert (reading["administrator"], reading["permissions"]["core.customer"]) == (False, ["see"])


def test_records_of_every_entity_of_core_can_be_made(api: ApiClient) -> None:
    customer = api.post(LIST, json={"name": "An"}).get_json()["id"]
    for path, body in (
        ("contacts", {"name": "Lan", "customer": customer}),
        ("sources", {"name": "Hội chợ"}),
        ("tags", {"name": "VIP"}),
        ("users", {"name": "Hoa", "email": f"{uuid4().hex}@example.com"}),
        ("roles", {"name": "Kế toán"}),
    ):
        assert api.post(f"/api/v1/{path}", json=body).status_code == 201, path
    assert Contact.__tablename__ == "core_contact"
