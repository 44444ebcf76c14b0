"""When recurring work is due: days are counted on the company's calendar, shorter periods by the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.plugin.manifest import Schedule

NIGHT = 3
"""The hour of a company's day for work that names none: nobody is waiting."""
_DAY = timedelta(days=1)


def first(schedule: Schedule, now: datetime, zone: ZoneInfo) -> datetime:
    """When new recurring work is due for the first time, always after ``now``."""
    if not _days(schedule):
        return now + schedule.every
    today = now.astimezone(zone).date()
    return next(moment for moment in (_moment(schedule, today + n * _DAY, zone) for n in range(3)) if moment > now)


def following(schedule: Schedule, last: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """When it is due again after ``last``, always after ``now``: what was missed meanwhile is not made up for."""
    days = _days(schedule)
    if not days:
        return last + (max(now - last, timedelta()) // schedule.every + 1) * schedule.every
    begun = last.astimezone(zone).date()
    missed = max((now.astimezone(zone).date() - begun).days // days, 1)
    moment = _moment(schedule, begun + missed * days * _DAY, zone)
    while moment <= max(now, last):
        missed += 1
        moment = _moment(schedule, begun + missed * days * _DAY, zone)
    return moment


def _days(schedule: Schedule) -> int:
    """The period in days; 0 where it is not one of whole days."""
    return 0 if schedule.every % _DAY else schedule.every // _DAY


def _moment(schedule: Schedule, day: date, zone: ZoneInfo) -> datetime:
    """The hour on that day. An hour that the clocks skip is taken an hour later, one they repeat the first time."""
    hour = NIGHT if schedule.at_hour is None else schedule.at_hour
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
