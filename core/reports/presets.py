"""The reports that core ships; plugins ship theirs by the hook ``report_presets``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.i18n import translator
from core.reports.definition import BAR, COUNT, LINE, PIE, Definition, ReportPreset
from core.reports.offered import reportable

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

ACTIVITIES = ("core.transaction", "core.call", "core.meeting", "core.task", "core.note", "core.email")
CUSTOMER = "core.customer"


def own_presets(context: "Context") -> Iterable[ReportPreset]:
    """Customers and the work done for them, as far as the person sees either."""
    seen = {one.name for one in reportable(context)}
    done = tuple(f"{name}/{COUNT}" for name in ACTIVITIES if name in seen)
    if CUSTOMER not in seen:
        return
    yield ReportPreset(
        name="core.activity",
        title=_("Activity summary by employee"),
        text=_("What each employee added in the period: customers, and the work done for them."),
        definition=Definition(entity=CUSTOMER, by=("owner",), show=(COUNT, *done), period="this_month"),
        weight=10,
    )
    yield ReportPreset(
        name="core.new_customers",
        title=_("New customers by month"),
        definition=Definition(entity=CUSTOMER, by=("created_at:month",), period="this_year", compare=True, chart=LINE),
        overview=True,
        weight=20,
    )
    yield ReportPreset(
        name="core.sources",
        title=_("Customers by source"),
        definition=Definition(entity=CUSTOMER, by=("source",), chart=BAR, top=10),
        overview=True,
        weight=30,
    )
    yield ReportPreset(
        name="core.tiers",
        title=_("Customers by tier"),
        definition=Definition(entity=CUSTOMER, by=("tier",), chart=PIE),
        weight=40,
    )
    if "core.task" in seen:
        yield ReportPreset(
            name="core.tasks",
            title=_("Tasks by employee and state"),
            definition=Definition(entity="core.task", by=("owner", "state"), chart=BAR),
            weight=50,
        )
