"""Working a report out: one statement, and its rows laid out as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from core.entity.format import show, show_day
from core.i18n import Label, translator
from core.reports.definition import COUNT, Definition
from core.reports.offered import Dimension, Measure
from core.reports.periods import Days, begin_of, bucket
from core.reports.plan import Plan, understand
from core.reports.statement import BEFORE, KEY, NOW, OTHERS, PLACE, POSITION, TITLE, TOTAL, statement_of

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

ALL = -1
"""In place of a row or a column: all of them together."""
_MOST_BUCKETS = 400
"""Days, weeks … between the first and the last that are shown though there is nothing in them."""
_QUARTER = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Key:
    """One group: what it is about."""

    value: Any
    title: Label
    others: bool = False
    """Everything that is not among the greatest."""
    color: str = ""
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a group, and what it was in the period before."""

    value: Any = None
    before: Any = None

    @property
    def change(self) -> float | None:
        """By how many percent it grew; None where there is nothing to compare with."""
        if not self.before or self.value is None:
            return None
        return float((self.value - self.before) * 100 / abs(self.before))


NOTHING = Figure()


@dataclass(slots=True)
class Result:
    """A report worked out."""

    plan: Plan
    rows: list[Key] = field(default_factory=list)
    columns: list[Key] = field(default_factory=list)
    """The groups of the second dimension, where there is one."""
    cells: dict[tuple[int, int], tuple[Figure, ...]] = field(default_factory=dict)
    """By the places of row and column; :data:`ALL` for totals."""

    def at(self, row: int, column: int = ALL) -> tuple[Figure, ...]:
        """The figures of a group."""
        zero = Figure(0, 0 if self.plan.before else None)
        return self.cells.get((row, column)) or tuple(
            zero if one.how == COUNT else NOTHING for one in self.plan.measures
        )

    def share(self, row: int, column: int = ALL, measure: int = 0) -> float | None:
        """A group's share of the total in percent, of what can be added up."""
        if self.plan.measures[measure].how not in {COUNT, "sum"}:
            return None
        part, whole = self.at(row, column)[measure].value, self.at(ALL)[measure].value
        return float(part * 100 / whole) if part is not None and whole else None


def run(context: "Context", definition: Definition) -> Result:
    """Work a report out for whoever looks at it. Raises InvalidError for what they cannot ask for."""
    return worked_out(context, understand(context, definition))


def worked_out(context: "Context", plan: Plan) -> Result:
    """The same, of what is understood already."""
    rows = context.session.connection().execute(statement_of(context, plan)).mappings()
    found = [dict(one) for one in rows]
    result = Result(plan)
    places: list[dict[Any, int]] = []
    for place, dimension in enumerate(plan.dimensions):
        keys = _filled(context, plan, dimension, list(_keys(context, dimension, place, found)), first=place == 0)
        places.append({(one.value, one.others): at for at, one in enumerate(keys)})
        setattr(result, ("rows", "columns")[place], keys)
    for row in found:
        at = [
            ALL if row[f"{TOTAL}{place}"] else known[row[f"{KEY}{place}"], row[f"{OTHERS}{place}"]]
            for place, known in enumerate(places)
        ]
        cell = tuple(_figure(row, place, one) for place, one in enumerate(plan.measures))
        result.cells[at[0] if at else ALL, at[1] if len(at) > 1 else ALL] = cell
    return result


def _figure(row: Mapping[str, Any], place: int, measure: Measure) -> Figure:
    now, before = row[f"{NOW}{place}"], row.get(f"{BEFORE}{place}")
    if measure.how == COUNT:
        return Figure(int(now or 0), None if f"{BEFORE}{place}" not in row else int(before or 0))
    return Figure(now, before)


def _keys(context: "Context", dimension: Dimension, place: int, rows: Sequence[Mapping[str, Any]]) -> Iterable[Key]:
    """The groups of a dimension in the order they are read in."""
    found: dict[tuple[Any, bool], tuple[Any, Key]] = {}
    for row in rows:
        value, others = row[f"{KEY}{place}"], bool(row[f"{OTHERS}{place}"])
        if not row[f"{TOTAL}{place}"] and (value, others) not in found:
            key = _key(context, dimension, value, row.get(f"{TITLE}{place}"), others=others)
            order = _order(dimension, row, place, value)
            found[value, others] = ((others, value is None and bool(dimension.step), order), key)
    return [key for _order, key in sorted(found.values(), key=lambda pair: pair[0])]


def _order(dimension: Dimension, row: Mapping[str, Any], place: int, value: Any) -> Any:
    """Dates follow each other, declared values and records with a place stand in it, all else the greatest first."""
    if dimension.step:
        return value or date.max
    values = [one.value for one in dimension.field.choices]
    if values:
        return values.index(value) if value in values else len(values)
    position = row.get(f"{POSITION}{place}")
    return (position is None, position or 0, row[f"{PLACE}{place}"])


def _key(context: "Context", dimension: Dimension, value: Any, title: Any, *, others: bool = False) -> Key:
    if others:
        return Key(None, _("Others"), others=True)
    if value is None:
        return Key(None, _("Not filled in"))
    if dimension.step:
        return Key(value, date_title(value, dimension.step), days=bucket(value, dimension.step))
    if dimension.field.kind.name == "address":
        return Key(value, value)
    shown = show(context, dimension.field, value, titles=title)
    return Key(value, shown.text, color=shown.color)


def date_title(day: date, step: str) -> Label:
    """A day, week, month … as it is written: ``31/12/2026``, ``12/2026``, ``Q4/2026``."""
    if step == "week":
        return _("Week from %(day)s", day=show_day(day))
    written = {
        "day": show_day(day),
        "month": f"{day.month:02d}/{day.year}",
        "quarter": f"Q{(day.month - 1) // _QUARTER + 1}/{day.year}",
        "year": str(day.year),
    }
    return written[step]


def _filled(context: "Context", plan: Plan, dimension: Dimension, keys: list[Key], *, first: bool) -> list[Key]:
    """Of dates that follow each other those too in which there was nothing."""
    dated = [one for one in keys if one.days]
    if not dimension.step or not dated or not first:
        return keys
    begin, end = dated[0].value, dated[-1].value
    if plan.days and plan.dates(dimension):
        begin, end = min(begin, plan.days.first), max(end, min(plan.days.last, context.today()))
    known, filled, day = {one.value: one for one in dated}, [], begin_of(begin, dimension.step)
    while day <= end:
        filled.append(known.get(day) or _key(context, dimension, day, None))
        day = bucket(day, dimension.step).last + _DAY
        if len(filled) > _MOST_BUCKETS:
            return keys
    return [*filled, *(one for one in keys if not one.days)]
