"""What a report can be about: the entities a person sees, what their records are grouped by, and what is worked out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from core.access.visibility import branches
from core.entity.entity import Resource, target_class
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.query import list_fields
from core.i18n import Label, Text, translator
from core.reports.definition import COUNT

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

DATES = frozenset(("date", "datetime"))
GROUPED = frozenset(("choice", "link", "boolean", "text", "entity", "address")) | DATES
"""Kinds with one value each: a record that counted in several groups would make the totals lie."""
NEVER_ADDED = frozenset(("percent",))
"""Kinds whose sum says nothing."""
HOWS: dict[str, Text] = {
    "sum": _("%(field)s (sum)"),
    "avg": _("%(field)s (average)"),
    "min": _("%(field)s (least)"),
    "max": _("%(field)s (greatest)"),
}
STEP_TITLES: dict[str, Text] = {
    "day": _("by day"),
    "week": _("by week"),
    "month": _("by month"),
    "quarter": _("by quarter"),
    "year": _("by year"),
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """What figures are grouped by."""

    text: str
    field: Field
    step: str = ""
    lines: Field | None = None
    """The lines of the documents that the field is one of; None for the documents' own."""

    @property
    def name(self) -> str:
        """The field, as lists are narrowed by it."""
        return f"{self.lines.name}.{self.field.name}" if self.lines else self.field.name

    @property
    def title(self) -> Label:
        """As people read it."""
        title = titled(self.field, self.lines)
        if not self.step:
            return title
        return _("%(field)s %(step)s", field=title, step=STEP_TITLES[self.step])


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted or worked out, over the records of one entity."""

    text: str
    resource: Resource
    how: str = COUNT
    field: Field | None = None
    lines: Field | None = None
    """The lines of the documents that are counted, instead of the documents."""
    foreign: bool = False
    """Beside figures of another entity, so that its own has to be said."""

    @property
    def title(self) -> Label:
        """As people read it."""
        if self.field is None:
            counted = self.lines.title if self.lines else self.resource.plural
            return counted if self.foreign or self.lines else _("Number of records")
        title: Label = _(HOWS[self.how].message, field=titled(self.field, self.lines))
        return _("%(entity)s: %(measure)s", entity=self.resource.plural, measure=title) if self.foreign else title


def titled(spec: Field, lines: Field | None) -> Label:
    """A field as people read it, of lines with what these are."""
    return spec.title if lines is None else _("%(lines)s: %(field)s", lines=lines.title, field=spec.title)


class Source(NamedTuple):
    """What is counted: the records of an entity, or lines of theirs."""

    resource: Resource
    lines: Field | None

    def column(self, spec: Field, lines: Field | None) -> sa.ColumnElement[Any]:
        """A field in SQL."""
        return column(self.resource, spec) if lines is None else lines.target.__table__.c[spec.column]


class Worked(NamedTuple):
    """A field that can be worked with, and how."""

    field: Field
    hows: tuple[str, ...]
    lines: Field | None = None


def reportable(context: "Context") -> list[Resource]:
    """The entities whose records a person may see."""
    return [one for one in context.resources() if branches(context, one)]


def dimensions_of(context: "Context", resource: Resource) -> dict[str, Dimension]:
    """What records can be grouped by, of what the person may know; a field of lines as ``goods.product``."""
    own = {name: Dimension(name, spec) for name, spec in list_fields(context, resource).items()}
    of_lines = {
        f"{name}.{key}": Dimension(f"{name}.{key}", spec, lines=lines)
        for name, lines in resource.lines.items()
        for key, spec in resource.line_fields(lines).items()
    }
    return {name: one for name, one in {**own, **of_lines}.items() if _groups(context, one.field)}


def _groups(context: "Context", spec: Field) -> bool:
    return spec.kind.name in GROUPED and (spec.kind.name != "link" or _is_linkable(context, spec))


def _is_linkable(context: "Context", spec: Field) -> bool:
    """Whether the module of what a link points at is on."""
    try:
        context.resource(target_class(spec))
    except LookupError:
        return False
    return True


def measured_of(context: "Context", resource: Resource) -> dict[str, Worked]:
    """The fields that can be worked with, each with how; those of lines too."""
    found = {
        name: Worked(spec, _hows(spec))
        for name, spec in {**context.fields(resource), **context.added(resource)}.items()
    }
    for name, lines in resource.lines.items():
        of_lines = resource.line_fields(lines).items()
        found |= {f"{name}.{key}": Worked(spec, _hows(spec), lines) for key, spec in of_lines}
    return {name: one for name, one in found.items() if one.hows}


def _hows(spec: Field) -> tuple[str, ...]:
    if spec.kind.python not in {int, Decimal} or spec.is_year:
        return ()
    return tuple(how for how in HOWS if how != "sum" or spec.kind.name not in NEVER_ADDED)


def dates_of(context: "Context", resource: Resource) -> dict[str, Field]:
    """The dates a period may be about; what comes round every year lies in none."""
    fields = list_fields(context, resource)
    return {name: spec for name, spec in fields.items() if spec.kind.name in DATES and not spec.yearly}
