"""Times of entries as people say them: the day of the week, the day, the hours."""

from datetime import date, datetime

from babel.dates import format_date

from core.calendar.entries import Entry
from core.context import Context
from core.i18n import current_locale


def moment_text(context: Context, at: date | datetime) -> str:
    """A day, with its hour where there is one: “Thứ Ba, 10/03, 09:00”."""
    if not isinstance(at, datetime):
        return day_text(at)
    local = at.astimezone(context.zone)
    return f"{day_text(local.date())}, {local:%H:%M}"


def period_text(context: Context, entry: Entry) -> str:
    """From when to when; the second day is said only where it is another."""
    begin, end = entry.at, entry.due
    if end == begin:
        return moment_text(context, begin)
    if isinstance(begin, datetime) and isinstance(end, datetime):
        since, until = begin.astimezone(context.zone), end.astimezone(context.zone)
        if since.date() == until.date():
            return f"{day_text(since.date())}, {since:%H:%M}–{until:%H:%M}"
    return f"{moment_text(context, begin)} – {moment_text(context, end)}"


def day_text(day: date) -> str:
    """A day with the day of its week."""
    locale = current_locale()
    return format_date(day, "EEEE, dd/MM/yyyy" if locale == "vi" else "EEE d MMM yyyy", locale=locale)
