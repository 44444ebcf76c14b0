"""The builder of a report: what was chosen in it, and what there is to choose from."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import request

from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter, read_filters
from core.entity.query import list_fields
from core.i18n import Label, Text, translator
from core.reports import offered
from core.reports.definition import COUNT, MOST_DIMENSIONS, RANGE, STEPS, TOPS, Definition, of_pairs
from core.reports.plan import Plan, alike_entities
from core.web.entity.shape import Shape
from core.web.periods import OWN_DAYS
from core.web.periods import periods as named_periods
from core.web.rule_form import row, shape_of, typed_conditions

_ = translator("core")

CHART_TITLES: dict[str, tuple[Text, str]] = {
    "table": (_("Table"), "table"),
    "bar": (_("Bars"), "chart-bar"),
    "line": (_("Line"), "chart-line"),
    "pie": (_("Pie"), "chart-pie"),
    "funnel": (_("Funnel"), "chart-funnel"),
}


def read() -> Definition:
    """What the address says, or the builder's form, which sends the same in smaller parts."""
    sent = request.args
    conditions = typed_conditions(sent)
    found = of_pairs([*sent.items(multi=True), *conditions])
    if found.period == OWN_DAYS:
        first, last = sent.get("first", ""), sent.get("last", "")
        found = replace(found, period=f"{first}{RANGE}{last}" if first and last else "")
    return found if found.period else replace(found, compare=False)


def choices(turn: Context, definition: Definition, understood: Plan | None) -> dict[str, Any]:
    """Everything the builder offers, with what is chosen."""
    resource = turn.resource(definition.entity)
    return {
        "entity": definition.entity,
        "title": resource.plural,
        "dimensions": [_dimensions(turn, resource, one) for one in (*definition.by, "", "")[:MOST_DIMENSIONS]],
        "measures": _measures(turn, resource, definition.show),
        "others": _others(turn, definition.show, understood),
        "dates": _options(
            {name: one.title for name, one in _dates(turn, resource).items()}, definition.on or "created_at"
        ),
        **period_of(definition),
        "compare": definition.compare,
        "charts": [
            {"value": name, "title": title, "icon": icon, "on": name == definition.chart}
            for name, (title, icon) in CHART_TITLES.items()
        ],
        "tops": tops(definition),
        "fields": comparable(turn, resource),
        "rows": condition_rows(turn, resource, definition.filters.items()),
    }


def period_of(definition: Definition) -> dict[str, Any]:
    """What to choose a period from, and the days of one that has no name."""
    first, _between, last = definition.period.partition(RANGE)
    return {
        "periods": _options(named_periods(), OWN_DAYS if last else definition.period),
        "own_days": OWN_DAYS,
        "first": first if last else "",
        "last": last,
    }


def for_once(definition: Definition) -> Definition:
    """A report with the period, and as many of the greatest, as the address asks for instead of its own, if it does."""
    asked = read()
    if "period" in request.args:
        compare = definition.compare and bool(asked.period)
        definition = replace(definition, period=asked.period, compare=compare)
    return replace(definition, top=asked.top) if "top" in request.args else definition


def periods(definition: Definition) -> list[dict[str, Any]]:
    """The periods a report can be looked at for once; one from day to day stays as it is."""
    own = {definition.period: definition.period.replace(RANGE, " – ")} if RANGE in definition.period else {}
    found = {name: title for name, title in named_periods().items() if name != OWN_DAYS}
    return _options({**own, **found}, definition.period)


def tops(definition: Definition) -> list[dict[str, Any]]:
    """How many of the greatest groups are shown by themselves."""
    return _options({"0": _("All"), **{str(n): _("Top %(n)s", n=n) for n in TOPS}}, str(definition.top))


def comparable(turn: Context, resource: Resource) -> list[Shape]:
    """The fields a report may be narrowed by: those of the list."""
    shapes = (shape_of(turn, resource, spec) for spec in list_fields(turn, resource).values())
    return [one for one in shapes if one.operators]


def condition_rows(turn: Context, resource: Resource, filters: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The conditions as lines of the builder; what cannot be read is left out, and said above the figures."""
    found, fields = [], list_fields(turn, resource)
    for place, pair in enumerate(filters):
        try:
            found += [_row(turn, resource, one, f"c{place}") for one in read_filters(fields, [pair])]
        except (InvalidError, ValueError):
            continue
    return found


def _row(turn: Context, resource: Resource, one: Filter, key: str) -> dict[str, Any]:
    return row(turn, resource, one.field, key, one)


def _dates(turn: Context, resource: Resource) -> dict[str, Field]:
    return offered.dates_of(turn, resource)


def _dimensions(turn: Context, resource: Resource, chosen: str) -> list[dict[str, Any]]:
    """The groups of a select: a date stands in it once for each step."""
    plain, stepped = [], []
    for name, one in offered.dimensions_of(turn, resource).items():
        if one.field.kind.name in offered.DATES:
            texts = {f"{name}:{step}": replace(one, step=step).title for step in STEPS}
            stepped.append({"title": one.title, "options": _options(texts, chosen)})
        else:
            plain.append({"value": name, "title": one.title, "on": name == chosen})
    return [{"title": "", "options": [{"value": "", "title": "—", "on": not chosen}, *plain]}, *stepped]


def _measures(turn: Context, resource: Resource, chosen: Iterable[str]) -> list[dict[str, Any]]:
    found: dict[str, Label] = {COUNT: offered.Measure(COUNT, resource).title}
    for name, lines in resource.lines.items():
        found[f"{COUNT}:{name}"] = offered.Measure("", resource, lines=lines).title
    for name, one in offered.measured_of(turn, resource).items():
        found |= {f"{how}:{name}": offered.Measure("", resource, how, one.field, one.lines).title for how in one.hows}
    return _ticks(found, chosen)


def _others(turn: Context, chosen: Iterable[str], understood: Plan | None) -> list[dict[str, Any]]:
    """What else may be counted beside: whatever has the same fields to be grouped by."""
    if understood is None or not understood.dimensions:
        return []
    found: dict[str, Label] = {}
    for one in alike_entities(turn, understood):
        found[f"{one.name}/{COUNT}"] = one.plural
    return _ticks(found, chosen)


def _options(titles: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "title": title, "on": value == chosen} for value, title in titles.items()]


def _ticks(titles: dict[str, Label], chosen: Iterable[str]) -> list[dict[str, Any]]:
    wanted = set(chosen)
    return [{"value": value, "title": title, "on": value in wanted} for value, title in titles.items()]
