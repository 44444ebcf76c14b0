"""Every report a person can open: those modules ship, and those that were kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from core.entity.errors import MissingError
from core.i18n import Label
from core.reports.definition import Definition, ReportPreset
from core.reports.models import Report
from core.reports.saved import asleep, definition_of, kept, one_of

if TYPE_CHECKING:
    from core.context import Context


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them."""

    key: str
    """The id of one that was kept, the name of one that a module ships."""
    title: Label
    definition: Definition
    text: Label = ""
    plugin: str = ""
    """Whose it is, of one that is shipped."""
    overview: bool = False
    report: Report | None = None
    asleep: Label | None = None
    """The module that is off and that it is about."""

    @property
    def url(self) -> str:
        """Its page."""
        return f"/reports/{self.key}"


def shipped(context: "Context") -> list[Entry]:
    """Those that modules ship."""
    return [_of_preset(one) for one in context.hooks.report_presets(context)]


def own(context: "Context") -> list[Entry]:
    """Those that were kept, by the person or by others who let them see it."""
    return [of_report(context, one) for one in kept(context, Report)]


def entry(context: "Context", key: str) -> Entry:
    """One of them by its key. Raises MissingError."""
    try:
        return of_report(context, one_of(context, Report, UUID(key)))
    except ValueError:
        found = next((one for one in shipped(context) if one.key == key), None)
    if found is None:
        raise MissingError("report", key)
    return found


def of_report(context: "Context", report: Report) -> Entry:
    """One that was kept."""
    definition = definition_of(report)
    return Entry(str(report.id), report.name, definition, report=report, asleep=asleep(context, definition))


def _of_preset(preset: ReportPreset) -> Entry:
    return Entry(preset.name, preset.title, preset.definition, preset.text, preset.plugin, preset.overview)
