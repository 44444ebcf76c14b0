"""What is sold, from the first interest on: pipelines with their stages, opportunities, and why some are lost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from core import sdk
from core.sdk import (
    COLORS,
    Choice,
    Contact,
    Customer,
    Entity,
    LongText,
    Mapped,
    Money,
    Percent,
    choice,
    computed,
    field,
    lines,
    link,
)
from plugins.catalog.api import GoodsLine

_ = sdk.translator("plugins.sales")

OPEN = Choice("open", _("Following"), "blue")
WON = Choice("won", _("Won"), "green", final=True)
LOST = Choice("lost", _("Lost"), "red", final=True)
OUTCOMES = (OPEN, WON, LOST)
"""What a stage means, whatever a company calls it; *following* is every stage in which all is still open."""


class Pipeline(Entity):
    """A way of selling, such as to new or to known customers, with stages of its own."""

    __tablename__ = "sales_pipeline"
    name: Mapped[str] = field(_("Pipeline"), search=True, unique=True, length=80)
    position: Mapped[int] = field(_("Position"), sort=True, default=0, minimum=0)


class Stage(Entity):
    """How far an opportunity has come: a lane of its pipeline's board."""

    __tablename__ = "sales_stage"
    name: Mapped[str] = field(_("Stage"), search=True, length=80)
    pipeline: Mapped[Pipeline] = link(_("Pipeline"), part=True)
    position: Mapped[int] = field(_("Position"), sort=True, default=0, minimum=0)
    if TYPE_CHECKING:
        pipeline_id: Mapped[UUID]
    color: Mapped[str] = choice(_("Colour"), *COLORS)
    outcome: Mapped[str] = choice(_("Means"), *OUTCOMES)
    probability: Mapped[Percent] = field(
        _("Probability"),
        default=0,
        minimum=0,
        maximum=100,
        help=_("What an opportunity of this stage is worth to the forecast."),
    )


class LossReason(Entity):
    """Why opportunities are lost."""

    __tablename__ = "sales_loss_reason"
    name: Mapped[str] = field(_("Reason"), search=True, unique=True, length=120)


class OpportunityLine(GoodsLine):
    """Goods that an opportunity is about."""

    __tablename__ = "sales_opportunity_line"


class Opportunity(Entity):
    """A chance to sell something to a customer."""

    __tablename__ = "sales_opportunity"
    name: Mapped[str] = field(_("Opportunity name"), search=True, sort=True, aliases=("cơ hội",))
    number: Mapped[str | None] = sdk.number(_("Opportunity no."), prefix="CH-")
    customer: Mapped[Customer] = link(_("Customer"))
    contact: Mapped[Contact | None] = link(_("Contact"), listed=False)
    stage: Mapped[Stage] = link(_("Stage"), aliases=("tình trạng",))
    amount: Mapped[Money] = field(_("Amount"), default=0, minimum=0, aliases=("doanh số kỳ vọng",))
    deposit: Mapped[Money] = field(_("Deposit"), default=0, minimum=0, listed=False, aliases=("tiền tạm ứng",))
    remaining: Mapped[Decimal] = computed(_("Remaining"), "amount - deposit", listed=False)
    expected_on: Mapped[date] = field(_("Expected on"), sort=True, aliases=("ngày chốt mong đợi",))
    begins_on: Mapped[date | None] = field(_("Begins on"), listed=False)
    closed_on: Mapped[date | None] = field(_("Closed on"), listed=False, sort=True)
    probability: Mapped[Percent | None] = field(_("Probability"), minimum=0, maximum=100, listed=False)
    forecast: Mapped[Decimal] = computed(
        _("Forecast"), "round(amount * coalesce(probability, 0) / 100, 0)", listed=False
    )
    source: Mapped[Entity | None] = link(_("Source"), to="core_source", listed=False)
    service_kind: Mapped[str | None] = choice(
        _("Service kind"),
        Choice("sale", _("Sale")),
        Choice("warranty", _("Warranty")),
        Choice("maintenance", _("Maintenance")),
        Choice("other", _("Other")),
        listed=False,
    )
    goods: Mapped[list[OpportunityLine]] = lines(_("Goods and services"), totals=("amount",))
    lost_reason: Mapped[LossReason | None] = link(_("Reason for losing"), listed=False)
    outcome: Mapped[str] = choice(_("Outcome"), *OUTCOMES, readonly=True, listed=False)
    pipeline: Mapped[Pipeline | None] = link(_("Pipeline"), readonly=True, listed=False)
    description: Mapped[LongText | None] = field(_("Description"), listed=False)
    if TYPE_CHECKING:
        stage_id: Mapped[UUID]
        pipeline_id: Mapped[UUID | None]
        customer_id: Mapped[UUID]
        lost_reason_id: Mapped[UUID | None]

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """A deposit is a part of the amount."""
        if self.deposit > self.amount:
            yield "deposit", _("The deposit cannot be more than the amount.")
