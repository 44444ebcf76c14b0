"""The documents of a sale: quote, contract and order, each with its goods and what they come to."""

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
    Line,
    LongText,
    Mapped,
    Money,
    Percent,
    User,
    choice,
    field,
    lines,
    link,
)
from plugins.catalog.api import TOTALS, GoodsDocument, GoodsLine

from .models import Opportunity

_ = sdk.translator("plugins.sales")

DRAFT = Choice("draft", _("Draft"))
SENT = Choice("sent", _("Sent"), "blue")
ACCEPTED = Choice("accepted", _("Accepted"), "green", final=True)
REFUSED = Choice("refused", _("Refused"), "red", final=True)
REPLACED = Choice("replaced", _("Replaced by a newer version"), final=True)
UNPAID = Choice("unpaid", _("Unpaid"), "orange")
ADVANCED = Choice("advanced", _("Paid in part"), "blue")
PAID = Choice("paid", _("Paid"), "green")
CANCELLED = Choice("cancelled", _("Cancelled"), final=True)
OTHER = Choice("other", _("Other"))
NEW = Choice("new", _("New"))
APPROVED = Choice("approved", _("Approved"), "green")
STOPPED = Choice("cancelled", _("Cancelled"))


class Document(GoodsDocument):
    """What the documents of a sale have in common."""

    contact: Mapped[Contact | None] = link(_("Contact"), listed=False)
    opportunity: Mapped[Opportunity | None] = link(_("Opportunity"), listed=False)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        contact_id: Mapped[UUID | None]
        opportunity_id: Mapped[UUID | None]


class QuoteLine(GoodsLine):
    """Goods of a quote."""

    __tablename__ = "sales_quote_line"


class Quote(Document):
    """What a customer is offered, until when; a newer version replaces it."""

    __tablename__ = "sales_quote"
    number: Mapped[str | None] = sdk.number(_("Quote no."), prefix="BG-")
    customer: Mapped[Customer] = link(_("Customer"))
    stage: Mapped[str] = choice(_("Quote stage"), DRAFT, SENT, ACCEPTED, REFUSED, REPLACED)
    kind: Mapped[str | None] = field(_("Kind of quote"), length=80, listed=False, aliases=("loại báo giá",))
    region: Mapped[str | None] = field(_("Region"), length=80, listed=False, aliases=("khu vực",))
    quoted_on: Mapped[date | None] = field(_("Quoted on"), sort=True, default=sdk.TODAY, aliases=("ngày báo giá",))
    valid_until: Mapped[date | None] = field(_("Valid until"), aliases=("ngày hiệu lực",))
    revision: Mapped[int] = field(_("Version"), default=1, readonly=True, listed=False)
    replaces: Mapped[Entity | None] = link(_("Replaces"), to="sales_quote", readonly=True, listed=False)
    refusal: Mapped[str | None] = field(_("Why it was refused"), readonly=True, listed=False)
    goods: Mapped[list[QuoteLine]] = lines(_("Goods and services"), required=True, totals=TOTALS)
    if TYPE_CHECKING:
        replaces_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it was offered."""
        return self.quoted_on

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """It is valid for a while."""
        if self.valid_until and self.quoted_on and self.valid_until < self.quoted_on:
            yield "valid_until", _("A quote cannot end before it begins.")


class ContractStatus(Entity):
    """How far a contract has come, and whether it counts as debt by then."""

    __tablename__ = "sales_contract_status"
    name: Mapped[str] = field(_("Contract status"), search=True, unique=True, length=80)
    position: Mapped[int] = field(_("Position"), sort=True, default=0, minimum=0)
    color: Mapped[str] = choice(_("Colour"), *COLORS)
    counts: Mapped[bool] = field(_("Counts as debt"), help=_("Contracts of this status count as revenue and as debt."))


class ContractLine(GoodsLine):
    """Goods of a contract."""

    __tablename__ = "sales_contract_line"


class Milestone(Line):
    """A part of a contract's payment, and when it is due."""

    __tablename__ = "sales_milestone"
    name: Mapped[str] = field(_("Milestone"), search=True)
    due_on: Mapped[date | None] = field(_("Due on"))
    share: Mapped[Percent | None] = field(_("Share"), minimum=0, maximum=100)
    amount: Mapped[Money | None] = field(_("Amount"), minimum=0)


