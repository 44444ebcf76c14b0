"""Counting minutes in which people work."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_FAR = 366
"""Days looked ahead; no deadline is later than that."""


def after(moment: datetime, minutes: int, days: Collection[int], opens: time, closes: time, zone: ZoneInfo) -> datetime:
    """The moment when so many minutes were worked, on days (Monday is 0) between the two hours of a zone's clock."""
    local, rest = moment.astimezone(zone), timedelta(minutes=minutes)
    for ahead in range(_FAR):
        day = local.date() + timedelta(days=ahead)
        if day.weekday() not in days:
            continue
        begin = max(datetime.combine(day, opens, zone), local)
        worked = datetime.combine(day, closes, zone) - begin
        if worked >= rest:
            return begin + rest
        rest -= max(worked, timedelta())
    return local + timedelta(days=_FAR)
