"""From a figure to its records: the conditions of the list that shows exactly those that were counted."""

from collections.abc import Iterator, Sequence

from core.entity.entity import target_class
from core.entity.tree import branch_field
from core.reports.offered import Dimension
from core.reports.periods import Days
from core.reports.plan import Plan
from core.reports.running import Key, Result

MOST_NAMED = 40
"""Groups that the others can be told from in an address."""
_NAMED = frozenset(("choice", "link"))
"""Kinds that a list can be told to leave values of out."""


def records_of(
    result: Result, row: Key | None, column: Key | None = None, *, before: bool = False
) -> dict[str, str] | None:
    """The parameters of the list behind a figure; None where no list can say it. No key is the total."""
    plan = result.plan
    span = plan.before if before else plan.days
    dated = {plan.on.name: span} if plan.on and span else {}
    by_lines = sum(one.lines is not None for one in plan.dimensions)
    found: list[tuple[str, str]] = list(plan.definition.filters.items())
    pairs = zip(plan.dimensions, (row, column), (result.rows, result.columns), strict=False)
    for dimension, key, keys in pairs:
        if key is None:
            continue
        if dimension.lines is not None and (dimension.step or by_lines > 1):
            return None  # two conditions on lines may be met by two lines
        if key.days is not None:
            days = _before(plan, dimension, key.days) if before else key.days
            if days is None:
                return None
            dated[dimension.field.name] = days.within(dated.get(dimension.field.name))
            continue
        said = list(_conditions(dimension, key, keys))
        if not said:
            return None
        found += said
    for name, days in dated.items():
        found += [(f"{name}__gte", days.first.isoformat()), (f"{name}__lte", days.last.isoformat())]
    return _merged(found)


def _conditions(dimension: Dimension, key: Key, keys: Sequence[Key]) -> Iterator[tuple[str, str]]:
    name, kind = dimension.name, dimension.field.kind.name
    tree = kind == "link" and branch_field(target_class(dimension.field)) is not None
    if key.others:
        named = [one for one in keys if not one.others]
        if kind in _NAMED and len(named) <= MOST_NAMED and not tree and dimension.lines is None:
            yield f"{name}__ne", ",".join(str(one.value) for one in named if one.value is not None)
            if any(one.value is None for one in named):
                yield f"{name}__empty", "false"
    elif key.value is None:
        yield f"{name}__empty", "true"
    elif kind == "address":
        yield f"{name}__province", str(key.value)
    elif tree:
        yield f"{name}__exact", str(key.value)
    else:
        yield f"{name}__eq", str(key.value).lower() if kind == "boolean" else str(key.value)


def _before(plan: Plan, dimension: Dimension, days: Days) -> Days | None:
    """The days of the period before that stand at the place of these."""
    return plan.days.before_of(days) if plan.days and plan.dates(dimension) else days


def _merged(conditions: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Conditions of one name as one: what is left out adds up, of bounds the narrower holds."""
    found: dict[str, str] = {}
    for name, text in conditions:
        present = found.get(name)
        if present is None:
            found[name] = text
        elif name.endswith("__ne"):
            found[name] = f"{present},{text}"
        elif name.endswith("__gte"):
            found[name] = max(present, text)
        elif name.endswith("__lte"):
            found[name] = min(present, text, key=lambda bound: f"{bound}~")  # a day is longer than a moment of it
    return found
