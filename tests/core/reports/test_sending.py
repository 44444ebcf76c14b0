"""Reports by e-mail: on the day and at the hour, once, to each the figures that they may see."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from core.context import Context, Grants
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.jobs.queue import enqueue
from core.reports import saved, sending
from core.reports.definition import Definition
from core.reports.models import Report, ReportSchedule
from tests.core.mail.conftest import MailServer

SEES_OWN = Grants(verbs={"*": {"see": "own", "create": "own"}})
BY_KIND = Definition(entity="core.customer", by=("kind",))


@pytest.fixture
def colleague(context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]) -> Context:
    make_user(context)
    return make_user(make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn"), grants=SEES_OWN)


@pytest.fixture
def report(context: Context, colleague: Context) -> Report:
    for who, count in ((context, 2), (colleague, 1)):
        for place in range(count):
            service.create(who, Customer, {"name": f"{who.user and who.user.name} {place}", "kind": "organisation"})
        who.session.commit()
    made = saved.save(context, "Theo loại hình", BY_KIND)
    context.session.commit()
    return made


def planned(context: Context, report: Report, people: list[Context]) -> ReportSchedule:
    ids = [one.user.id for one in people if one.user]
    made = sending.plan(context, report, ids, [], every="week", on_day=1, hour=8)
    context.session.commit()
    return made


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def make_due(context: Context, work: Callable[[], int]) -> None:
    due = sa.update(ReportSchedule).where(ReportSchedule.tenant_id == context.tenant)
    context.session.execute(due.values(next_at=now() - timedelta(days=30)))
    for _time in range(2):
        enqueue(context, sending.LOOK)
    context.session.commit()
    work()
    work()


def test_each_gets_their_own_figures_once(
    context: Context, colleague: Context, report: Report, work: Callable[[], int], mail_server: MailServer
) -> None:
    schedule = planned(context, report, [context, colleague])
    make_due(context, work)
    assert context.user is not None
    assert colleague.user is not None
    taken = {message["To"]: message for message in mail_server.taken}
    assert set(taken) == {context.user.email, colleague.user.email}
    assert len(mail_server.taken) == 2
    texts = {to: plain(message) for to, message in taken.items()}
    assert "Tổng cộng: Số lượng: 3" in texts[context.user.email]
    assert "Tổng cộng: Số lượng: 1" in texts[colleague.user.email]
    file, document = taken[context.user.email].iter_attachments()
    assert document.get_content()[:5] == b"%PDF-"
    sheet = load_workbook(io.BytesIO(file.get_content())).active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.rows)[-1]] == ["Tổng cộng", 3]
    # Whoever may take nothing out gets no file either.
    assert not list(taken[colleague.user.email].iter_attachments())
    context.session.refresh(schedule)
    assert schedule.next_at > now()
    saved.delete(context, saved.one_of(context, Report, report.id))
    context.session.commit()
    assert context.session.scalar(sa.select(sa.func.count()).where(ReportSchedule.tenant_id == context.tenant)) == 0


def test_it_is_due_by_the_companys_clock(context: Context, report: Report) -> None:
    zone = context.company.zone
    sunday = datetime(2026, 11, 22, 9, tzinfo=zone)
    for every, on_day, hour, expected in (
        ("day", 1, 8, datetime(2026, 11, 23, 8, tzinfo=zone)),
        ("day", 1, 10, datetime(2026, 11, 22, 10, tzinfo=zone)),
        ("week", 7, 8, datetime(2026, 11, 29, 8, tzinfo=zone)),
        ("week", 7, 10, datetime(2026, 11, 22, 10, tzinfo=zone)),
        ("month", 5, 8, datetime(2026, 12, 5, 8, tzinfo=zone)),
    ):
        asked = ReportSchedule(every=every, on_day=on_day, hour=hour)
        assert sending.following(context, asked, sunday) == expected
    for wrong in ({"every": "never"}, {"on_day": 8}, {"hour": 24}):
        with pytest.raises(InvalidError):
            sending.plan(context, report, [context.tenant], [], **{"every": "week", "on_day": 1, "hour": 8, **wrong})  # type: ignore[arg-type, list-item] # refused before it looks


def test_the_dialog_plans_and_stops(client: FlaskClient, context: Context, report: Report) -> None:
    url = f"/reports/{report.id}/schedule"
    assert client.post(url, data={"every": "week", "hour": "8"}).status_code == 422
    assert context.user is not None
    sent = {"every": "month", "day": "5", "hour": "7", "to": f"user:{context.user.id}"}
    assert client.post(url, data=sent).status_code == 302
    found = sending.schedule_of(context, report)
    assert found is not None
    assert (found.every, found.on_day, found.hour, found.people) == ("month", 5, 7, [context.user.id])
    assert "Ngừng gửi" in client.get(url).get_data(as_text=True)
    client.post(url, data={"stop": "1"})
    context.session.expire_all()
    assert sending.schedule_of(context, report) is None
