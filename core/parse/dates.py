"""Dates and times, day first unless a column says otherwise."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Final, Literal

from core.i18n import translator
from core.parse.plain import is_blank, typed
from core.text import normalize

DateOrder = Literal["dmy", "mdy"]

_ = translator("core")

_NOT_A_DATE = _("Not a date. Write it like 31/12/2026.")
_NOT_A_TIME = _("Not a time. Write it like 14:30.")
_NOT_A_MOMENT = _("Not a date and time. Write it like 31/12/2026 14:30.")

_EPOCH: Final = dt.datetime.fromisoformat("1899-12-30")
_FIRST_SERIAL: Final = 61
"""1 March 1900: before it, spreadsheets count a day that never was."""
_LAST_SERIAL: Final = 2_958_466
_YEARS: Final = range(1800, 2201)
"""Numbers in a date column that are years, not days since 1900; also the years a date may lie in."""
_SERIAL_DIGITS: Final = re.compile(r"[1-9][0-9]{4}(?:[.,][0-9]{1,15})?")

_DAY: Final = 31
_CENTURY: Final = 100
_FUTURE: Final = 20
"""Years ahead of today that two digits may mean; beyond, they are of the last century."""

_PARTS = re.compile(r"([0-9]{1,4})([-/. ]+)([0-9]{1,2})\2([0-9]{1,4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_IN_WORDS = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2}) nam ([0-9]{4})")
_NAMED = re.compile(r"([0-9]{1,2}) ([a-z]{3})[a-z]* ([0-9]{2,4})|([a-z]{3})[a-z]* ([0-9]{1,2}) ([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TIME = re.compile(
    r"([0-9]{1,2})(?:\s*(?::|h|g|giờ|gio)\s*([0-9]{1,2})?(?:\s*(?::|m|ph|p|phút)\s*([0-9]{1,2})?(?:\.[0-9]{1,9})?)?)?"
    r"\s*(am|pm|sa|ch|sáng|chiều|tối)?"
)
_AFTERNOON = frozenset(("pm", "ch", "chiều", "tối"))
_NOON: Final = 12
_DAY_AND_TIME = re.compile(r"(.+?[0-9])(?:\s*[T,]\s*|\s+)([0-9]{1,2}\s*[:hg].*)", re.IGNORECASE)
_ZONE = re.compile(r"(.*[0-9:])\s*(Z|[+-][0-9]{2}:?[0-9]{2})")


def date(value: Any, *, order: DateOrder = "dmy") -> dt.date | None:
    """Read a day: 31/12/2026, 31-12-26, 2026-12-31, 31 Dec 2026, ngày 31 tháng 12 năm 2026, a spreadsheet's number.

    ``order`` says what comes first where all three parts are numbers and the year comes last.
    """
    if is_blank(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        if _is_serial(value):
            return _from_serial(value).date()
        both = _DAY_AND_TIME.fullmatch(typed(value))
        return _day(both[1] if both else typed(value), order)
    except ValueError:
        raise ValueError(_NOT_A_DATE) from None


def datetime(value: Any, *, order: DateOrder = "dmy") -> dt.datetime | None:
    """Read a moment: a day as in :func:`date`, then a time. It has a zone only if the text names its distance to UTC."""
    if is_blank(value):
        return None
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        return _from_serial(value) if _is_serial(value) else _moment(typed(value), order)
    except ValueError:
        raise ValueError(_NOT_A_MOMENT) from None


def time(value: Any) -> dt.time | None:
    """Read a time of day: 14:30, 14h30, 8 giờ, 2:30 PM, a spreadsheet's fraction of a day."""
    if is_blank(value):
        return None
    if isinstance(value, dt.datetime):
        return value.time()
    if isinstance(value, dt.time):
        return value
    try:
        if isinstance(value, float) and 0 <= value < 1:
            return _rounded(_EPOCH + dt.timedelta(days=value)).time()
        return _clock(typed(value))
    except ValueError:
        raise ValueError(_NOT_A_TIME) from None


def date_order(samples: Iterable[object]) -> DateOrder | None:
    """Tell what comes first in a column of dates from those with a day above 12; None when none has or they disagree."""
    found: set[DateOrder] = set()
    for sample in samples:
        parts = _PARTS.match(sample.strip()) if isinstance(sample, str) else None
        if parts and int(parts[1]) <= _DAY and int(parts[3]) <= _DAY:
            if int(parts[1]) > len(_MONTHS):
                found.add("dmy")
            if int(parts[3]) > len(_MONTHS):
                found.add("mdy")
    return found.pop() if len(found) == 1 else None


def _is_serial(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or (isinstance(value, str) and bool(_SERIAL_DIGITS.fullmatch(value.strip())))


def _from_serial(value: float | str) -> dt.datetime:
    days = float(value.strip().replace(",", ".")) if isinstance(value, str) else float(value)
    if not _FIRST_SERIAL <= days < _LAST_SERIAL or days in _YEARS:
        raise ValueError
    return _rounded(_EPOCH + dt.timedelta(days=days))


def _rounded(moment: dt.datetime) -> dt.datetime:
    """Give the nearest second: a day's fraction is never exact."""
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _day(text: str, order: DateOrder) -> dt.date:
    if parts := _PARTS.fullmatch(text):
        return _numeric_day(parts[1], parts[3], parts[4], order)
    if compact := _COMPACT.fullmatch(text):
        return _built(int(compact[1]), int(compact[2]), int(compact[3]))
    words = normalize(text)
    if spoken := _IN_WORDS.fullmatch(words):
        return _built(int(spoken[3]), int(spoken[2]), int(spoken[1]))
    named = _NAMED.fullmatch(words)
    if named is None:
        raise ValueError
    day, month, year = (named[1], named[2], named[3]) if named[1] else (named[5], named[4], named[6])
    return _built(_full_year(year), _MONTHS.index(month) + 1, int(day))


def _numeric_day(first: str, second: str, third: str, order: DateOrder) -> dt.date:
    if len(first) == len("2026"):
        return _built(int(first), int(second), int(third))
    day, month = (first, second) if order == "dmy" else (second, first)
    return _built(_full_year(third), int(month), int(day))


def _full_year(digits: str) -> int:
    """Take two digits for the nearest year that is at most twenty years ahead."""
    if len(digits) != len("26"):
        return int(digits)
    limit = dt.datetime.now(dt.UTC).year + _FUTURE
    return limit - (limit - int(digits)) % _CENTURY


def _built(year: int, month: int, day: int) -> dt.date:
    if year not in _YEARS:
        raise ValueError
    return dt.date(year, month, day)


def _moment(text: str, order: DateOrder) -> dt.datetime:
    zone: dt.tzinfo | None = None
    if (zoned := _ZONE.fullmatch(text)) and ":" in zoned[1]:
        text, zone = zoned[1], dt.datetime.strptime(zoned[2].upper(), "%z").tzinfo
    both = _DAY_AND_TIME.fullmatch(text)
    day, clock = (both[1], both[2]) if both else (text, "0:00")
    return dt.datetime.combine(_day(day, order), _clock(clock), zone)


def _clock(text: str) -> dt.time:
    match = _TIME.fullmatch(text.strip().lower())
    if match is None or not (match[4] or re.search("[:hg]", text.lower())):
        raise ValueError
    hour = int(match[1])
    if match[4]:
        if hour > _NOON:
            raise ValueError
        hour = hour % _NOON + (_NOON if match[4] in _AFTERNOON else 0)
    return dt.time(hour, int(match[2] or 0), int(match[3] or 0))
