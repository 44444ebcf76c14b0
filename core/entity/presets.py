"""Periods people ask for by name: this week, last month … counted in the company's zone, weeks from Monday."""

from calendar import isleap
from collections.abc import Callable
from datetime import date, timedelta

from core.i18n import Text, translator

_ = translator("core")

_WEEK, _MONTHS, _QUARTER = 7, 12, 3
_FEBRUARY, _LEAP_YEAR = 2, 366


def _week(day: date, shift: int) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=shift)
    return monday, monday + timedelta(days=_WEEK - 1)


def _months(day: date, first: int, count: int) -> tuple[date, date]:
    """``count`` whole months from month number ``first``, counted from January of the day's year as 0."""
    begin = date(day.year + first // _MONTHS, first % _MONTHS + 1, 1)
    after = first + count
    return begin, date(day.year + after // _MONTHS, after % _MONTHS + 1, 1) - timedelta(days=1)


def _days(day: date, first: int, last: int) -> tuple[date, date]:
    return day + timedelta(days=first), day + timedelta(days=last)


def _quarter(day: date, shift: int) -> tuple[date, date]:
    return _months(day, ((day.month - 1) // _QUARTER + shift) * _QUARTER, _QUARTER)


PRESETS: dict[str, tuple[Text, Callable[[date], tuple[date, date]]]] = {
    "today": (_("Today"), lambda day: _days(day, 0, 0)),
    "yesterday": (_("Yesterday"), lambda day: _days(day, -1, -1)),
    "tomorrow": (_("Tomorrow"), lambda day: _days(day, 1, 1)),
    "this_week": (_("This week"), lambda day: _week(day, 0)),
    "last_week": (_("Last week"), lambda day: _week(day, -1)),
    "next_week": (_("Next week"), lambda day: _week(day, 1)),
    "this_month": (_("This month"), lambda day: _months(day, day.month - 1, 1)),
    "last_month": (_("Last month"), lambda day: _months(day, day.month - 2, 1)),
    "next_month": (_("Next month"), lambda day: _months(day, day.month, 1)),
    "this_quarter": (_("This quarter"), lambda day: _quarter(day, 0)),
    "last_quarter": (_("Last quarter"), lambda day: _quarter(day, -1)),
    "this_year": (_("This year"), lambda day: _months(day, 0, _MONTHS)),
    "last_year": (_("Last year"), lambda day: _months(day, -_MONTHS, _MONTHS)),
    "last_7_days": (_("Last 7 days"), lambda day: _days(day, -6, 0)),
    "last_30_days": (_("Last 30 days"), lambda day: _days(day, -29, 0)),
    "next_7_days": (_("Next 7 days"), lambda day: _days(day, 0, 6)),
    "next_30_days": (_("Next 30 days"), lambda day: _days(day, 0, 29)),
}


def period(name: str, today: date) -> tuple[date, date]:
    """First and last day of a preset. Raises KeyError for one that does not exist."""
    return PRESETS[name][1](today)


def days_of_year(first: date, last: date) -> list[str]:
    """The days of a period by month and day, ``0131``, for what comes round every year.

    Who was born on 29 February has their day on the 28th where the year has no other.
    """
    span = min((last - first).days + 1, _LEAP_YEAR)
    found = [f"{day:%m%d}" for day in (first + timedelta(days=shift) for shift in range(span))]
    short = not isleap(last.year if last.month > _FEBRUARY or first.year == last.year else first.year)
    return [*found, "0229"] if "0228" in found and short else found