class Contract(Document):
    """What was agreed; it counts as debt in the statuses that say so."""

    __tablename__ = "sales_contract"
    number: Mapped[str | None] = sdk.number(_("Contract no."), prefix="HD-")
    customer: Mapped[Customer] = link(_("Customer"))
    status: Mapped[ContractStatus] = link(_("Contract status"))
    kind: Mapped[str | None] = field(_("Kind of contract"), length=80, listed=False, aliases=("loại hợp đồng",))
    starts_on: Mapped[date] = field(_("Starts on"), sort=True, default=sdk.TODAY, aliases=("ngày bắt đầu",))
    ends_on: Mapped[date | None] = field(_("Ends on"), sort=True, aliases=("ngày kết thúc",))
    quote: Mapped[Quote | None] = link(_("Quote"), readonly=True, listed=False)
    value: Mapped[Money | None] = field(
        _("Contract value"), minimum=0, listed=False, help=_("Of a contract that names no goods; otherwise it is their sum."),
        aliases=("giá trị hợp đồng",),
    )  # fmt: skip
    paid: Mapped[Money] = field(_("Paid"), default=0, readonly=True, listed=False)
    goods: Mapped[list[ContractLine]] = lines(_("Goods and services"), totals=TOTALS)
    milestones: Mapped[list[Milestone]] = lines(_("Payment milestones"))
    if TYPE_CHECKING:
        status_id: Mapped[UUID]
        quote_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it begins."""
        return self.starts_on

    @property
    def worth(self) -> Decimal:
        """The value that was typed."""
        return self.value or Decimal(0)

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """It ends after it begins, and its milestones share no more than the whole."""
        if self.ends_on and self.ends_on < self.starts_on:
            yield "ends_on", _("A contract cannot end before it begins.")
        if sum((one.share or 0 for one in self.milestones), Decimal(0)) > 100:  # noqa: PLR2004 # percent
            yield "milestones", _("The shares of the milestones come to more than 100 %.")


class OrderLine(GoodsLine):
    """Goods of an order."""

    __tablename__ = "sales_order_line"


class Order(Document):
    """What a customer takes now: with the states of its payment and of its way out of the warehouse."""

    __tablename__ = "sales_order"
    number: Mapped[str | None] = sdk.number(_("Order no."), prefix="DH-")
    customer: Mapped[Customer] = link(_("Customer"))
    ordered_on: Mapped[date | None] = field(_("Ordered on"), sort=True, default=sdk.TODAY, aliases=("ngày hđ",))
    payment: Mapped[str] = choice(_("Payment"), UNPAID, ADVANCED, PAID, CANCELLED, OTHER, aliases=("tình trạng tt",))
    stock: Mapped[str] = choice(_("Stock-out"), NEW, APPROVED, STOPPED, aliases=("tình trạng xuất kho",))
    warehouse: Mapped[Entity | None] = link(
        _("From the warehouse"), to="warehouse_warehouse", listed=False, aliases=("kho", "từ kho")
    )
    quote: Mapped[Quote | None] = link(_("Quote"), readonly=True, listed=False)
    contract: Mapped[Contract | None] = link(_("Contract"), readonly=True, listed=False)
    in_charge: Mapped[User | None] = link(
        _("In charge"), listed=False, help=_("Who hands the goods out."), aliases=("người phụ trách",)
    )
    paid: Mapped[Money] = field(_("Paid"), default=0, readonly=True)
    goods: Mapped[list[OrderLine]] = lines(_("Goods and services"), required=True, totals=TOTALS)
    if TYPE_CHECKING:
        warehouse_id: Mapped[UUID | None]
        quote_id: Mapped[UUID | None]
        contract_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it was ordered."""
        return self.ordered_on
