"""The days a report is about, and those before them that it is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.entity.presets import period
from core.reports.definition import RANGE

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both of them counted."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """How many whole months these are; 0 where they are not."""
        after = self.last + _DAY
        if self.first.day != 1 or after.day != 1:
            return 0
        return (after.year - self.first.year) * _MONTHS + after.month - self.first.month

    @property
    def before(self) -> "Days":
        """As many months before, of whole months; otherwise as many days."""
        if not self.months:
            return Days(self.first - (self.last - self.first) - _DAY, self.first - _DAY)
        month = self.first.year * _MONTHS + self.first.month - 1 - self.months
        return Days(date(month // _MONTHS, month % _MONTHS + 1, 1), self.first - _DAY)

    def before_of(self, part: "Days") -> "Days | None":
        """The days of the period before that stand at the place of a part of these; None where there are none."""
        before, months = self.before, self.months
        every = (before.first + n * _DAY for n in range((before.last - before.first).days + 1))
        moved = ((day, _later(day, months) if months else day + (self.first - before.first)) for day in every)
        found = [day for day, at in moved if part.first <= at <= part.last]
        return Days(found[0], found[-1]) if found else None

    def within(self, other: "Days | None") -> "Days":
        """Those of these days that the other has too."""
        return Days(max(self.first, other.first), min(self.last, other.last)) if other else self


def _later(day: date, months: int) -> date:
    """The day so many months later, or the last of that month, as the database counts."""
    month = day.year * _MONTHS + day.month - 1 + months
    first = date(month // _MONTHS, month % _MONTHS + 1, 1)
    return min(first + (day.day - 1) * _DAY, bucket(first, "month").last)


def read_days(text: str, today: date) -> Days:
    """A preset, or two days with ``..`` between. Raises KeyError or ValueError."""
    first, between, last = text.partition(RANGE)
    if not between:
        return Days(*period(text, today))
    found = Days(date.fromisoformat(first), date.fromisoformat(last))
    if found.last < found.first:
        raise ValueError(text)
    return found


def bucket(day: date, step: str) -> Days:
    """The days of a week, month … by its first."""
    if step == "day":
        return Days(day, day)
    if step == "week":
        return Days(day, day + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": _MONTHS}[step]
    month = day.year * _MONTHS + day.month - 1 + months
    return Days(day, date(month // _MONTHS, month % _MONTHS + 1, 1) - _DAY)


def begin_of(day: date, step: str) -> date:
    """The first day of the week, month … that a day lies in."""
    if step == "day":
        return day
    if step == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": _MONTHS}[step]
    return date(day.year, (day.month - 1) // months * months + 1, 1)
