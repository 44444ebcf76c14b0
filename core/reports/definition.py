"""A report as it is written down: one notation for addresses, the API, what is saved, and what plugins ship.

A dimension is a field, ``state``, and of a date the step it is counted by, ``created_at:month``. A measure is ``count``,
or how and what: ``sum:amount``. One of another entity names it first: ``core.call/count``. Conditions are those of a
list's address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.i18n import Label

TABLE, BAR, LINE, PIE, FUNNEL = "table", "bar", "line", "pie", "funnel"
CHARTS: Final = (TABLE, BAR, LINE, PIE, FUNNEL)
COUNT: Final = "count"
STEPS: Final = ("day", "week", "month", "quarter", "year")
TOPS: Final = (5, 10)
RANGE: Final = ".."
"""Between the first and the last day of a period that has no name."""
MOST_DIMENSIONS, MOST_MEASURES = 2, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is asked for."""

    entity: str
    by: tuple[str, ...] = ()
    show: tuple[str, ...] = (COUNT,)
    filters: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    """The date that the period is about."""
    period: str = ""
    """A preset of the lists, or ``2026-01-01..2026-01-31``; empty is always."""
    compare: bool = False
    """Beside each figure that of the period before."""
    chart: str = TABLE
    top: int = 0
    """Only the greatest so many, and the others together; 0 is all."""

    def as_json(self) -> dict[str, Any]:
        """As it is saved."""
        return {
            "entity": self.entity,
            "by": list(self.by),
            "show": list(self.show),
            "filters": dict(self.filters),
            "on": self.on,
            "period": self.period,
            "compare": self.compare,
            "chart": self.chart,
            "top": self.top,
        }


def of_json(said: Mapping[str, Any]) -> Definition:
    """The opposite of :meth:`Definition.as_json`."""
    return Definition(**{**said, "by": tuple(said.get("by", ())), "show": tuple(said.get("show", ())) or (COUNT,)})


def as_pairs(definition: Definition) -> list[tuple[str, str]]:
    """As the parameters of an address."""
    said = definition.as_json()
    found = [(name, ",".join(said[name])) for name in ("by", "show")]
    found += [(name, str(said[name])) for name in ("on", "period", "chart") if said[name]]
    found += [("compare", "1")] if definition.compare else []
    found += [("top", str(definition.top))] if definition.top else []
    return [("entity", definition.entity), *((name, text) for name, text in found if text), *definition.filters.items()]


def of_pairs(pairs: Iterable[tuple[str, str]]) -> Definition:
    """The opposite of :func:`as_pairs`; several parameters of a name are the parts of one. What is none is left out."""
    said: dict[str, list[str]] = {}
    for name, text in pairs:
        said.setdefault(name, []).extend(part for part in text.split(",") if part)
    last = {name: parts[-1] for name, parts in said.items() if parts}
    top = last.get("top", "")
    return Definition(
        entity=last.get("entity", ""),
        by=tuple(said.get("by", ())),
        show=tuple(said.get("show", ())) or (COUNT,),
        filters={name: ",".join(parts) for name, parts in said.items() if "__" in name and parts},
        on=last.get("on", ""),
        period=last.get("period", ""),
        compare="compare" in last,
        chart=last.get("chart", TABLE),
        top=int(top) if top.isdecimal() else 0,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportPreset:
    """A report that a plugin ships, for everybody who sees the records it is about."""

    name: str
    """Begins with the plugin's: ``sales.pipeline``."""
    title: Label
    definition: Definition
    text: Label = ""
    overview: bool = False
    """Whether it stands on the overview, the dashboard that everybody has from the beginning."""
    weight: int = 50
    plugin: str = ""
