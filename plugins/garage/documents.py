"""What is offered for a car, done to it and settled: quote, repair order, settlement, and the insurer's part of one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from core import sdk
from core.sdk import (
    Choice,
    Customer,
    Entity,
    LongText,
    Mapped,
    Money,
    Percent,
    Phone,
    User,
    choice,
    field,
    lines,
    link,
    links,
)
from plugins.catalog.api import TOTALS, GoodsDocument, GoodsLine
from plugins.warehouse.api import Warehouse

from .models import INSURANCE, PRIVATE, QUICK, Bay, Reception, Vehicle

_ = sdk.translator("plugins.garage")

DRAFT, SENT = Choice("draft", _("Draft")), Choice("sent", _("Sent"), "blue")
ACCEPTED, REFUSED = (
    Choice("accepted", _("Accepted"), "green", final=True),
    Choice("refused", _("Refused"), "red", final=True),
)
WORK, PART = Choice("work", _("Work"), "blue"), Choice("part", _("Part"), "orange")
CUSTOMER, INSURER = Choice("customer", _("Customer")), Choice("insurer", _("Insurer"), "blue")
AGREED, PROPOSED, DECLINED = (
    Choice("agreed", _("Agreed"), "green"),
    Choice("proposed", _("Waiting for the customer"), "orange"),
    Choice("declined", _("Not wanted"), "red"),
)
WAITING, WORKING, FOR_PARTS, CHECKING, DONE, DELIVERED, CANCELLED = (
    Choice("waiting", _("Waiting")),
    Choice("working", _("In work"), "blue"),
    Choice("parts", _("Waiting for parts"), "orange"),
    Choice("checking", _("Being checked"), "purple"),
    Choice("done", _("Done"), "green"),
    Choice("delivered", _("Handed over"), "green", final=True),
    Choice("cancelled", _("Cancelled"), "red", final=True),
)
STOCK_NEW, STOCK_APPROVED, STOCK_CANCELLED = (
    Choice("new", _("New")),
    Choice("approved", _("Approved"), "green"),
    Choice("cancelled", _("Cancelled"), "red"),
)
TRANSFER, COMPANY_TRANSFER, CASH, CARD, OTHER = (
    Choice("transfer", _("Transfer to a person")),
    Choice("company", _("Transfer to the company")),
    Choice("cash", _("Cash")),
    Choice("card", _("Card")),
    Choice("other", _("Other")),
)
UNPAID, PAID, VOID = (
    Choice("unpaid", _("Not finished"), "orange"),
    Choice("paid", _("Finished"), "green", final=True),
    Choice("void", _("Cancelled"), "red", final=True),
)
OPEN, SETTLED = Choice("new", _("New")), Choice("settled", _("Settled"), "green", final=True)


class GarageLine(GoodsLine):
    """Work on a car or a part for it, and who pays for it."""

    __leading__ = ("name", "product", "quantity", "price", "rate", "amount", "payer", "unit", "cut")

    kind: Mapped[str] = choice(_("Kind"), WORK, PART, help=_("Follows from the product."))
    payer: Mapped[str] = choice(_("Paid by"), CUSTOMER, INSURER)


class CarDocument(GoodsDocument):
    """What the papers of a car have in common."""

    __leading__: ClassVar[tuple[str, ...]] = ("number", "vehicle", "customer")

    vehicle: Mapped[Vehicle] = link(_("Vehicle"), aliases=("biển số", "xe"))
    kind: Mapped[str] = choice(_("Flow"), PRIVATE, INSURANCE, QUICK, aliases=("loại",))
    km: Mapped[int | None] = field(_("Odometer"), unit=_("km"), minimum=0, listed=False)
    advisor: Mapped[User | None] = link(_("Service advisor"), aliases=("cvdv", "cố vấn dịch vụ"))
    insurer: Mapped[Customer | None] = link(_("Insurer"), listed=False, aliases=("công ty bảo hiểm",))
    claim_no: Mapped[str | None] = field(_("Claim no."), search=True, listed=False, length=60)
    deductible: Mapped[Money] = field(
        _("Deductible"), default=0, minimum=0, listed=False, aliases=("khấu trừ", "miễn thường"),
        help=_("What the insured pays of the insurer's part."),
    )  # fmt: skip
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        vehicle_id: Mapped[UUID]
        insurer_id: Mapped[UUID | None]
        number: Any


class QuoteLine(GarageLine):
    """Work or a part that is offered."""

    __tablename__ = "garage_quote_line"


class Quote(CarDocument):
    """Phiếu báo giá xe: what the work on a car would cost."""

    __tablename__ = "garage_quote"

    number: Mapped[str] = sdk.number(_("Quote no."), prefix="BGX-")
    customer: Mapped[Customer] = link(_("Customer"))
    reception: Mapped[Reception | None] = link(_("Reception"), listed=False)
    stage: Mapped[str] = choice(_("Quote stage"), DRAFT, SENT, ACCEPTED, REFUSED, aliases=("trạng thái",))
    quoted_on: Mapped[date] = field(_("Quoted on"), default=sdk.TODAY, sort=True, aliases=("ngày báo giá",))
    valid_until: Mapped[date | None] = field(_("Valid until"), listed=False)
    refusal: Mapped[str | None] = field(_("Why it was refused"), readonly=True, listed=False)
    goods: Mapped[list[QuoteLine]] = lines(_("Work and parts"), required=True, totals=TOTALS)
    if TYPE_CHECKING:
        reception_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it was offered."""
        return self.quoted_on


