"""Quiet hours go by a person's own days and clock, whatever the clocks do."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError
from core.jobs.models import Job
from core.notifications.preferences import Preferences, Quiet, is_quiet, prefer, preferences
from core.notifications.service import LETTER, notify
from tests.core.mail.conftest import MailServer
from tests.core.notifications.conftest import Staff, me, told

HANOI, PARIS = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Paris")
EVERY_DAY = frozenset(range(7))
NIGHTS = Quiet(time(22), time(6, 30), EVERY_DAY)


def at(text: str, zone: ZoneInfo = HANOI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23T21:59", None),
        ("2026-11-23T22:00", "2026-11-24T06:30"),
        ("2026-11-24T03:00", "2026-11-24T06:30"),
        ("2026-11-24T06:30", None),
    ],
)
def test_a_night_lasts_into_the_next_day(moment: str, end: str | None) -> None:
    assert NIGHTS.until(at(moment).astimezone(UTC), HANOI) == (end and at(end))


def test_hours_begin_on_the_days_that_were_chosen() -> None:
    fridays = Quiet(time(22), time(6), frozenset((4,)))
    assert fridays.until(at("2026-11-28T01:00"), HANOI) == at("2026-11-28T06:00")  # the night of a Friday
    assert fridays.until(at("2026-11-27T01:00"), HANOI) is None


def test_a_free_day_between_two_nights_is_one_long_quiet() -> None:
    sundays_off = Quiet(time(22), time(6), EVERY_DAY, free=frozenset((6,)))
    assert sundays_off.until(at("2026-11-28T23:00"), HANOI) == at("2026-11-30T06:00")


def test_whoever_is_always_quiet_is_told_in_the_end() -> None:
    end = Quiet(free=EVERY_DAY).until(at("2026-11-23T12:00"), HANOI)
    assert end is not None
    assert end < at("2026-12-10T00:00")


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28T22:00", 7.5), ("2026-10-24T22:00", 9.5), ("2026-06-01T22:00", 8.5)]
)
def test_the_night_in_which_the_clocks_change_ends_when_they_say(night: str, hours: float) -> None:
    begin = at(night, PARIS).astimezone(UTC)
    end = NIGHTS.until(begin, PARIS)
    assert end == begin + timedelta(hours=hours)


def test_the_bell_is_silent_and_the_e_mail_waits(
    context: Context, staff: Staff, work: Callable[[], int], mail_server: MailServer
) -> None:
    local = now().astimezone(HANOI)
    quiet = Quiet((local - timedelta(hours=1)).time(), (local + timedelta(hours=1)).time(), EVERY_DAY)
    both = frozenset(("bell", "mail"))
    prefer(staff.an, Preferences(kinds={"assigned": both}, quiet=quiet))
    staff.an.session.commit()
    notify(context, [me(staff.an)], "assigned", "Việc mới", record=staff.customer())
    context.session.commit()
    work()
    assert mail_server.taken == []
    assert len(told(staff.an)) == 1
    kept = preferences(staff.an, me(staff.an))
    assert is_quiet(staff.an, kept)
    job = context.session.execute(sa.select(Job).where(Job.topic == LETTER)).scalar_one()
    assert job.available_at == kept.quiet.until(now(), HANOI)
    context.session.execute(sa.update(Job).values(available_at=sa.func.now()))
    context.session.commit()
    work()
    assert len(mail_server.taken) == 1


def test_quiet_hours_go_by_the_persons_own_clock(staff: Staff) -> None:
    there = now().astimezone(ZoneInfo("America/New_York"))
    quiet = Quiet((there - timedelta(hours=1)).time(), (there + timedelta(hours=1)).time(), EVERY_DAY)
    prefer(staff.an, Preferences(quiet=quiet))
    assert not is_quiet(staff.an, preferences(staff.an, me(staff.an)))
    prefer(staff.an, Preferences(quiet=quiet, timezone="America/New_York"))
    assert is_quiet(staff.an, preferences(staff.an, me(staff.an)))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Preferences(kinds={"nothing": frozenset()}), "kinds"),
        (Preferences(kinds={"assigned": frozenset(("pigeon",))}), "kinds"),
        (Preferences(quiet=Quiet(begins=time(22))), "quiet_to"),
        (Preferences(quiet=Quiet(days=frozenset((7,)))), "quiet_days"),
        (Preferences(digest_hour=24), "digest_hour"),
        (Preferences(timezone="../etc/passwd"), "timezone"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(staff: Staff, wrong: Preferences, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        prefer(staff.an, wrong)
    assert list(refused.value.errors) == [field]
