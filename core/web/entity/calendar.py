"""The calendar: records by their dates, asked for as somebody moves through time, and moved by dragging."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, request
from uuid_utils.compat import uuid7

from core.calendar.columns import column_field, columns_of, read_column
from core.calendar.entries import BETWEEN, MOST, Entry, bound
from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.format import show_row
from core.entity.query import read_page
from core.entity.titles import naming
from core.entity.values import value_of
from core.i18n import translator
from core.web.entity.address import Address, read_address, undo_url
from core.web.entity.answers import answered, listed, refused
from core.web.entity.turn import may, needs

_ = translator("core")

SPAN = timedelta(days=400)
CUT = "Ghep-Cut-At"
"""The header of an answer that holds only the first so many entries."""
COLUMN = "="
"""Stands before a column's value: an empty name would be no name to the calendar."""
_DAY = timedelta(days=1)
_AROUND = timedelta(days=90)
_SHORT = timedelta(minutes=30)
"""How long something is shown that has no length."""


def calendar_of(turn: Context, found: Address) -> dict[str, Any]:
    """What _calendar.html needs."""
    fields = day_fields(found.resource)
    editable = may(turn, found.resource, "edit") and all(spec.writable for spec in fields)
    first = "month" if fields[0].kind.name == "date" else "week"
    return {
        "events_url": found.url(path=f"{found.path}/events", at=""),
        "move_url": f"{found.path}/reschedule" if editable else "",
        "calendar_view": {"month": "dayGridMonth", "week": "timeGridWeek"}[first],
        "date": found.parameters.get("at", ""),
        "columns": _columns_shown(found, by) if (by := column_field(found.resource)) else {},
    }


def _columns_shown(found: Address, spec: Field) -> dict[str, str]:
    """How the views by room, or whatever it is, are called, and where their columns are asked for."""
    return {
        "url": f"{found.path}/calendar-columns",
        "title": str(spec.title),
        # Whole days side by side say nothing of an hour.
        "days": "1" if day_fields(found.resource)[0].kind.name == "date" else "",
    }


def day_fields(resource: Resource) -> list[Field]:
    """The field, or first and last, that a calendar is laid out by; 404 where there is none."""
    if not resource.dates:
        abort(404)
    return [resource.fields[name] for name in resource.dates[:2]]


@needs("see")
def events(turn: Context, resource: Resource) -> Any:
    """The records that touch a period."""
    first, last = asked_period(turn)
    found, fields = read_address(turn, resource, request.args), day_fields(resource)
    known = (*naming(resource), *fields, resource.lanes, column_field(resource))
    query = found.query(dict.fromkeys(one for one in known if one is not None), limit=MOST)
    query.conditions = _touching(turn, resource, first, last)
    page = read_page(turn, query)
    return in_part(listed([_event(turn, resource, fields, row) for row in page.rows]), cut=bool(page.next_cursor))


def in_part(answer: Response, *, cut: bool) -> Response:
    """An answer that says whether there is more than it holds."""
    if cut:
        answer.headers[CUT] = str(MOST)
    return answer


def _touching(turn: Context, resource: Resource, first: datetime, last: datetime) -> list[sa.ColumnElement[bool]]:
    fields = day_fields(resource)
    begin, end = column(resource, fields[0]), column(resource, fields[-1])
    return [
        sa.func.coalesce(begin, end) < bound(turn, fields[0], last),
        sa.func.coalesce(end, begin) >= bound(turn, fields[-1], first),
    ]


@needs("see")
def columns(turn: Context, resource: Resource) -> Any:
    """The columns of a calendar by room, or whatever it is; a text is one as long as some record about then has it."""
    spec = column_field(resource)
    if spec is None:
        abort(404)
    first, last = asked_period(turn)
    about = _touching(turn, resource, first - _AROUND, last + _AROUND)
    return listed(
        [{"id": COLUMN + one.text, "title": str(one.title)} for one in columns_of(turn, resource, spec, about)]
    )