class OrderLine(GoodsLine):
    """Work or a part of a repair order: whether the customer wants it, and who pays for it."""

    __leading__ = ("name", "product", "quantity", "price", "agreed")

    agreed: Mapped[str] = choice(_("Customer"), AGREED, PROPOSED, DECLINED)
    payer: Mapped[str] = choice(_("Paid by"), CUSTOMER, INSURER)


class WorkLine(OrderLine):
    """A piece of work on a repair order: who does it, in which time."""

    __tablename__ = "garage_work_line"

    technician: Mapped[User | None] = link(_("Technician"), aliases=("thợ", "kỹ thuật viên"))
    hours: Mapped[Decimal | None] = field(_("Hours"), minimum=0)
    pay: Mapped[Percent | None] = field(_("Technician's share"), minimum=0, maximum=100)
    done: Mapped[bool] = field(_("Done"))
    if TYPE_CHECKING:
        technician_id: Mapped[UUID | None]

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """Nothing is done that the customer has not agreed to."""
        yield from super().check()
        if self.done and self.agreed != AGREED.value:
            yield "done", _("The customer has not agreed to this.")


class PartLine(OrderLine):
    """A part for a repair order: what the warehouse was asked for, and has given."""

    __tablename__ = "garage_part_line"

    issued: Mapped[Decimal] = field(_("Issued"), default=0, readonly=True)


