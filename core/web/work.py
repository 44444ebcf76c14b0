"""Work given to others, and the statistics of who got what done, with the lists behind their figures."""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, send_file, url_for

from core.calendar.entries import Entry, Where, colors, of_people, plans, read
from core.calendar.parties import parties
from core.calendar.people import names_of
from core.calendar.work import (
    COMPLETED,
    FIGURES,
    ON_TIME,
    OPEN,
    OVERDUE,
    PLANNED,
    Figures,
    due_within,
    figures,
    given,
    helpers,
    what,
)
from core.context import Context, ForbiddenError
from core.db.base import now
from core.entity.entity import Resource
from core.entity.format import moment, number, show_day
from core.entity.presets import PRESETS, period
from core.i18n import Text, translator
from core.sheets.writer import Column, write_xlsx
from core.text import normalize
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("work", __name__, url_prefix="/work")

MOST = 200
PERIODS = ("today", "this_week", "last_week", "this_month", "last_month", "this_quarter", "this_year")
FIRST = "this_month"
TITLES: dict[str, Text] = {
    PLANNED: _("Planned for the period"),
    COMPLETED: _("Completed"),
    ON_TIME: _("On time"),
    OVERDUE: _("Overdue"),
    OPEN: _("Still open"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/given")
def given_list() -> str:
    """What one gave to others: by default what is still open, the next first."""
    turn = context()
    state, kind = request.args.get("what", OPEN), request.args.get("kind", "")
    entries = read(turn, _kinds(turn, kind), given(turn), what(turn, state), by="due", limit=MOST + 1)
    return render_template(
        "work_given.html",
        **_table(turn, entries),
        states=_options(
            {OPEN: TITLES[OPEN], OVERDUE: TITLES[OVERDUE], COMPLETED: TITLES[COMPLETED], "all": _("All")}, state
        ),
        kinds=_kind_options(turn, kind),
    )


@blueprint.get("/report")
def report() -> str:
    """The figures of a period, by person and by kind."""
    turn, preset, kind = context(), _preset(), request.args.get("kind", "")
    found = [one for one in figures(turn, *_period(turn, preset)) if kind in {"", one.kind}]
    names = names_of(turn, {one.person for one in found})
    titles = {one.name: one.plural for one in plans(turn)}
    people, kinds = (_summed((getattr(one, key), one) for one in found) for key in ("person", "kind"))
    hues = colors(turn)
    return render_template(
        "work_report.html",
        columns=[{"name": name, "title": TITLES[name]} for name in FIGURES],
        people=[
            {
                "title": names.get(person, "—"),
                "cells": _cells(sums, preset, kind, person=str(person)),
                "rate": _rate(sums),
            }
            for person, sums in sorted(people.items(), key=lambda pair: normalize(names.get(pair[0], "")))
        ],
        by_kind=[
            {
                "title": title,
                "color": hues[name],
                "cells": _cells(kinds[name], preset, name),
                "rate": _rate(kinds[name]),
            }
            for name, title in titles.items()
            if name in kinds
        ],
        periods=_options({name: PRESETS[name][0] for name in PERIODS}, preset),
        kinds=_kind_options(turn, kind),
        export_url=url_for("work.export", period=preset) if _exported(turn) else "",
    )


def _summed(pairs: Iterable[tuple[Any, Figures]]) -> dict[Any, list[int]]:
    """The figures added up by a key."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0] * len(FIGURES))
    for key, one in pairs:
        found[key] = [sum(pair) for pair in zip(found[key], _numbers(one), strict=True)]
    return found


def _numbers(one: Figures) -> list[int]:
    return [one.planned, one.completed, one.on_time, one.overdue]


def _cells(sums: Sequence[int], preset: str, kind: str, *, person: str | None = None) -> list[dict[str, str]]:
    """Each figure with the list behind it, of one person or of everybody."""
    return [
        {
            "text": number(value),
            "url": url_for("work.behind", person=person, what=name, period=preset, kind=kind or None) if value else "",
        }
        for name, value in zip(FIGURES, sums, strict=True)
    ]


def _rate(sums: Sequence[int]) -> int:
    """Of what was planned how much is completed, in percent."""
    return round(100 * sums[1] / sums[0]) if sums[0] else 0


@blueprint.get("/list")
def behind() -> str:
    """The plans that a figure counted: one person's, or everybody's. What two people have to do is one line here."""
    turn, preset, name = context(), _preset(), request.args.get("what", PLANNED)
    person = _person(text) if (text := request.args.get("person", "")) else None
    where: list[Where] = [due_within(*_period(turn, preset)), what(turn, name)]
    if person is not None:
        where.append(of_people(turn, [person]))
    entries = read(turn, _kinds(turn, request.args.get("kind", "")), *where, by="due", limit=MOST + 1)
    return render_template(
        "work_behind.html",
        **_table(turn, entries),
        person=names_of(turn, {person}).get(person, "—") if person is not None else _("Everybody"),
        what=TITLES.get(name, TITLES[PLANNED]),
        period=PRESETS[preset][0],
        back_url=url_for("work.report", period=preset),
    )


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(404)


@blueprint.get("/report.xlsx")
def export() -> Any:
    """The figures by person and kind, of the kinds that the person may export."""
    turn, preset = context(), _preset()
    allowed = {one.name: one.plural for one in _exported(turn)}
    if not allowed:
        raise ForbiddenError("core.task", "export")
    found = [one for one in figures(turn, *_period(turn, preset)) if one.kind in allowed]
    names = names_of(turn, {one.person for one in found})
    columns = [Column(_("Employee")), Column(_("Kind")), *(Column(TITLES[name], "integer") for name in FIGURES)]
    rows = [(names.get(one.person, "—"), str(allowed[one.kind]), *_numbers(one)) for one in found]
    file = io.BytesIO()
    write_xlsx(file, columns, sorted(rows, key=lambda row: (normalize(row[0]), row[1])), sheet=_("Work report"))
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=f"{_('Work report')}.xlsx")


def _exported(turn: Context) -> list[Resource]:
    return [one for one in plans(turn) if turn.can(one.name, "export")]


def _preset() -> str:
    name = request.args.get("period", FIRST)
    return name if name in PERIODS else FIRST


def _period(turn: Context, preset: str) -> tuple[datetime, datetime]:
    first, last = period(preset, turn.today())
    zone = turn.company.zone
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def _kinds(turn: Context, kind: str) -> list[Resource]:
    return [one for one in plans(turn) if kind in {"", one.name}]


def _kind_options(turn: Context, chosen: str) -> list[dict[str, Any]]:
    return _options({"": _("All kinds"), **{one.name: one.plural for one in plans(turn)}}, chosen)


def _options(titles: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "title": title, "on": value == chosen} for value, title in titles.items()]


def _table(turn: Context, entries: Sequence[Entry]) -> dict[str, Any]:
    """The rows of a list of plans, and whether there are more of them."""
    shown, hues = entries[:MOST], colors(turn)
    names = names_of(turn, {entry.owner for entry in shown if entry.owner})
    known = parties(turn, {entry.customer for entry in shown if entry.customer})
    others = helpers(turn, shown)
    rows = [
        {
            "entry": entry,
            "color": hues[entry.resource.name],
            "people": ", ".join(
                dict.fromkeys([*([names[entry.owner]] if entry.owner in names else []), *others.get(entry.id, [])])
            ),
            "party": known.get(entry.customer) if entry.customer else None,
            "due": moment(turn, entry.due) if isinstance(entry.due, datetime) else show_day(entry.due),
            "late": entry.ended is None and _is_late(entry),
        }
        for entry in shown
    ]
    return {"rows": rows, "capped": len(entries) > MOST, "most": MOST}


def _is_late(entry: Entry) -> bool:
    return isinstance(entry.due, datetime) and entry.due < now()