def _event(turn: Context, resource: Resource, fields: list[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    lanes, named = resource.lanes, [show_row(turn, spec, row).text for spec in naming(resource)]
    state = lanes.choice(row[lanes.name]) if lanes and row.get(lanes.name) else None
    ends = row[fields[-1].name] if len(fields) > 1 else None
    entry = Entry(
        resource, row["id"], row["version"], BETWEEN.join(filter(None, named)) or "—", row[fields[0].name], ends, state
    )
    shown = {"url": entry.url, "color": state.color if state else "primary", "version": entry.version}
    by = column_field(resource)
    columns = {"resourceIds": [COLUMN + ("" if (value := row[by.name]) is None else str(value))]} if by else {}
    return {**as_event(turn, entry), **columns, "extendedProps": shown}


def as_event(turn: Context, entry: Entry) -> dict[str, Any]:
    """An entry by the clock of whoever looks, without a zone: the browser's own may be another."""
    zone, start, end = turn.zone, entry.at, entry.due
    if entry.all_day:
        # The calendar's last day is the one after.
        first, last = (one.astimezone(zone).date() if isinstance(one, datetime) else one for one in (start, end))
        begins, ends = f"{first}", f"{max(last, first) + _DAY}"
    else:
        assert isinstance(start, datetime), "what has no hours is shown above them"
        until = datetime.combine(end, time(23, 59), zone) if not isinstance(end, datetime) else end
        until = until if until > start else start + _SHORT
        begins, ends = (f"{one.astimezone(zone):%Y-%m-%dT%H:%M}" for one in (start, until))
    return {"id": str(entry.id), "title": entry.title, "start": begins, "end": ends, "allDay": entry.all_day}


@needs("edit")
def reschedule(turn: Context, resource: Resource) -> Any:
    """An event was dragged to another time: 200 with the record's version and what takes it back, or why not."""
    fields, mark = day_fields(resource), uuid7()
    start, end = moment_of(turn, request.form.get("start", "")), moment_of(turn, request.form.get("end", ""))
    try:
        record = service.get(turn, resource.model, UUID(request.form.get("id", "")))
        version = int(request.form.get("version", ""))
        values = {**_moved(turn, record, fields, start, end), **_column_moved(resource)}
    except ValueError:
        abort(400)
    try:
        service.update(turn, record, values, version=version)
    except StaleError:
        return refused(409, _("Somebody else changed this in the meantime. Load the page again and move it then."))
    except InvalidError as error:
        return refused(422, *(text for texts in error.errors.values() for text in texts))
    return answered(version=record.version, undo_url=undo_url(resource, mark))


def _moved(turn: Context, record: Entity, fields: list[Field], start: datetime, end: datetime) -> dict[str, Any]:
    """The new values. An end that nobody set is set by lengthening alone, and so is a start."""
    first, last = fields[0], fields[-1]
    whole = bool(request.form.get("all_day")) or first.kind.name == "date"
    # Whole days end at the midnight after the last.
    ends = max(end - _DAY if whole else end, start)
    began, ended = value_of(record, first), value_of(record, last)
    if first is last:
        return {first.name: _placed(turn, first, start, began, whole=whole)}
    if began is None:
        return {last.name: _placed(turn, last, start, ended, whole=whole)}
    found = {first.name: _placed(turn, first, start, began, whole=whole)}
    if ended is not None or request.form.get("resized"):
        found[last.name] = _placed(turn, last, ends, ended or began, whole=whole)
    return found


def _column_moved(resource: Resource) -> dict[str, Any]:
    """The new room, or whatever it is, of what was put into another column."""
    spec, text = column_field(resource), request.form.get("column", "")
    if spec is None or not text.startswith(COLUMN):
        return {}
    return {spec.name: read_column(spec, text.removeprefix(COLUMN))}


def _placed(turn: Context, spec: Field, moment: datetime, before: Any, *, whole: bool) -> date | datetime:
    """Where something was put down; on a day without an hour it keeps the hour it had."""
    if whole and isinstance(before, datetime):
        moment = datetime.combine(moment.date(), before.astimezone(turn.zone).time(), turn.zone)
    return bound(turn, spec, moment)


def asked_period(turn: Context) -> tuple[datetime, datetime]:
    """The period that a calendar asks for; 400 for one that makes no sense."""
    first, last = moment_of(turn, request.args.get("start", "")), moment_of(turn, request.args.get("end", ""))
    if last <= first or last - first > SPAN:
        abort(400)
    return first, last


def moment_of(turn: Context, text: str) -> datetime:
    """A moment as the calendar writes it: the person's wall clock, with or without a time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    zone = turn.zone
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
