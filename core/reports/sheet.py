"""A report as a workbook: a line for each group and one for the total, with figures that can be counted on."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.context import ForbiddenError
from core.i18n import Label, translator
from core.reports.definition import COUNT
from core.reports.offered import Measure
from core.reports.plan import Plan
from core.reports.running import ALL, Figure, Result
from core.sheets.columns import ColumnKind
from core.sheets.writer import Column, write_xlsx

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_KINDS: dict[str, ColumnKind] = {"money": "money", "percent": "percent"}


def may_export(context: "Context", plan: Plan) -> bool:
    """Whether the person may take figures of these entities out."""
    return all("export" in one.verbs and context.can(one.name, "export") for one in plan.resources)


def write(context: "Context", result: Result, target: BinaryIO | Path, title: Label) -> None:
    """Write a report's workbook. Raises ForbiddenError for whoever may not export its entities."""
    if not may_export(context, result.plan):
        raise ForbiddenError(result.plan.resource.name, "export")
    places = [*range(len(result.columns)), ALL] if result.columns else [ALL]
    heads = [Column(result.plan.dimensions[0].title if result.plan.dimensions else _("Figures"))]
    for place in places:
        group = None if not result.columns else result.columns[place].title if place != ALL else _("Total")
        heads += [column for one in result.plan.measures for column in _columns(result.plan, one, group)]
    lines = [_line(result, at, key.title, places) for at, key in enumerate(result.rows)]
    write_xlsx(target, heads, [*lines, _line(result, ALL, _("Total"), places)], sheet=title)


def _columns(plan: Plan, measure: Measure, group: Label | None) -> list[Column]:
    title: Label = measure.title
    if group is not None:
        title = group if len(plan.measures) == 1 else f"{group}: {title}"
    kind: ColumnKind = "integer" if measure.how == COUNT else "decimal"
    if measure.field is not None:
        kind = _SHEET_KINDS.get(measure.field.kind.name, kind)
    found = [Column(title, kind)]
    return [*found, Column(_("%(figure)s (previous period)", figure=title), kind)] if plan.before else found


def _line(result: Result, row: int, title: Label, places: Sequence[int]) -> list[Any]:
    figures = [figure for place in places for figure in result.at(row, place)]
    return [str(title), *(value for one in figures for value in _values(one, compared=bool(result.plan.before)))]


def _values(figure: Figure, *, compared: bool) -> list[Any]:
    values = [figure.value, figure.before] if compared else [figure.value]
    return [Decimal(round(one, 4)) if isinstance(one, Decimal) else one for one in values]
