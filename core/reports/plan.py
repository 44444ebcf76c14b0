"""A definition understood: its names looked up among what the person may know, or refused in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.access.visibility import branches
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import NO_SUCH_FIELD, Filter, read_filters
from core.entity.query import list_fields
from core.i18n import Label, translator
from core.reports.definition import CHARTS, COUNT, MOST_DIMENSIONS, MOST_MEASURES, STEPS, Definition
from core.reports.offered import (
    DATES,
    Dimension,
    Measure,
    Source,
    dates_of,
    dimensions_of,
    measured_of,
    reportable,
)
from core.reports.periods import Days, read_days

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

_TOO_MANY = _("At most %(n)s.", n=MOST_DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Plan:
    """A report that can be worked out."""

    definition: Definition
    resource: Resource
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    filters: tuple[Filter, ...]
    on: Field | None
    days: Days | None

    @property
    def before(self) -> Days | None:
        """The days that are compared with."""
        return self.days.before if self.days and self.definition.compare else None

    def dates(self, dimension: Dimension) -> bool:
        """Whether a dimension is the date that the period is about."""
        return self.on is not None and dimension.lines is None and self.on.name == dimension.field.name

    @property
    def resources(self) -> list[Resource]:
        """Whose records are counted."""
        found = {one.resource.name: one.resource for one in self.measures}
        return list(found.values())

    @property
    def sources(self) -> list[Source]:
        """What is counted, each once."""
        found = {(one.resource.name, one.lines.name if one.lines else ""): one for one in self.measures}
        return [Source(one.resource, one.lines) for one in found.values()]


def understand(context: "Context", definition: Definition) -> Plan:
    """Look everything up. Raises InvalidError naming what the person cannot ask for, as if it did not exist."""
    problems: list[tuple[str, Label]] = []
    resource = _resource(context, definition.entity)
    dimensions = tuple(_dimensions(context, resource, definition.by, problems))
    measures = tuple(_measures(context, resource, definition.show, problems))
    on, days = _period(context, resource, definition, problems)
    if definition.chart not in CHARTS:
        problems.append(("chart", _("There is no such chart.")))
    if definition.top < 0:
        problems.append(("top", _("At least %(n)s.", n=0)))
    if error := InvalidError.of(problems):
        raise error
    if len({one.resource.name for one in measures}) > 1:
        measures = tuple(replace(one, foreign=True) for one in measures)
    filters = tuple(read_filters(list_fields(context, resource), definition.filters.items()))
    plan = Plan(definition, resource, dimensions, measures, filters, on, days)
    _refuse_unshared(context, plan)
    _refuse_divided(plan)
    return plan


def _resource(context: "Context", name: str) -> Resource:
    """The entity, as the person may know it. Raises InvalidError."""
    try:
        found = context.resource(name)
    except LookupError:
        found = None
    if found is None or not branches(context, found):
        raise InvalidError({"entity": [_("There is nothing of this kind for you to report on.")]})
    return found


def _dimensions(
    context: "Context", resource: Resource, texts: Iterable[str], problems: list[tuple[str, Label]]
) -> Iterator[Dimension]:
    offered, seen = dimensions_of(context, resource), list(dict.fromkeys(texts))
    if len(seen) > MOST_DIMENSIONS:
        problems.append(("by", _TOO_MANY))
    for text in seen[:MOST_DIMENSIONS]:
        name, _colon, step = text.partition(":")
        found = offered.get(name)
        if found is None:
            problems.append(("by", NO_SUCH_FIELD))
        elif (step in STEPS) != (found.field.kind.name in DATES):
            problems.append(("by", _("A date is grouped by day, week, month, quarter or year, and nothing else is.")))
        else:
            yield replace(found, text=text, step=step)


def _measures(
    context: "Context", resource: Resource, texts: Iterable[str], problems: list[tuple[str, Label]]
) -> Iterator[Measure]:
    seen = list(dict.fromkeys(texts)) or [COUNT]
    if len(seen) > MOST_MEASURES:
        problems.append(("show", _("At most %(n)s.", n=MOST_MEASURES)))
    for text in seen[:MOST_MEASURES]:
        entity, slash, said = text.rpartition("/")
        of = _resource(context, entity) if slash else resource
        how, _colon, name = said.partition(":")
        worked, lines = measured_of(context, of).get(name), of.lines.get(name)
        if said == COUNT or (how == COUNT and lines is not None):
            yield Measure(text, of, COUNT, lines=lines)
        elif worked is not None and how in worked.hows:
            yield Measure(text, of, how, worked.field, worked.lines)
        else:
            problems.append(("show", NO_SUCH_FIELD))


def _period(
    context: "Context", resource: Resource, definition: Definition, problems: list[tuple[str, Label]]
) -> tuple[Field | None, Days | None]:
    if not definition.period:
        if definition.compare:
            problems.append(("compare", _("Choose a period: it is compared with the one before.")))
        return None, None
    on = dates_of(context, resource).get(definition.on or "created_at")
    if on is None:
        problems.append(("on", NO_SUCH_FIELD))
    try:
        return on, read_days(definition.period, context.today())
    except (KeyError, ValueError, OverflowError):
        problems.append(("period", _("This is no period.")))
        return on, None


def _refuse_unshared(context: "Context", plan: Plan) -> None:
    """Figures of several entities are grouped and narrowed by what all of them have."""
    wanted = _shared(plan)
    for resource in plan.resources:
        fields = list_fields(context, resource)
        for spec in wanted:
            if not _alike(spec, fields.get(spec.name)):
                text = _("%(entity)s have no field “%(field)s”.", entity=resource.plural, field=spec.title)
                raise InvalidError({"show": [text]})


def _refuse_divided(plan: Plan) -> None:
    """By a field of lines only lines can be grouped: their documents would count several times."""
    for dimension in plan.dimensions:
        if dimension.lines and any(one.lines is not dimension.lines for one in plan.measures):
            text = _("By “%(field)s” only figures of the same lines can be grouped.", field=dimension.title)
            raise InvalidError({"show": [text]})


def _shared(plan: Plan) -> list[Field]:
    """The fields that every entity must have whose figures stand side by side."""
    fields = [*(one.field for one in plan.dimensions if one.lines is None), *(one.field for one in plan.filters)]
    return [*fields, plan.on] if plan.on else fields


def _alike(one: Field, other: Field | None) -> bool:
    return other is not None and (other.kind.name, other.target, other.choices) == (
        one.kind.name,
        one.target,
        one.choices,
    )


def alike_entities(context: "Context", plan: Plan) -> list[Resource]:
    """The other entities whose figures could stand beside these."""
    wanted, found = _shared(plan), []
    for resource in reportable(context):
        fields = list_fields(context, resource)
        if resource.name != plan.resource.name and all(_alike(spec, fields.get(spec.name)) for spec in wanted):
            found.append(resource)
    return found
