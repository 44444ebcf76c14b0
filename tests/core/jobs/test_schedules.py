"""Recurring work: on the company's calendar, once, and only where its module is on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.context import CompanyInfo, Context
from core.db.database import Database
from core.jobs import models, periods
from core.jobs.models import Job
from core.jobs.scheduler import Scheduler, plan
from core.plugin.facade import Hooks
from core.plugin.manifest import Schedule
from core.plugin.models import ActiveModule
from core.vendor.models import Company

DAY = timedelta(days=1)
ZONES = st.sampled_from(
    [
        "Asia/Ho_Chi_Minh",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Havana",
        "Asia/Beirut",
        "UTC",
    ]
)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 # in UTC
HOURS = st.integers(0, 23)


def daily(hour: int | None = None, days: int = 1) -> Schedule:
    return Schedule(name="x", topic="x", every=days * DAY, at_hour=hour)


class TestWhen:
    @settings(deadline=None)
    @given(MOMENTS, HOURS, ZONES)
    def test_every_day_of_the_companys_calendar_has_it_once(self, now: datetime, hour: int, zone_name: str) -> None:
        zone, schedule = ZoneInfo(zone_name), daily(hour)
        moment = periods.first(schedule, now, zone)
        assert now < moment <= now + 2 * DAY
        for _day in range(10):
            after = periods.following(schedule, moment, moment, zone)
            assert (after.astimezone(zone).date() - moment.astimezone(zone).date()) == DAY
            moment = after

    @settings(deadline=None)
    @given(MOMENTS, HOURS, ZONES)
    def test_it_is_at_its_hour_or_where_the_clocks_skip_it_right_after(
        self, now: datetime, hour: int, zone_name: str
    ) -> None:
        zone = ZoneInfo(zone_name)
        local = periods.first(daily(hour), now, zone).astimezone(zone)
        skipped = local.replace(hour=hour, minute=0).astimezone(UTC).astimezone(zone).hour != hour
        assert local.hour == hour or skipped

    @settings(deadline=None)
    @given(MOMENTS, st.integers(1, 400), HOURS, ZONES, st.timedeltas(timedelta(), timedelta(days=900)))
    def test_what_was_missed_is_skipped_on_the_same_days(
        self, last: datetime, days: int, hour: int, zone_name: str, away: timedelta
    ) -> None:
        zone, schedule = ZoneInfo(zone_name), daily(hour, days)
        last = periods.first(schedule, last, zone)
        now = last + away
        moment = periods.following(schedule, last, now, zone)
        assert now < moment <= now + (days + 1) * DAY
        assert (moment.astimezone(zone).date() - last.astimezone(zone).date()).days % days == 0

    @settings(deadline=None)
    @given(
        MOMENTS,
        st.integers(1, 5000).filter(lambda minutes: minutes % 1440),
        ZONES,
        st.timedeltas(timedelta(), 90 * DAY),
    )
    def test_short_periods_go_by_the_clock_whatever_the_calendar_does(
        self, last: datetime, minutes: int, zone_name: str, away: timedelta
    ) -> None:
        every = timedelta(minutes=minutes)
        schedule = Schedule(name="x", topic="x", every=every, at_hour=7)
        moment = periods.following(schedule, last, last + away, ZoneInfo(zone_name))
        assert last + away < moment <= last + away + every
        assert (moment - last) % every == timedelta()

    def test_seven_in_the_morning_stays_seven_when_the_clocks_change(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        saturday = datetime(2026, 3, 28, 7, tzinfo=zone)
        moments = [saturday.astimezone(UTC)]
        for _day in range(2):
            moments.append(periods.following(daily(7), moments[-1], moments[-1], zone))
        assert [one.hour for one in moments] == [6, 5, 5]

    def test_work_that_names_no_hour_is_done_at_night(self) -> None:
        zone = ZoneInfo("Asia/Ho_Chi_Minh")
        moment = periods.first(daily(), datetime(2026, 1, 1, 12, tzinfo=UTC), zone)
        assert moment.astimezone(zone).hour == periods.NIGHT


@pytest.fixture
def scheduler(database: Database, hooks: Hooks) -> Scheduler:
    return Scheduler(database, hooks)


@pytest.fixture
def let_it_be_due(context: Context) -> Callable[[timedelta], None]:
    """Let the schedules of the company have been due some time ago."""

    def let(since: timedelta) -> None:
        context.session.execute(sa.update(models.Schedule).values(next_at=sa.func.now() - since))
        context.session.commit()

    return let


def jobs(context: Context) -> int:
    context.session.rollback()
    return context.session.scalars(sa.select(sa.func.count()).select_from(Job)).one()


def next_at(context: Context) -> datetime:
    context.session.rollback()
    return context.session.scalars(sa.select(models.Schedule.next_at)).one()


class TestTicks:
    def test_nothing_is_due_when_a_module_has_just_been_switched_on(
        self, context: Context, scheduler: Scheduler
    ) -> None:
        scheduler.step()
        scheduler.step()
        assert jobs(context) == 0
        assert next_at(context).astimezone(context.company.zone).hour == 7

    def test_planning_again_changes_nothing(self, context: Context, let_it_be_due: Callable[[timedelta], None]) -> None:
        plan(context)
        let_it_be_due(DAY)
        before = next_at(context)
        plan(context)
        context.session.commit()
        assert next_at(context) == before

    @pytest.mark.parametrize("away", [timedelta(minutes=1), timedelta(days=40)])
    def test_what_was_missed_is_done_once(
        self, away: timedelta, context: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        let_it_be_due(away)
        scheduler.tick()
        scheduler.tick()
        assert jobs(context) == 1
        assert next_at(context) > context.session.scalars(sa.select(sa.func.now())).one()

    def test_any_number_of_schedulers_enqueue_it_once(
        self, context: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        for due in range(5):
            let_it_be_due(timedelta(minutes=1))
            with ThreadPoolExecutor(4) as together:
                for ticking in [together.submit(scheduler.tick) for _ in range(4)]:
                    ticking.result()
            assert jobs(context) == due + 1
            context.session.execute(sa.update(Job).values(state="done"))
            context.session.commit()

    def test_it_does_not_pile_up_while_no_worker_comes(
        self, context: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        for _day in range(3):
            let_it_be_due(timedelta(minutes=1))
            scheduler.tick()
        assert jobs(context) == 1

    def test_a_module_that_is_off_has_no_recurring_work_and_makes_up_for_none(
        self, context: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        let_it_be_due(timedelta(minutes=1))
        switch(context, on=False)
        scheduler.tick()
        switch(context, on=True)
        scheduler.tick()
        assert jobs(context) == 0

    def test_a_suspended_company_has_none_either(
        self,
        context: Context,
        company: CompanyInfo,
        scheduler: Scheduler,
        database: Database,
        let_it_be_due: Callable[[timedelta], None],
    ) -> None:
        scheduler.plan()
        let_it_be_due(timedelta(minutes=1))
        with database.vendor_session() as vendor, vendor.begin():
            vendor.execute(sa.update(Company).where(Company.id == company.id).values(state="suspended"))
        scheduler.tick()
        assert jobs(context) == 0

    def test_a_schedule_that_is_gone_from_the_code_is_forgotten(
        self, context: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        let_it_be_due(timedelta(minutes=1))
        scheduler.hooks.registry.schedules.clear()
        scheduler.tick()
        context.session.rollback()
        assert context.session.scalars(sa.select(models.Schedule)).all() == []

    def test_a_schedule_that_fails_in_one_company_does_not_stop_the_others(
        self, context: Context, stranger: Context, scheduler: Scheduler, let_it_be_due: Callable[[timedelta], None]
    ) -> None:
        scheduler.plan()
        let_it_be_due(timedelta(minutes=2))
        stranger.session.execute(sa.update(models.Schedule).values(next_at=sa.func.now()))
        stranger.session.commit()
        schedules = scheduler.hooks.registry.schedules
        broken = replace(schedules["trial.daily"], name="broken", every=timedelta())
        schedules["trial.broken"] = broken
        context.session.execute(sa.update(models.Schedule).values(name="broken"))
        context.session.commit()
        scheduler.tick()
        assert jobs(context) == 0
        assert jobs(stranger) == 1


def switch(context: Context, *, on: bool) -> None:
    context.session.execute(sa.update(ActiveModule).where(ActiveModule.plugin == "trial").values(active=on))
    context.session.commit()
