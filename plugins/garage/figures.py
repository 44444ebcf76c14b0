"""Reports and lists that a workshop has ready: what it charges each month, of what sort, who does the work (GAR-08)."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Context, ListView, ReportDefinition, ReportPreset

from .documents import OPEN, SETTLED, UNPAID

_ = sdk.translator("plugins.garage")

SETTLEMENT, ORDER, CLAIM = "garage.settlement", "garage.repair_order", "garage.claim"
_SETTLED = {"state__eq": SETTLED.value}
SETTLEMENTS = (
    ListView("open", _("To be settled"), {"state__eq": OPEN.value, "sort": "settled_on"}),
    ListView(
        "unpaid", _("Settled, not paid"), {**_SETTLED, "payment__eq": UNPAID.value, "sort": "settled_on"}
    ),
    ListView("this_month", _("Settled this month"), {**_SETTLED, "settled_on__preset": "this_month", "sort": "-settled_on"}),
)  # fmt: skip


def presets(context: Context) -> Iterable[ReportPreset]:
    """Those about what the person may see."""
    if context.can(SETTLEMENT, "see"):
        yield from _of_settlements()
    if context.can(ORDER, "see"):
        yield ReportPreset(
            name="garage.technicians",
            title=_("Work by technician"),
            text=_("Hours and amounts of the work on repair orders that were opened in the period."),
            definition=ReportDefinition(
                entity=ORDER, by=("works.technician",), show=("sum:works.hours", "sum:works.amount"), on="opened_on",
                period="this_month", chart="bar",
            ),
            weight=222,
        )  # fmt: skip
    if context.can(CLAIM, "see"):
        yield ReportPreset(
            name="garage.insurers",
            title=_("Insurance files by insurer"),
            definition=ReportDefinition(
                entity=CLAIM, by=("insurer",), show=("count", "sum:amount", "sum:paid"), on="on", period="this_year",
                chart="bar",
            ),
            weight=224,
        )  # fmt: skip


def _of_settlements() -> Iterable[ReportPreset]:
    yield ReportPreset(
        name="garage.months",
        title=_("Settlements by month"),
        text=_("What was settled each month: the whole, the insurers' and the customers' part, and what is paid."),
        definition=ReportDefinition(
            entity=SETTLEMENT, by=("settled_on:month",), show=("count", "sum:total", "sum:insured", "sum:due", "sum:paid"),
            filters=_SETTLED, on="settled_on", period="this_year", chart="bar",
        ),
        overview=True,
        weight=210,
    )  # fmt: skip
    yield ReportPreset(
        name="garage.sorts",
        title=_("Work and parts charged"),
        definition=ReportDefinition(
            entity=SETTLEMENT, by=("goods.kind",), show=("sum:goods.amount",), filters=_SETTLED, on="settled_on",
            period="this_month", chart="pie",
        ),
        weight=212,
    )  # fmt: skip
    yield ReportPreset(
        name="garage.goods",
        title=_("Most frequent work and parts"),
        definition=ReportDefinition(
            entity=SETTLEMENT, by=("goods.name",), show=("sum:goods.quantity", "sum:goods.amount"), filters=_SETTLED,
            on="settled_on", period="this_month", chart="bar", top=10,
        ),
        weight=214,
    )  # fmt: skip
    yield ReportPreset(
        name="garage.advisors",
        title=_("Settlements by service advisor"),
        definition=ReportDefinition(
            entity=SETTLEMENT, by=("advisor",), show=("count", "sum:total", "sum:paid"), filters=_SETTLED,
            on="settled_on", period="this_month", chart="bar",
        ),
        weight=216,
    )  # fmt: skip
