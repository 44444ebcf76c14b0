"""Automations by the clock: when they are due, for whom, and once for each time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.automation.clock import falls_on, following
from core.automation.models import Automation
from core.db.base import now
from tests.core.automation.conftest import SALUTE, Office, condition

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def schedule(every: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"on": "schedule", "every": every, "unit": unit, **more}


def come(office: Office, rule: Automation) -> None:
    """Let its time come, in this very minute."""
    office.fresh()
    office.admin.session.get_one(Automation, (office.admin.tenant, rule.id)).next_at = now() - timedelta(seconds=1)
    office.later()


@pytest.mark.parametrize(
    ("trigger", "last", "wanted"),
    [
        (schedule(1, "days", hour=8), "2026-03-01T00:59", "2026-03-01T01:00"),
        (schedule(1, "days", hour=8), "2026-03-01T01:00", "2026-03-02T01:00"),
        (schedule(1, "weeks", hour=0, weekday=2), "2026-03-01T00:00", "2026-03-03T17:00"),
        (schedule(1, "months", hour=0, day=31), "2026-02-01T00:00", "2026-02-27T17:00"),
        (schedule(2, "hours"), "2026-03-01T01:30", "2026-03-01T02:00"),
        ({"on": "date", "field": "birthday", "unit": "days", "hour": 9}, "2026-03-01T02:00", "2026-03-02T02:00"),
    ],
)
def test_when_it_is_due_next(trigger: dict[str, Any], last: str, wanted: str) -> None:
    found = following(trigger, datetime.fromisoformat(last).replace(tzinfo=UTC), HANOI)
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


def test_it_begins_and_ends_with_its_days() -> None:
    trigger = schedule(2, "days", **{"from": "2026-03-01", "until": "2026-03-05"})
    assert [day for day in range(1, 9) if falls_on(trigger, date(2026, 3, day))] == [1, 3, 5]
    assert following(trigger, datetime(2026, 3, 6, tzinfo=UTC), HANOI) is None


def test_a_schedule_runs_for_every_record_that_fits_each_time(office: Office) -> None:
    office.customer("Lan")
    office.customer("Hoa")
    rule = office.automate(SALUTE, on=schedule(1, "days", hour=8), when=condition("name", "eq", "Lan"))
    come(office, rule)
    come(office, rule)
    assert [(run.record_title, run.state) for run in office.runs()] == [("Lan", "done")] * 2
    office.fresh()
    planned = office.admin.session.get_one(Automation, (office.admin.tenant, rule.id)).next_at
    assert planned is not None
    assert planned > now()


def test_a_birthday_comes_once_a_year(office: Office) -> None:
    today = office.admin.today()
    office.customer("Lan", birthday=today.replace(year=1992))
    office.customer("Hoa", birthday=(today + timedelta(days=40)).replace(year=1992))
    rule = office.automate(
        SALUTE, on={"on": "date", "field": "birthday", "side": "before", "amount": 0, "unit": "days", "hour": 0}
    )
    come(office, rule)
    come(office, rule)
    assert [run.record_title for run in office.runs()] == ["Lan"]
