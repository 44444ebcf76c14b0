"""A person's calendar as text for other programs (RFC 5545)."""

from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event

from core.activities.models import CALLED_OFF
from core.calendar.entries import Entry, between, of_people, plans, read
from core.calendar.parties import parties
from core.context import Context
from core.db.base import now

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
"""What is told of the past and of the future."""
MOST = 5000
REFRESH = timedelta(hours=1)
"""How often programs are asked to look again."""
_SHORT = timedelta(minutes=30)
"""How long something takes that has no end."""


def calendar_text(context: Context, address: str) -> bytes:
    """The plans that the person owns or was given, as a calendar; the same until one of them changes.

    ``address`` is what the links to the records begin with.
    """
    found = Calendar()
    found.add("prodid", "-//Ghép//CRM//VI")
    found.add("version", "2.0")
    found.add("name", f"{context.company.name} – {context.author}")
    found.add("x-wr-calname", f"{context.company.name} – {context.author}")
    found.add("x-wr-timezone", context.zone.key)
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", REFRESH, parameters={"VALUE": "DURATION"})
    entries = _entries(context)
    known = parties(context, {entry.customer for entry in entries if entry.customer})
    for entry in entries:
        party = known.get(entry.customer) if entry.customer else None
        found.add_component(_event(entry, party.name if party else "", address))
    text: bytes = found.to_ical()
    return text


def _entries(context: Context) -> list[Entry]:
    if context.user is None:
        return []
    today = datetime.combine(context.today(), time(), context.company.zone)
    where = between(context, today - BACK, today + AHEAD), of_people(context, [context.user.id])
    return read(context, plans(context), *where, limit=MOST)


def _event(entry: Entry, customer: str, address: str) -> Event:
    event = Event()
    # Named by the record alone: it stays the same entry whatever the company's address becomes.
    event.add("uid", f"{entry.id}@ghep")
    event.add("dtstamp", entry.updated or now())
    event.add("last-modified", entry.updated or now())
    event.add("sequence", entry.version - 1)
    called_off = entry.state is not None and entry.state.value == CALLED_OFF.value
    mark = "✓ " if entry.done and not called_off else ""
    event.add("summary", f"{mark}{entry.title}{f' – {customer}' if customer else ''}")
    event.add("dtstart", entry.at)
    event.add("dtend", _end(entry))
    event.add("categories", [str(entry.resource.title)])
    event.add("url", f"{address}{entry.url}")
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    return event


def _end(entry: Entry) -> date | datetime:
    """Behind the last moment, or the day after the last; something that has no length takes a little."""
    if not isinstance(entry.at, datetime):
        return entry.due + timedelta(days=1)
    return entry.due if entry.due > entry.at else entry.at + _SHORT
