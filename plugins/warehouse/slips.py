"""The papers of a warehouse: goods in, goods out, transfers; each with its lines."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core import sdk
from core.sdk import (
    AnyRecord,
    Choice,
    Customer,
    Entity,
    Line,
    LongText,
    Mapped,
    Money,
    Section,
    choice,
    field,
    lines,
    link,
)
from plugins.catalog.api import Product, Unit

from .models import Location, Warehouse

_ = sdk.translator("plugins.warehouse")

NEW, APPROVED = Choice("new", _("New")), Choice("approved", _("Approved"), "green", final=True)
SENT = Choice("sent", _("On their way"), "orange")
RECEIVED = Choice("received", _("Received"), "green", final=True)
CANCELLED = Choice("cancelled", _("Cancelled"), final=True)
PURCHASE, RETURNED = (
    Choice("purchase", _("Purchase"), "blue"),
    Choice("returned", _("Returned by a customer"), "orange"),
)
OPENING, OTHER_IN = Choice("opening", _("Opening stock")), Choice("other", _("Other"))
SALE, REPAIR = Choice("sale", _("Sale"), "blue"), Choice("repair", _("Repair"), "purple")
OWN_USE, TO_SUPPLIER = Choice("use", _("Own use")), Choice("supplier", _("Back to the supplier"), "orange")
WRITE_OFF, OTHER_OUT = Choice("write_off", _("Write-off"), "red"), Choice("other", _("Other"))

SCANS = ("product", "quantity")
SECTIONS = (
    Section("", ("number", "on", "warehouse", "source", "target", "state", "kind", "customer", "reason")),
    Section(_("Accounts, papers and note"), ("document", "enclosed", "debit", "credit", "note"), below=True),
)
"""Of each of them: what is typed every time, then the goods, then the rest."""


class StockLine(Line):
    """Goods on a slip; ``quantity`` is in ``unit``, and ``base`` the same in the product's own."""

    __leading__ = ("product", "unit", "quantity", "price", "amount")

    product: Mapped[Product] = link(_("Product"), aliases=("mã hh", "hàng hóa"))
    unit: Mapped[Unit | None] = link(_("Unit"), aliases=("đvt",), help=_("Empty for the product's own."))
    quantity: Mapped[Decimal] = field(
        _("Quantity"), default=1, minimum=0, aliases=("số lượng", "thực nhập", "thực xuất")
    )
    base: Mapped[Decimal] = field(_("In the product's own unit"), default=0, readonly=True, listed=False)
    lot: Mapped[str | None] = field(
        _("Lot or serial numbers"),
        search=True,
        length=2000,
        aliases=("số lô", "sê-ri"),
        help=_("Several with a comma."),
    )
    if TYPE_CHECKING:
        product_id: Mapped[UUID]
        unit_id: Mapped[UUID | None]

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """Something moves."""
        if not self.quantity:
            yield "quantity", _("More than 0.")


class Slip(Entity):
    """What the papers have in common."""

    __leading__ = ("number", "on")

    on: Mapped[date] = field(_("Slip date"), default=sdk.TODAY, sort=True, aliases=("ngày", "ngày chứng từ"))
    document: Mapped[AnyRecord | None] = field(_("For document"), listed=False)
    reason: Mapped[str | None] = field(_("Reason"), search=True, length=300, aliases=("lý do", "diễn giải"))
    debit: Mapped[str | None] = field(_("Debit account"), listed=False, length=20, aliases=("tk nợ",))
    credit: Mapped[str | None] = field(_("Credit account"), listed=False, length=20, aliases=("tk có",))
    enclosed: Mapped[str | None] = field(_("Enclosed documents"), listed=False, length=120)
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    if TYPE_CHECKING:
        number: Any
        state: str
        goods: Any
        warehouse_id: Any

    @property
    def reference(self) -> tuple[str, UUID]:
        """The slip as the ledger names it."""
        return type(self).__tablename__.replace("_", ".", 1), self.id

    @property
    def warehouses(self) -> dict[str, UUID]:
        """The fields that name a warehouse, with what they name."""
        return {"warehouse": self.warehouse_id}


class ReceiptLine(StockLine):
    """Goods that came."""

    __tablename__ = "warehouse_receipt_line"

    expected: Mapped[Decimal | None] = field(_("By document"), minimum=0, aliases=("theo chứng từ",))
    price: Mapped[Money | None] = field(_("Unit price"), minimum=0, aliases=("đơn giá", "giá nhập"))
    amount: Mapped[Money] = field(_("Amount"), default=0, readonly=True)
    expires_on: Mapped[date | None] = field(_("Expires on"), aliases=("hạn dùng",))
    location: Mapped[Location | None] = link(_("Location"), aliases=("vị trí",))
    cost: Mapped[Money] = field(_("Cost"), default=0, readonly=True, listed=False)
    """With its part of what bringing them here cost."""
    if TYPE_CHECKING:
        location_id: Mapped[UUID | None]


