"""A report's figures as a page shows them: a table whose every figure leads to its records, and what a chart draws."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from core.context import Context
from core.entity.format import number, show_day
from core.i18n import Label, current_locale, translator
from core.reports.definition import COUNT, FUNNEL, PIE, TABLE
from core.reports.drill import records_of
from core.reports.offered import Measure
from core.reports.running import ALL, Figure, Key, Result
from core.reports.wording import figure_text

_ = translator("core")

_LONGEST_ADDRESS = 4000


def shown(turn: Context, result: Result, title: Label = "") -> dict[str, Any]:
    """What ``_report.html`` needs."""
    return {
        "table": table(turn, result),
        "chart": chart(turn, result, title),
        "empty": not result.rows and bool(result.plan.dimensions),
        "period": _period(result),
    }


def change_text(change: float) -> str:
    """By how much a figure grew."""
    return f"{'+' if change > 0 else ''}{number(Decimal(change).quantize(Decimal('0.1')))}%"


def _period(result: Result) -> dict[str, str]:
    plan = result.plan
    if plan.days is None or plan.on is None:
        return {}
    days, before = plan.days, plan.before
    found = {"title": str(plan.on.title), "days": f"{show_day(days.first)} – {show_day(days.last)}"}
    return {**found, "before": f"{show_day(before.first)} – {show_day(before.last)}"} if before else found


def table(turn: Context, result: Result) -> dict[str, Any]:
    """Heads, rows and the foot with the totals."""
    plan = result.plan
    places = [*range(len(result.columns)), ALL] if len(plan.dimensions) > 1 else [ALL]
    shares = len(plan.dimensions) == 1 and len(plan.resources) == 1 and plan.measures[0].how in {COUNT, "sum"}
    lines = [(at, key) for at, key in enumerate(result.rows)]
    foot = _line(turn, result, ALL, None, places, shares=False)
    return {
        "head": str(plan.dimensions[0].title) if plan.dimensions else "",
        "groups": [str(result.columns[at].title) if at != ALL else str(_("Total")) for at in places]
        if len(places) > 1
        else [],
        "measures": [str(one.title) for one in plan.measures],
        "shares": shares,
        "rows": [_line(turn, result, at, key, places, shares=shares) for at, key in lines],
        "foot": foot,
        "totals": foot["cells"][-len(plan.measures) :],
    }


def _line(
    turn: Context, result: Result, at: int, key: Key | None, places: Sequence[int], *, shares: bool
) -> dict[str, Any]:
    columns = [result.columns[place] if place != ALL else None for place in places]
    cells = [
        cell
        for place, column in zip(places, columns, strict=True)
        for cell in _cells(turn, result, (key, column), result.at(at, place))
    ]
    share = result.share(at) if shares else None
    return {
        "title": str(key.title) if key else str(_("Total")),
        "color": key.color if key else "",
        "others": bool(key and key.others),
        "cells": cells,
        "share": None
        if share is None
        else {"text": f"{number(Decimal(share).quantize(Decimal('0.1')))}%", "width": share},
    }


def _cells(
    turn: Context, result: Result, keys: tuple[Key | None, Key | None], figures: Sequence[Figure]
) -> Iterator[dict[str, Any]]:
    for measure, figure in zip(result.plan.measures, figures, strict=True):
        cell = {
            "label": str(measure.title) if len(figures) > 1 else "",
            "text": figure_text(turn, measure, figure.value),
            "url": list_url(result, measure, keys) if figure.value else "",
        }
        if result.plan.before:
            change = figure.change
            cell |= {
                "before": figure_text(turn, measure, figure.before),
                "before_url": list_url(result, measure, keys, before=True) if figure.before else "",
                "change": "" if change is None else change_text(change),
                "color": "" if not change else "green" if change > 0 else "red",
            }
        yield cell


def list_url(result: Result, measure: Measure, keys: tuple[Key | None, Key | None], *, before: bool = False) -> str:
    """The list of exactly the records behind a figure; empty where no address can say which."""
    found = records_of(result, *keys, before=before)
    if found is None:
        return ""
    url = f"/{measure.resource.path}?{urlencode({'view': 'all', **found})}"
    return url if len(url) <= _LONGEST_ADDRESS else ""


def chart(turn: Context, result: Result, title: Label = "") -> dict[str, Any] | None:
    """What the chart's script draws; None for a table and where there is nothing to draw."""
    plan = result.plan
    if plan.definition.chart == TABLE or not result.rows:
        return None
    rows = list(enumerate(result.rows))
    by_columns = bool(result.columns)
    drawn = (0,) if by_columns or plan.definition.chart in {PIE, FUNNEL} else range(len(plan.measures))
    series: list[dict[str, Any]] = []
    for place, column in enumerate(result.columns) if by_columns else [(ALL, None)]:
        for index in drawn:
            name = str(column.title) if column else str(plan.measures[index].title)
            series.append(_series(turn, result, (place, column), index, name, rows))
            if plan.before and not by_columns and plan.definition.chart not in {PIE, FUNNEL}:
                before = str(_("%(figure)s (previous period)", figure=name))
                series.append(_series(turn, result, (place, column), index, before, rows, before=True))
    return {
        "kind": plan.definition.chart,
        "title": str(title),
        "locale": current_locale(),
        "labels": [_label(key, plan.dimensions[0].step) for _at, key in rows],
        "colors": [key.color for _at, key in rows],
        "dated": bool(plan.dimensions[0].step),
        "series": series,
    }


def _label(key: Key, step: str) -> str:
    """A group below its bar: of a week the first day is enough."""
    return show_day(key.value) if key.days and step == "week" else str(key.title)


def _axis(measure: Measure) -> str:
    """What figures have in common that are read by one scale."""
    return "count" if measure.field is None else measure.field.kind.name


def _series(
    turn: Context,
    result: Result,
    column: tuple[int, Key | None],
    index: int,
    name: str,
    rows: Sequence[tuple[int, Key]],
    *,
    before: bool = False,
) -> dict[str, Any]:
    measure = result.plan.measures[index]
    figures = [result.at(at, column[0])[index] for at, _key in rows]
    values = [one.before if before else one.value for one in figures]
    return {
        "name": name,
        "color": column[1].color if column[1] else "",
        "before": before,
        "scale": _axis(measure),
        "values": [None if one is None else float(one) for one in values],
        "texts": [figure_text(turn, measure, one) for one in values],
        "urls": [
            list_url(result, measure, (key, column[1]), before=before) if value else ""
            for (_at, key), value in zip(rows, values, strict=True)
        ],
    }
