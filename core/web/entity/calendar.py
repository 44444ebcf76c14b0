"""The calendar: records by their dates, asked for as somebody moves through time, and moved by dragging."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort, request

from core.context import Context
from core.entity import service
from core.entity.entity import Resource, title_field
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.query import read_page
from core.entity.values import value_of
from core.i18n import translator
from core.web.entity.address import Address, read_address
from core.web.entity.answers import answered, listed, refused
from core.web.entity.turn import may, needs

_ = translator("core")

MOST = 1000
"""Events of one answer; a month of more cannot be read anyway."""
SPAN = timedelta(days=400)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


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
    }


def day_fields(resource: Resource) -> list[Field]:
    """The field, or first and last, that a calendar is laid out by; 404 where there is none."""
    if not resource.dates:
        abort(404)
    return [resource.fields[name] for name in resource.dates[:2]]


@needs("see")
def events(turn: Context, resource: Resource) -> Any:
    """The records that touch a period."""
    first, last = _moment(turn, request.args.get("start", "")), _moment(turn, request.args.get("end", ""))
    if last <= first or last - first > SPAN:
        abort(400)
    found, fields = read_address(turn, resource, request.args), day_fields(resource)
    lanes = resource.lanes
    columns = [resource.fields[title_field(resource.model)], *fields, *([lanes] if lanes else [])]
    query = found.query(dict.fromkeys(columns), limit=MOST)
    begin, end = column(resource, fields[0]), column(resource, fields[-1])
    query.conditions = [
        begin < _bound(fields[0], last), sa.func.coalesce(end, begin) >= _bound(fields[-1], first)
    ]  # fmt: skip
    return listed([_event(turn, found, fields, row) for row in read_page(turn, query).rows])


def _event(turn: Context, found: Address, fields: list[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    zone, lanes = turn.zone, found.resource.lanes
    start, end = row[fields[0].name], row[fields[-1].name] or row[fields[0].name]
    all_day = not isinstance(start, datetime)
    if all_day:
        # The calendar's last day is the one after.
        last = end.astimezone(zone).date() if isinstance(end, datetime) else end
        begins, ends = f"{start}", f"{max(last, start) + _DAY}"
    else:
        until = datetime.combine(end, time(23, 59), zone) if not isinstance(end, datetime) else end
        until = until if until > start else start + _HOUR
        begins, ends = (f"{one.astimezone(zone):%Y-%m-%dT%H:%M}" for one in (start, until))
    state = lanes.choice(row[lanes.name]) if lanes and row.get(lanes.name) else None
    return {
        "id": str(row["id"]),
        "title": str(row[title_field(found.resource.model)] or "—"),
        "start": begins,
        "end": ends,
        "allDay": all_day,
        "extendedProps": {
            "url": f"{found.path}/{row['id']}",
            "color": state.color if state else "primary",
            "version": row["version"],
        },
    }


@needs("edit")
def reschedule(turn: Context, resource: Resource) -> Any:
    """An event was dragged to another time: 200 with the record's version, or why not."""
    fields = day_fields(resource)
    start, end = _moment(turn, request.form.get("start", "")), _moment(turn, request.form.get("end", ""))
    try:
        record = service.get(turn, resource.model, UUID(request.form.get("id", "")))
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    values: dict[str, Any] = {fields[0].name: _bound(fields[0], start)}
    if fields[-1] is not fields[0] and value_of(record, fields[-1]) is not None:
        # Whole days end at the midnight after the last.
        last = end - _DAY if fields[-1].kind.name == "date" and fields[0].kind.name == "date" else end
        values[fields[-1].name] = _bound(fields[-1], max(last, start))
    try:
        service.update(turn, record, values, version=version)
    except StaleError:
        return refused(409, _("Somebody else changed this in the meantime. Load the page again and move it then."))
    except InvalidError as error:
        return refused(422, *(text for texts in error.errors.values() for text in texts))
    return answered(version=record.version)


def _bound(spec: Field, moment: datetime) -> date | datetime:
    return moment.date() if spec.kind.name == "date" else moment


def _moment(turn: Context, text: str) -> datetime:
    """A moment as the calendar writes it: the person's wall clock, with or without a time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    zone = turn.zone
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