class GoodsReceipt(Slip):
    """Phiếu nhập kho, form 01-VT: goods come into a warehouse."""

    __tablename__ = "warehouse_goods_receipt"

    number: Mapped[str] = sdk.number(_("Slip no."), prefix="NK-")
    warehouse: Mapped[Warehouse] = link(_("Into the warehouse"), aliases=("kho",))
    state: Mapped[str] = choice(_("State"), NEW, APPROVED, CANCELLED, aliases=("trạng thái",))
    kind: Mapped[str] = choice(_("Kind of receipt"), PURCHASE, RETURNED, OPENING, OTHER_IN, aliases=("loại",))
    customer: Mapped[Customer | None] = link(_("Supplier or customer"), aliases=("nhà cung cấp",))
    deliverer: Mapped[str | None] = field(_("Delivered by"), personal=True, listed=False, length=120)
    invoice: Mapped[str | None] = field(
        _("Invoice number"), search=True, listed=False, length=60, aliases=("số hóa đơn",)
    )
    invoiced_on: Mapped[date | None] = field(_("Invoice date"), listed=False)
    goods: Mapped[list[ReceiptLine]] = lines(
        _("Goods"), required=True, scans=SCANS, totals=("subtotal", "costs", "vat", "total")
    )
    subtotal: Mapped[Money] = field(_("Goods come to"), default=0, readonly=True, listed=False)
    costs: Mapped[Money] = field(
        _("Cost of bringing them"), default=0, minimum=0, listed=False, aliases=("chi phí mua hàng",),
        help=_("Transport, unloading, duties: shared by the lines by what they come to."),
    )  # fmt: skip
    vat: Mapped[Money] = field(_("VAT of the invoice"), default=0, minimum=0, listed=False)
    total: Mapped[Money] = field(_("Total"), default=0, readonly=True, sort=True)
    if TYPE_CHECKING:
        warehouse_id: Mapped[UUID]
        customer_id: Mapped[UUID | None]


class IssueLine(StockLine):
    """Goods that leave."""

    __tablename__ = "warehouse_issue_line"

    requested: Mapped[Decimal | None] = field(_("Requested"), minimum=0, aliases=("yêu cầu",))
    location: Mapped[Location | None] = link(_("Location"), aliases=("vị trí",))
    cost: Mapped[Money] = field(_("Cost"), default=0, readonly=True)
    if TYPE_CHECKING:
        location_id: Mapped[UUID | None]


class GoodsIssue(Slip):
    """Phiếu xuất kho, form 02-VT: goods leave a warehouse."""

    __tablename__ = "warehouse_goods_issue"

    number: Mapped[str] = sdk.number(_("Slip no."), prefix="XK-")
    warehouse: Mapped[Warehouse] = link(_("From the warehouse"), aliases=("kho", "từ kho"))
    state: Mapped[str] = choice(_("State"), NEW, APPROVED, CANCELLED, aliases=("trạng thái",))
    kind: Mapped[str] = choice(
        _("Kind of issue"), SALE, REPAIR, OWN_USE, TO_SUPPLIER, WRITE_OFF, OTHER_OUT, aliases=("loại",)
    )
    customer: Mapped[Customer | None] = link(_("Customer or supplier"), aliases=("khách hàng",))
    receiver: Mapped[str | None] = field(
        _("Received by"), personal=True, listed=False, length=120, aliases=("người nhận",)
    )
    goods: Mapped[list[IssueLine]] = lines(_("Goods"), required=True, scans=SCANS, totals=("cost",))
    cost: Mapped[Money] = field(_("Cost"), default=0, readonly=True, sort=True)
    if TYPE_CHECKING:
        warehouse_id: Mapped[UUID]
        customer_id: Mapped[UUID | None]


class TransferLine(StockLine):
    """Goods that change the warehouse."""

    __tablename__ = "warehouse_transfer_line"

    cost: Mapped[Money] = field(_("Cost"), default=0, readonly=True)


class Transfer(Slip):
    """Phiếu chuyển kho: goods leave one warehouse, are on their way, and come into another."""

    __tablename__ = "warehouse_transfer"

    number: Mapped[str] = sdk.number(_("Slip no."), prefix="CK-")
    source: Mapped[Warehouse] = link(_("From the warehouse"), aliases=("từ kho",))
    target: Mapped[Warehouse] = link(_("Into the warehouse"), aliases=("đến kho",))
    state: Mapped[str] = choice(_("State"), NEW, SENT, RECEIVED, CANCELLED, aliases=("trạng thái",))
    received_on: Mapped[date | None] = field(_("Received on"), readonly=True)
    carrier: Mapped[str | None] = field(_("Carried by"), personal=True, listed=False, length=120)
    goods: Mapped[list[TransferLine]] = lines(_("Goods"), required=True, scans=SCANS, totals=("cost",))
    cost: Mapped[Money] = field(_("Cost"), default=0, readonly=True, sort=True)
    if TYPE_CHECKING:
        source_id: Mapped[UUID]
        target_id: Mapped[UUID]

    @property
    def warehouses(self) -> dict[str, UUID]:
        """From where, and where to."""
        return {"source": self.source_id, "target": self.target_id}

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """They go somewhere else."""
        if self.source_id and self.source_id == self.target_id:
            yield "target", _("Choose another warehouse than the goods come from.")
