"""Reports that sales ships: the pipeline, why deals are lost, who sells what, what is still to be paid."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Context, ReportDefinition, ReportPreset

from .models import LOST, OPEN, WON

_ = sdk.translator("plugins.sales")

OPPORTUNITY, ORDER, CONTRACT = "sales.opportunity", "sales.order", "sales.contract"
_FOLLOWED, _LOST, _WON = {"outcome__eq": OPEN.value}, {"outcome__eq": LOST.value}, {"outcome__eq": WON.value}


def presets(context: Context) -> Iterable[ReportPreset]:
    """Those about what the person may see."""
    if context.can(OPPORTUNITY, "see"):
        yield from _of_opportunities()
    if context.can(ORDER, "see"):
        yield ReportPreset(
            name="sales.orders",
            title=_("Orders: total, discount and paid"),
            text=_("What was ordered by each employee, what was taken off, and what is paid."),
            definition=ReportDefinition(
                entity=ORDER, by=("owner",), show=("count", "sum:total", "sum:discount", "sum:paid"), on="ordered_on",
                period="this_month", chart="bar", top=10,
            ),
            weight=140,
        )  # fmt: skip
        yield ReportPreset(
            name="sales.goods",
            title=_("Best-selling goods"),
            definition=ReportDefinition(
                entity=ORDER, by=("goods.name",), show=("sum:goods.quantity", "sum:goods.amount"), on="ordered_on",
                period="this_month", chart="bar", top=10,
            ),
            weight=150,
        )  # fmt: skip
    if context.can(CONTRACT, "see"):
        yield ReportPreset(
            name="sales.contracts",
            title=_("Contracts by status"),
            definition=ReportDefinition(entity=CONTRACT, by=("status",), show=("count", "sum:total", "sum:paid")),
            weight=160,
        )


def _of_opportunities() -> Iterable[ReportPreset]:
    yield ReportPreset(
        name="sales.pipeline",
        title=_("Pipeline"),
        text=_("Opportunities that are followed, what they come to, and what may be expected of them."),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("stage",), show=("count", "sum:amount", "sum:forecast"), filters=_FOLLOWED,
            chart="funnel",
        ),
        weight=110,
    )  # fmt: skip
    yield ReportPreset(
        name="sales.lost",
        title=_("Failed opportunities"),
        text=_("Why opportunities failed, of those that were given up with a reason."),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("lost_reason",), filters=_LOST, on="closed_on", period="this_year", chart="pie"
        ),
        weight=120,
    )
    yield ReportPreset(
        name="sales.won",
        title=_("Won by employee"),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("owner",), show=("count", "sum:amount"), filters=_WON, on="closed_on",
            period="this_month", chart="bar", top=10,
        ),
        weight=130,
    )  # fmt: skip
