"""Reports that sales ships: the pipeline, why deals are lost, who sells what, what is still to be paid."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Context, ReportDefinition, ReportPreset

from .models import LOST, OPEN, WON

_ = sdk.translator("plugins.sales")

OPPORTUNITY, QUOTE, ORDER, CONTRACT = "sales.opportunity", "sales.quote", "sales.order", "sales.contract"
_REASONED = {"lost_reason__empty": "false"}
_FOLLOWED, _LOST, _WON = {"outcome__eq": OPEN.value}, {"outcome__eq": LOST.value}, {"outcome__eq": WON.value}


def presets(context: Context) -> Iterable[ReportPreset]:
    """Those about what the person may see."""
    if context.can(OPPORTUNITY, "see"):
        yield from _of_opportunities()
        yield from _forecasts()
    if context.can(QUOTE, "see"):
        yield ReportPreset(
            name="sales.quotes",
            title=_("Quotes by stage"),
            definition=ReportDefinition(
                entity=QUOTE, by=("stage",), show=("count", "sum:total"), on="quoted_on", period="this_month",
                chart="bar",
            ),
            weight=138,
        )  # fmt: skip
    if context.can(ORDER, "see"):
        yield ReportPreset(
            name="sales.payment",
            title=_("Orders by state of payment"),
            definition=ReportDefinition(
                entity=ORDER, by=("payment",), show=("count", "sum:total", "sum:paid"), on="ordered_on",
                period="this_month", chart="bar",
            ),
            weight=145,
        )  # fmt: skip
        yield _by_month()
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
        overview=True,
        weight=110,
    )  # fmt: skip
    yield ReportPreset(
        name="sales.lost",
        title=_("Failed opportunities"),
        text=_("Why opportunities failed, of those that were given up with a reason."),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("lost_reason",), filters=_LOST | _REASONED, on="closed_on", period="this_year",
            chart="pie",
        ),
        overview=True,
        weight=120,
    )  # fmt: skip
    yield ReportPreset(
        name="sales.won",
        title=_("Won by employee"),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("owner",), show=("count", "sum:amount"), filters=_WON, on="closed_on",
            period="this_month", chart="bar", top=10,
        ),
        weight=130,
    )  # fmt: skip


def _forecasts() -> Iterable[ReportPreset]:
    yield ReportPreset(
        name="sales.stages",
        title=_("Sales by stage"),
        text=_("Opportunities that are expected in the period, whatever has become of them."),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("stage",), show=("count", "sum:amount"), on="expected_on", period="this_month",
            chart="bar",
        ),
        weight=132,
    )  # fmt: skip
    yield ReportPreset(
        name="sales.forecast",
        title=_("Forecast by month and stage"),
        text=_("What open opportunities come to, each as likely as it is to succeed, in the month they are expected."),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("expected_on:month", "stage"), show=("sum:forecast",), filters=_FOLLOWED,
            chart="bar",
        ),
        overview=True,
        weight=134,
    )  # fmt: skip
    yield ReportPreset(
        name="sales.forecast_owner",
        title=_("Forecast by employee and month"),
        definition=ReportDefinition(
            entity=OPPORTUNITY, by=("owner", "expected_on:month"), show=("sum:forecast",), filters=_FOLLOWED
        ),
        weight=136,
    )


def _by_month() -> ReportPreset:
    return ReportPreset(
        name="sales.months",
        title=_("Sales by month"),
        text=_("What was ordered each month: amount, discount, and what is to be paid in all."),
        definition=ReportDefinition(
            entity=ORDER, by=("ordered_on:month",), show=("sum:subtotal", "sum:discount", "sum:total"),
            on="ordered_on", period="this_year", chart="bar",
        ),
        weight=138,
    )  # fmt: skip
