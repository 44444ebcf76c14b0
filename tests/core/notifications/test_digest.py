"""The daily e-mail: at the hour each chose, by their own clock, once a day, if there is anything to tell."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.notifications.digest import DIGEST, PLAN, plan_own
from core.notifications.preferences import Preferences, prefer
from core.notifications.service import notify
from tests.core.mail.conftest import MailServer
from tests.core.notifications.conftest import Staff, me

Work = Callable[[], int]


def planned(context: Context) -> list[Job]:
    context.session.rollback()
    return list(context.session.scalars(sa.select(Job).where(Job.topic == DIGEST).order_by(Job.id)))


def make_due(context: Context, work: Work) -> None:
    context.session.execute(sa.update(Job).where(Job.topic == DIGEST).values(available_at=sa.func.now()))
    context.session.commit()
    work()


def test_it_is_planned_for_whoever_wants_it_by_their_own_clock(context: Context, staff: Staff, work: Work) -> None:
    prefer(staff.an, Preferences(digest_hour=7, timezone="America/New_York"))
    staff.an.session.commit()
    enqueue(context, PLAN)
    context.session.commit()
    work()
    (job,) = planned(context)
    local = job.available_at.astimezone(ZoneInfo("America/New_York"))
    assert (job.user_id, local.hour, local.minute) == (me(staff.an), 7, 0)
    assert now() < job.available_at <= now() + timedelta(hours=25)


def test_it_tells_what_was_not_read_once_a_day(
    context: Context, staff: Staff, work: Work, mail_server: MailServer
) -> None:
    prefer(staff.an, Preferences(digest_hour=7))
    notify(staff.an, [me(staff.an)], "assigned", "Gọi Sao Mai", url="/customers")
    for _time in range(2):
        plan_own(staff.an, 7)
    staff.an.session.commit()
    make_due(context, work)
    (message,) = mail_server.taken
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "– Gọi Sao Mai" in plain.get_content()
    assert message["Subject"].startswith("Ngày của bạn")
    assert [job.state for job in planned(context)] == ["done", "done"]


def test_nothing_to_tell_and_another_hour_chosen_meanwhile_send_nothing(
    context: Context, staff: Staff, work: Work, mail_server: MailServer
) -> None:
    prefer(staff.an, Preferences(digest_hour=7))
    plan_own(staff.an, 7)
    staff.an.session.commit()
    make_due(context, work)
    prefer(staff.binh, Preferences(digest_hour=7))
    notify(staff.binh, [me(staff.binh)], "assigned", "Gọi Sao Mai", url="/customers")
    plan_own(staff.binh, 7)
    prefer(staff.binh, Preferences(digest_hour=18))
    staff.binh.session.commit()
    make_due(context, work)
    assert mail_server.taken == []
