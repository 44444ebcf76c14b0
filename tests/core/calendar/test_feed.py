"""The calendar for other programs: behind a secret address, of one's own plans, and never of more than one may see."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from core.access.attempts import PER_FEED
from core.activities.models import Call, Meeting, Task, Transaction
from core.context import Context, Grants
from core.customers.models import Customer
from core.entity import service

SEES_OWN = Grants(verbs={"*": {"see": "own", "edit": "own", "create": "own"}})


@pytest.fixture
def noon(context: Context) -> datetime:
    return datetime.combine(context.today(), time(12), context.company.zone)


def address_of(client: FlaskClient) -> str:
    """A new address, as the account shows it."""
    page = client.post("/account/calendar").get_data(as_text=True)
    found = re.search(r'value="https?://[^/"]+(/calendar/feed/[^"]+\.ics)"', page)
    assert found is not None
    return found[1]


def events(visitor: FlaskClient, address: str) -> dict[str, Any]:
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    found = Calendar.from_ical(answer.get_data())
    return {str(one["SUMMARY"]): one for one in found.walk("VEVENT")}


def test_plans_i_own_or_was_given_are_in_it_with_their_times(
    client: FlaskClient, visitor: FlaskClient, context: Context, noon: datetime
) -> None:
    customer = service.create(context, Customer, {"name": "Chị Lan, quận 1; tầng 2"})
    meeting = service.create(
        context,
        Meeting,
        {
            "subject": "Gặp khảo sát", "starts": noon, "ends": noon + timedelta(hours=2), "place": "Quán Gió",
            "customer": customer.id,
        },
    )  # fmt: skip
    service.create(context, Call, {"subject": "Gọi hôm qua", "starts": noon - timedelta(days=1), "state": "held"})
    service.create(context, Task, {"subject": "Xa quá", "ends": noon + timedelta(days=500)})
    service.create(context, Task, {"subject": "Lâu rồi", "ends": noon - timedelta(days=40)})
    called_off = {"name": "Huỷ", "starts": noon, "ends": noon, "state": "called_off"}
    service.create(context, Transaction, called_off)
    service.create(context, Task, {"subject": "Không ngày"})
    context.session.commit()
    found = events(visitor, address_of(client))
    assert set(found) == {"Gặp khảo sát – Chị Lan, quận 1; tầng 2", "✓ Gọi hôm qua", "Huỷ"}
    one = found["Gặp khảo sát – Chị Lan, quận 1; tầng 2"]
    assert (one.decoded("DTSTART"), one.decoded("DTEND")) == (noon, noon + timedelta(hours=2))
    assert (str(one["UID"]), str(one["LOCATION"]), one["SEQUENCE"]) == (f"{meeting.id}@ghep", "Quán Gió", 0)
    assert str(one["URL"]).endswith(f"/meetings/{meeting.id}")
    assert str(found["Huỷ"]["STATUS"]) == "CANCELLED"
    assert found["✓ Gọi hôm qua"].decoded("DTEND") > found["✓ Gọi hôm qua"].decoded("DTSTART")


def test_it_is_sent_again_only_when_something_changed(
    client: FlaskClient, visitor: FlaskClient, context: Context, noon: datetime
) -> None:
    one = service.create(context, Meeting, {"subject": "Gặp", "starts": noon})
    context.session.commit()
    address = address_of(client)
    first = visitor.get(address)
    assert visitor.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    uid = str(events(visitor, address)["Gặp"]["UID"])
    service.update(context, one, {"starts": noon + timedelta(hours=1)})
    context.session.commit()
    assert visitor.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    again = events(visitor, address)["Gặp"]
    assert (str(again["UID"]), again["SEQUENCE"]) == (uid, 1)


def test_what_one_may_not_see_any_more_is_gone(
    visitor: FlaskClient,
    context: Context,
    noon: datetime,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
) -> None:
    colleague = make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")
    assert colleague.user is not None
    address = address_of(make_client(colleague, grants=SEES_OWN))
    customer = service.create(context, Customer, {"name": "Khách không của Tuấn"})
    given = {"subject": "Giao cho Tuấn", "starts": noon, "assignees": [colleague.user.id], "customer": customer.id}
    one = service.create(context, Meeting, given)
    service.create(context, Meeting, {"subject": "Của người khác", "starts": noon})
    context.session.commit()
    assert set(events(visitor, address)) == {"Giao cho Tuấn"}
    service.update(context, one, {"assignees": []})
    context.session.commit()
    assert events(visitor, address) == {}


def test_a_new_address_ends_the_old_one_and_revoking_ends_it_for_good(
    client: FlaskClient, visitor: FlaskClient
) -> None:
    first = address_of(client)
    second = address_of(client)
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (404, 200)
    assert "Lần dùng gần nhất" in client.get("/account/calendar").get_data(as_text=True)
    client.post("/account/calendar/revoke")
    assert visitor.get(second).status_code == 404
    for nonsense in ("x", "1-" + "0" * 32 + "-" + "a" * 43, "999999-" + "0" * 32 + "-" + "a" * 43):
        assert visitor.get(f"/calendar/feed/{nonsense}.ics").status_code == 404


def test_the_address_opens_nothing_else(client: FlaskClient, visitor: FlaskClient) -> None:
    key = address_of(client).rpartition("/")[2].removesuffix(".ics")
    assert visitor.get("/api/v1/customers", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    visitor.set_cookie("ghep_session", key)
    assert visitor.get("/customers").status_code == 302


def test_whoever_asks_without_end_is_told_to_wait(client: FlaskClient, visitor: FlaskClient) -> None:
    address = address_of(client)
    answers = [visitor.get(address).status_code for _time in range(PER_FEED.amount + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429


def test_a_program_cannot_make_itself_an_address(api: FlaskClient) -> None:
    assert api.post("/account/calendar").status_code == 403
