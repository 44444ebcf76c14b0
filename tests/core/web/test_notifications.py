"""The bell's pages: what is new, the list, reading, putting off; one's own settings; the stream that says look."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.login import end_all
from core.access.models import User
from core.app import EXTENSION
from core.context import Context
from core.db.base import now
from core.notifications.inbox import listed
from core.notifications.preferences import preferences
from core.notifications.service import notify
from core.reminders.models import Reminder
from core.web.events import PLACES, Places

NEW_YORK = ZoneInfo("America/New_York")


def tell(context: Context, *titles: str, kind: str = "assigned") -> list[UUID]:
    """Notifications of the context's person, committed; the last one told comes first."""
    assert context.user is not None
    for title in titles:
        notify(context, [context.user.id], kind, title, url="/customers")
    context.session.commit()
    return [one.id for one in listed(context)]


def unread(context: Context) -> list[str]:
    context.session.rollback()
    return [str(one.title) for one in listed(context, unread=True)]


def test_an_open_page_learns_what_is_new(client: FlaskClient, context: Context) -> None:
    assert client.get("/notifications/new").json == {"count": 0, "items": [], "quiet": False, "sound": False}
    (first,) = tell(context, "Gọi khách")
    found = client.get("/notifications/new").json
    assert found is not None
    assert found["count"] == 1
    assert found["items"] == [
        {"id": str(first), "title": "Gọi khách", "body": "", "url": f"/notifications/{first}", "kind": "assigned"}
    ]


def test_access_ends_with_the_session(client: FlaskClient, context: Context) -> None:
    tell(context, "Gọi khách")
    assert context.user is not None
    end_all(context, context.user.id)
    context.session.commit()
    for path in ("/notifications/new", "/events", "/notifications"):
        answer = client.get(path, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login")


def test_the_bell_leads_to_the_record_and_reads_by_that(client: FlaskClient, context: Context) -> None:
    (first,) = tell(context, "Gọi khách")
    assert "Gọi khách" in client.get("/notifications/menu").text
    answer = client.get(f"/notifications/{first}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/customers")
    assert unread(context) == []


def test_one_is_read_and_unread_again_and_all_at_once(client: FlaskClient, context: Context) -> None:
    second, first = tell(context, "Một", "Hai")
    client.post(f"/notifications/{second}/read", headers={"HX-Request": "true"})
    assert unread(context) == ["Một"]
    client.post(f"/notifications/{second}/read", data={"read": "0"}, headers={"HX-Request": "true"})
    assert unread(context) == ["Hai", "Một"]
    client.post("/notifications/read")
    assert unread(context) == []
    assert first != second


def test_the_list_is_narrowed_and_paged(client: FlaskClient, context: Context) -> None:
    tell(context, *(f"Việc {number:02d}" for number in range(60)))
    tell(context, "Nhắc tên", kind="mentioned")
    page = client.get("/notifications").text
    assert "Việc 11" in page
    assert "Việc 10" not in page
    older = client.get(
        page.split('list-foot"><span class="grow"><a class="btn btn-sm" href="')[1].split('"')[0].replace("&amp;", "&")
    )
    assert "Việc 10" in older.text
    assert "Việc 11" not in older.text
    only = client.get("/notifications?kind=mentioned&unread=1").text
    assert "Nhắc tên" in only
    assert "Việc 59" not in only
    assert client.get("/notifications?before=x").status_code == 404


@pytest.mark.parametrize(("choice", "minutes"), [("5", 5), ("15", 15), ("60", 60)])
def test_what_rang_is_put_off(client: FlaskClient, context: Context, choice: str, minutes: int) -> None:
    (first,) = tell(context, "Gọi khách")
    client.post(f"/notifications/{first}/snooze", data={"for": choice})
    assert unread(context) == []
    due = context.session.execute(sa.select(Reminder.due_at)).scalar_one()
    assert abs(due - now() - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_until_tomorrow_morning_by_ones_own_clock(client: FlaskClient, context: Context) -> None:
    (first,) = tell(context, "Gọi khách")
    context.session.execute(sa.update(User).values(timezone="America/New_York"))
    context.session.commit()
    client.post(f"/notifications/{first}/snooze", data={"for": "tomorrow"})
    due = context.session.execute(sa.select(Reminder.due_at)).scalar_one()
    tomorrow = now().astimezone(NEW_YORK).date() + timedelta(days=1)
    local = due.astimezone(NEW_YORK)
    assert (local.hour, local.date()) == (8, tomorrow)


def test_somebody_elses_is_as_if_it_did_not_exist(
    client: FlaskClient, context: Context, stranger: Context, make_context: Callable[..., Context]
) -> None:
    colleague = make_context(context.company, name="Đồng nghiệp")
    for other in (stranger, colleague):
        (theirs,) = tell(other, "Của người khác")
        for one in (theirs, uuid4()):
            assert client.get(f"/notifications/{one}").status_code == 404
            assert client.post(f"/notifications/{one}/read").status_code == 404
            assert client.post(f"/notifications/{one}/snooze", data={"for": "5"}).status_code == 404
        client.post("/notifications/read")
        assert unread(other) == ["Của người khác"]


def test_ones_own_settings_are_kept(client: FlaskClient, context: Context) -> None:
    assert "Nhắc nhở" in client.get("/account/notifications").text
    typed = {
        "kind.reminder": ["bell"], "kind.assigned": ["bell", "mail"], "quiet_from": "22:00", "quiet_to": "06:30",
        "quiet_days": ["0", "6"], "free_days": ["6"], "timezone": "Europe/Paris", "digest_hour": "7", "sound": "on",
    }  # fmt: skip
    assert client.post("/account/notifications", data=typed).status_code == 302
    assert context.user is not None
    context.session.rollback()
    kept = preferences(context, context.user.id)
    assert (kept.kinds["reminder"], kept.kinds["assigned"], kept.kinds["mentioned"]) == (
        frozenset(("bell",)), frozenset(("bell", "mail")), frozenset(),
    )  # fmt: skip
    assert str(kept.quiet.begins) == "22:00:00"
    assert (sorted(kept.quiet.days), sorted(kept.quiet.free)) == ([0, 6], [6])
    assert (kept.timezone, kept.digest_hour, kept.sound) == ("Europe/Paris", 7, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_from": "22:00"}, "giờ kết thúc"),
        ({"quiet_from": "tối"}, "22:00"),
        ({"timezone": "Mars/Olympus"}, "múi giờ"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(client: FlaskClient, wrong: dict[str, str], said: str) -> None:
    answer = client.post("/account/notifications", data=wrong)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.fixture
def places(app: Flask) -> Iterator[None]:
    """A process that has room for one stream."""
    before = app.extensions[PLACES]
    app.extensions[PLACES] = Places(1)
    yield
    app.extensions[PLACES] = before


@pytest.mark.usefixtures("places")
def test_a_stream_says_look_when_there_is_news(app: Flask, client: FlaskClient, context: Context) -> None:
    assert context.user is not None
    with client.get("/events") as answer:
        assert answer.mimetype == "text/event-stream"
        said = iter(answer.response)
        assert "retry:" in str(next(said))
        app.extensions[EXTENSION].bell.nudge(context.tenant, [context.user.id])
        assert "event: look" in str(next(said))


@pytest.mark.usefixtures("places")
def test_a_process_holds_few_streams_and_gets_their_places_back(client: FlaskClient) -> None:
    with client.get("/events") as first:
        assert first.status_code == 200
        assert client.get("/events").status_code == 204
    with client.get("/events") as again:
        assert again.status_code == 200
