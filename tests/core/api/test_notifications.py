"""What one was told and wants to be reminded of, for programs: one's own and nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.notifications.service import notify
from core.testing.web import ApiClient

LIST, READ, SETTINGS = "/api/v1/notifications", "/api/v1/notifications/read", "/api/v1/notifications/settings"
REMINDERS = "/api/v1/reminders"


@pytest.fixture
def customer(context: Context) -> Customer:
    made = service.create(context, Customer, {"name": "Công ty Sao Mai"})
    context.session.commit()
    return made


def tell(context: Context, customer: Customer, *titles: str) -> None:
    assert context.user is not None
    for title in titles:
        notify(context, [context.user.id], "assigned", title, record=customer)
    context.session.commit()


def test_the_list_is_paged_and_marked_as_read(api: ApiClient, context: Context, customer: Customer) -> None:
    tell(context, customer, "Một", "Hai", "Ba")
    first = api.get(LIST, query_string={"limit": 2}).get_json()
    assert ([one["title"] for one in first["items"]], first["unread"]) == (["Ba", "Hai"], 3)
    assert first["items"][0]["record"] == str(customer.id)
    rest = api.get(LIST, query_string={"cursor": first["next_cursor"]}).get_json()
    assert ([one["title"] for one in rest["items"]], rest["next_cursor"]) == (["Một"], None)
    assert api.post(READ, json={"ids": [first["items"][0]["id"]]}).get_json() == {"count": 1}
    unread = api.get(LIST, query_string={"unread": "true"}).get_json()
    assert [one["title"] for one in unread["items"]] == ["Hai", "Một"]
    assert api.post(READ, json={}).get_json() == {"count": 2}
    assert api.get(LIST).get_json()["unread"] == 0


def test_others_are_neither_told_nor_touched(
    api: ApiClient, other_api: ApiClient, context: Context, customer: Customer
) -> None:
    tell(context, customer, "Một")
    (mine,) = api.get(LIST).get_json()["items"]
    assert other_api.get(LIST).get_json()["items"] == []
    assert other_api.post(READ, json={"ids": [mine["id"], str(uuid4())]}).get_json() == {"count": 0}
    assert api.get(LIST).get_json()["unread"] == 1


def test_settings_are_chosen(api: ApiClient) -> None:
    before = api.get(SETTINGS).get_json()
    assert before["kinds"]["reminder"] == ["bell", "mail"]
    wanted = {
        **before, "kinds": {"reminder": ["bell"]}, "quiet_from": "22:00:00", "quiet_to": "06:00:00",
        "quiet_days": [0, 1], "timezone": "Europe/Paris", "digest_hour": 8,
    }  # fmt: skip
    after = api.put(SETTINGS, json=wanted).get_json()
    assert after == {**wanted, "kinds": {**before["kinds"], "reminder": ["bell"]}}
    assert api.get(SETTINGS).get_json() == after


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kinds": {"nothing": ["bell"]}}, "kinds"), ({"quiet_from": "22:00:00"}, "quiet_to"), ({"free_days": [9]}, "free_days"),
        ({"timezone": "Mars"}, "timezone"), ({"digest_hour": 24}, "digest_hour"), ({"sound": "yes"}, "sound"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(api: ApiClient, wrong: dict[str, object], field: str) -> None:
    answer = api.put(SETTINGS, json=wrong)
    assert (answer.status_code, list(answer.get_json(force=True)["errors"])) == (422, [field])


def test_one_is_reminded_of_a_record(api: ApiClient, other_api: ApiClient, customer: Customer) -> None:
    at = (now() + timedelta(days=1)).replace(microsecond=0)
    wanted = {"entity": "core.customer", "record": str(customer.id), "title": "Gọi lại", "at": at.isoformat()}
    made = api.post(REMINDERS, json=wanted)
    assert made.status_code == 201
    mine = api.get(REMINDERS, query_string={"record": str(customer.id)}).get_json()["items"]
    assert mine == [made.get_json()]
    assert (mine[0]["title"], mine[0]["bell"], mine[0]["mail"]) == ("Gọi lại", True, False)
    assert other_api.post(REMINDERS, json=wanted).status_code == 404
    assert other_api.delete(f"{REMINDERS}/{mine[0]['id']}").status_code == 404
    assert api.delete(f"{REMINDERS}/{mine[0]['id']}").status_code == 204
    assert api.get(REMINDERS).get_json()["items"] == []
    past = api.post(REMINDERS, json={**wanted, "at": "2001-01-01T00:00:00+07:00", "bell": False})
    assert (past.status_code, set(past.get_json(force=True)["errors"])) == (422, {"at", "bell"})
