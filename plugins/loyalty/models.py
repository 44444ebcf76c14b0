"""What a company rewards: the rule of each tier, points and what they came from, and how both work here."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from core.sdk import (
    AnyRecord,
    Choice,
    Customer,
    Entity,
    Mapped,
    Money,
    Percent,
    TenantRow,
    Text,
    Tier,
    choice,
    field,
    link,
    reference,
    translator,
)

_ = translator("plugins.loyalty")

REVENUE, PAYMENTS = Choice("revenue", _("Revenue"), "blue"), Choice("payments", _("Payments"), "green")
ALL_GOODS = Choice("all", _("Update all goods"))
NEW_GOODS = Choice("new", _("Do not update goods"))
BY_HAND = Choice("by_hand", _("By hand"), "purple")
EARNED = Choice("earned", _("Earned"), "green")
SPENT = Choice("spent", _("Spent"), "orange")
RETURNED = Choice("returned", _("Given back"), "blue")


class Policy(Entity):
    """How tiers and points work in this company; it has one."""

    __tablename__ = "loyalty_policy"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    basis: Mapped[str] = choice(
        _("Basis of tiers"), REVENUE, PAYMENTS,
        help=_("Revenue: contracts whose status counts as debt, paid or not. Payments: what the customer has paid."),
    )  # fmt: skip
    automatic: Mapped[bool] = field(
        _("Update tiers automatically"), help=_("Whoever reaches a tier is moved to it; otherwise only people do it.")
    )
    points: Mapped[bool] = field(_("Loyalty points"), help=_("Customers earn points by what they pay."))
    per: Mapped[Money] = field(_("One point for each"), default=100_000, minimum=1)
    worth: Mapped[Money] = field(_("One point is worth"), default=1_000, minimum=1)
    since: Mapped[date | None] = field(_("Points are earned from"), readonly=True)

    @property
    def title(self) -> str:
        """There is one, and it needs no name."""
        return str(_("Tiers and points"))


class TierRule(Entity):
    """What a customer must have reached to be of a tier, and the discount they get there."""

    __tablename__ = "loyalty_tier_rule"
    __table_args__ = (
        sa.Index(
            "uq_loyalty_tier_rule_tier", "tenant_id", "tier_id", unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    name: Mapped[str | None] = field(_("Name"), search=True, readonly=True, listed=False, length=60)
    tier: Mapped[Tier] = link(_("Tier"), part=True, aliases=("cấp độ", "phân cấp"))
    amount: Mapped[Money | None] = field(_("Money threshold"), minimum=0, aliases=("mốc tiền",))
    contracts: Mapped[int | None] = field(
        _("Number of contracts"), minimum=1, maximum=100_000, aliases=("số lượng hợp đồng",)
    )
    discount: Mapped[Percent | None] = field(
        _("Discount"), unit="%", minimum=0, maximum=100, aliases=("chiết khấu",)
    )  # fmt: skip
    goods: Mapped[str] = choice(
        _("When the discount changes"), ALL_GOODS, NEW_GOODS, listed=False,
        help=_("Whether goods that are there already get the new discount, too, or only those that are added."),
    )  # fmt: skip
    applied: Mapped[Decimal | None] = mapped_column(sa.Numeric(9, 4), sort_order=70)
    """The discount that was handed to the price lists last."""
    if TYPE_CHECKING:
        tier_id: Mapped[UUID]

    def check(self) -> Iterator[tuple[str, Text]]:
        """One of the two criteria."""
        if self.amount is not None and self.contracts is not None:
            yield "contracts", _("Give a money threshold or a number of contracts, one of the two.")
        elif self.amount is None and self.contracts is None:
            yield "amount", _("Give a money threshold or a number of contracts.")


class Reached(TenantRow):
    """That a customer reached a tier, when, and by which figures.

    A customer who was moved once is not moved to the same tier again: what people set afterwards stays. There may be
    several rows of one customer and tier, for customers become one.
    """

    __tablename__ = "loyalty_reached"
    __table_args__ = (
        reference("customer_id", "core_customer", ondelete="CASCADE"),
        reference("tier_id", "core_tier", ondelete="CASCADE"),
        sa.Index(None, "tenant_id", "customer_id"),
        sa.Index(None, "tenant_id", "tier_id"),
    )

    customer_id: Mapped[UUID]
    tier_id: Mapped[UUID]
    basis: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(18, 2))
    contracts: Mapped[int]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class PointEntry(Entity):
    """Points a customer got or gave, and why; the balance is the sum, and entries are corrected by others."""

    __tablename__ = "loyalty_point_entry"

    reason: Mapped[str] = field(_("Reason"), search=True, personal=True, aliases=("lý do",))
    customer: Mapped[Customer] = link(_("Customer"), aliases=("kh", "khách hàng"))
    points: Mapped[int] = field(
        _("Points"), sort=True, minimum=-100_000_000, maximum=100_000_000, aliases=("điểm", "số điểm"),
        help=_("Less than 0 takes points away."),
    )  # fmt: skip
    kind: Mapped[str] = choice(_("Kind"), BY_HAND, EARNED, SPENT, RETURNED, readonly=True)
    amount: Mapped[Money | None] = field(_("Discount given"), readonly=True, listed=False)
    document: Mapped[AnyRecord | None] = field(_("Document"), readonly=True)
    if TYPE_CHECKING:
        customer_id: Mapped[UUID]

    def check(self) -> Iterator[tuple[str, Text]]:
        """Something changes by it."""
        if not self.points:
            yield "points", _("An entry adds points or takes some away.")