class RepairOrder(CarDocument):
    """Phiếu sửa chữa: what the workshop does to a car, where, by whom, with which parts."""

    __tablename__ = "garage_repair_order"
    __leading__: ClassVar[tuple[str, ...]] = (
        "number", "vehicle", "customer", "state", "promised_at", "bay", "technicians", "total",
    )  # fmt: skip

    number: Mapped[str] = sdk.number(_("Repair order no."), prefix="SC-")
    customer: Mapped[Customer] = link(_("Customer"))
    reception: Mapped[Reception | None] = link(_("Reception"), listed=False)
    quote: Mapped[Quote | None] = link(_("Quote"), readonly=True, listed=False)
    state: Mapped[str] = choice(
        _("State"), WAITING, WORKING, FOR_PARTS, CHECKING, DONE, DELIVERED, CANCELLED, aliases=("trạng thái",)
    )
    opened_on: Mapped[date] = field(_("Opened on"), default=sdk.TODAY, sort=True, aliases=("ngày lập",))
    promised_at: Mapped[datetime | None] = field(_("Promised for"), sort=True, aliases=("hẹn trả xe",))
    started_at: Mapped[datetime | None] = field(_("Begun at"), readonly=True, listed=False)
    finished_at: Mapped[datetime | None] = field(_("Finished at"), readonly=True, listed=False)
    bay: Mapped[Bay | None] = link(_("Bay"), aliases=("khoang",))
    technicians: Mapped[list[User]] = links(_("Technicians"), aliases=("thợ", "kỹ thuật viên"))
    warehouse: Mapped[Warehouse | None] = link(_("From the warehouse"), listed=False, aliases=("từ kho",))
    works: Mapped[list[WorkLine]] = lines(_("Work"))
    parts: Mapped[list[PartLine]] = lines(_("Parts"), totals=TOTALS)
    if TYPE_CHECKING:
        reception_id: Mapped[UUID | None]
        quote_id: Mapped[UUID | None]
        bay_id: Mapped[UUID | None]
        warehouse_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it was opened."""
        return self.opened_on

    @property
    def lines(self) -> Sequence[OrderLine]:
        """Work and parts together."""
        return [*self.works, *self.parts]

    @property
    def priced(self) -> Sequence[OrderLine]:
        """Those the customer agreed to."""
        return [line for line in self.lines if line.agreed == AGREED.value]

    @property
    def offered(self) -> Sequence[OrderLine]:
        """What was proposed besides, whatever the customer said to it."""
        return [line for line in self.lines if line.agreed != AGREED.value]


class SettlementLine(GarageLine):
    """Work or a part that is charged, and how long it is guaranteed."""

    __tablename__ = "garage_settlement_line"

    warranty_months: Mapped[int | None] = field(_("Warranty, months"), minimum=0)
    warranty_km: Mapped[int | None] = field(_("Warranty, km"), minimum=0)


class Settlement(CarDocument):
    """Phiếu quyết toán: what a repair comes to, who pays it, and when the car shall come again (GAR-05)."""

    __tablename__ = "garage_settlement"
    __leading__: ClassVar[tuple[str, ...]] = (
        "number", "vehicle", "customer", "settled_on", "total", "due", "paid", "payment", "stock", "state",
    )  # fmt: skip

    number: Mapped[str] = sdk.number(_("Settlement no."), prefix="QT-")
    customer: Mapped[Customer] = link(_("Customer"))
    order: Mapped[RepairOrder | None] = link(_("Repair order"), listed=False)
    settled_on: Mapped[date] = field(_("Settlement date"), default=sdk.TODAY, sort=True, aliases=("ngày quyết toán",))
    stock: Mapped[str] = choice(
        _("Stock-out"), STOCK_NEW, STOCK_APPROVED, STOCK_CANCELLED, aliases=("trạng thái xuất kho",),
        help=_("Approved: the parts leave the warehouse."),
    )  # fmt: skip
    method: Mapped[str] = choice(
        _("Paid by way of"), CASH, TRANSFER, COMPANY_TRANSFER, CARD, OTHER, listed=False, aliases=("hình thức tt",)
    )
    payment: Mapped[str] = choice(_("Payment"), UNPAID, PAID, VOID, aliases=("tình trạng thanh toán",))
    state: Mapped[str] = choice(
        _("Settlement state"), OPEN, SETTLED, aliases=("tình trạng q.toán",), help=_("Settled: a receipt is made.")
    )
    warehouse: Mapped[Warehouse | None] = link(_("From the warehouse"), listed=False, aliases=("từ kho",))
    maintenance_on: Mapped[date | None] = field(
        _("Next maintenance"), listed=False, aliases=("lịch bảo dưỡng tiếp theo",)
    )
    maintenance_km: Mapped[int | None] = field(_("Next maintenance at"), unit=_("km"), minimum=0, listed=False)
    adjuster: Mapped[str | None] = field(_("Adjuster"), personal=True, listed=False, length=120, aliases=("nvgđ",))
    adjuster_phone: Mapped[Phone | None] = field(_("Adjuster's phone"), listed=False)
    inspection_on: Mapped[date | None] = field(_("Inspection due"), listed=False, aliases=("đăng kiểm",))
    insurance_on: Mapped[date | None] = field(_("Insured until"), listed=False)
    goods: Mapped[list[SettlementLine]] = lines(_("Work and parts"), required=True, totals=(*TOTALS, "insured", "due"))
    insured: Mapped[Money] = field(_("The insurer pays"), default=0, readonly=True, listed=False)
    due: Mapped[Money] = field(_("The customer pays"), default=0, readonly=True)
    paid: Mapped[Money] = field(_("Paid"), default=0, readonly=True)
    if TYPE_CHECKING:
        order_id: Mapped[UUID | None]
        warehouse_id: Mapped[UUID | None]

    @property
    def dated(self) -> date | None:
        """When it was settled."""
        return self.settled_on


class Claim(Entity):
    """What an insurer pays of a settlement."""

    __tablename__ = "garage_claim"

    number: Mapped[str] = sdk.number(_("Insurance file no."), prefix="BH-")
    settlement: Mapped[Settlement] = link(_("Settlement"), part=True)
    insurer: Mapped[Customer] = link(_("Insurer"))
    on: Mapped[date] = field(_("Settlement date"), sort=True, default=sdk.TODAY)
    amount: Mapped[Money] = field(_("Amount"), default=0)
    paid: Mapped[Money] = field(_("Paid"), default=0, readonly=True)
    claim_no: Mapped[str | None] = field(_("Claim no."), search=True, length=60)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        settlement_id: Mapped[UUID]
        insurer_id: Mapped[UUID]
