"""Funds, categories, the three kinds of vouchers, and what of them pays which document."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from core import sdk
from core.sdk import (
    TODAY,
    AnyRecord,
    Choice,
    Customer,
    LongText,
    Mapped,
    Money,
    TenantRow,
    choice,
    field,
    link,
    number,
    reference,
)  # fmt: skip

from .banks import BANKS

_ = sdk.translator("plugins.cash")

CASH, BANK = Choice("cash", _("Cash fund"), "green"), Choice("bank", _("Bank account"), "blue")
IN, OUT = Choice("in", _("Money in"), "green"), Choice("out", _("Money out"), "orange")
PENDING = Choice("pending", _("Waiting for payment"), "orange")
PAID = Choice("paid", _("Paid"), "green", final=True)
CANCELLED = Choice("cancelled", _("Cancelled"), "secondary", final=True)
UNMATCHED, MATCHED = (
    Choice("unmatched", _("Not matched"), "orange"),
    Choice("matched", _("Matched"), "green", final=True),
)
IGNORED = Choice("ignored", _("Ignored"), "secondary", final=True)


class Fund(sdk.Entity):
    """Where money lies: a cash box, or an account at a bank."""

    __tablename__ = "cash_fund"

    name: Mapped[str] = field(_("Fund"), search=True, unique=True, length=80)
    kind: Mapped[str] = choice(_("Kind of fund"), CASH, BANK)
    bank: Mapped[str | None] = choice(_("Bank"), *(Choice(one.bin, sdk.ProperName(one.name)) for one in BANKS))
    account: Mapped[str | None] = field(_("Account number"), search=True, length=19)
    holder: Mapped[str | None] = field(_("Account holder"), length=80)
    opening: Mapped[Money] = field(_("Opening balance"), default=0, listed=False)
    shown: Mapped[bool] = field(_("Shown to customers"), help=_("Documents that are to be paid show this account."))
    note: Mapped[LongText | None] = field(_("Note"), listed=False)
    feed_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=70)
    """By which a feed service's address names the account; another one makes the old address useless."""

    def check(self) -> Iterable[tuple[str, sdk.Text]]:
        """An account has a bank, a number and a holder."""
        if self.kind == BANK.value:
            missing = [name for name in ("bank", "account", "holder") if not getattr(self, name)]
            yield from ((name, _("An account at a bank needs this.")) for name in missing)
        if self.account and not (self.account.isascii() and self.account.isalnum()):
            yield "account", _("An account number has letters and digits only.")


class Category(sdk.Entity):
    """What money comes in for, or goes out for."""

    __tablename__ = "cash_category"

    name: Mapped[str] = field(_("Category"), search=True, unique=True, length=80)
    direction: Mapped[str] = choice(_("Direction"), IN, OUT)


class Voucher(sdk.Entity):
    """What receipts, payments and advances have in common."""

    sign: ClassVar[int] = 1
    """Whether it brings money into its fund or takes some out."""
    key: ClassVar[str]
    """The column by which an allocation names it."""
    if TYPE_CHECKING:  # what the declaration makes of the links and of each kind's own number
        customer_id: UUID | None
        fund_id: UUID
        number: Any

    customer: Mapped[Customer | None] = link(_("Customer"), aliases=("kh", "khách hàng"))
    document: Mapped[AnyRecord | None] = field(
        _("For document"), listed=False, fills=("customer", "invoice", "amount"),
        help=_("What is paid by it; amount and number are filled in from there."),
    )  # fmt: skip
    invoice: Mapped[str | None] = field(_("Invoice number"), search=True, length=60, aliases=("số hóa đơn",))
    amount: Mapped[Money] = field(
        _("Amount"), default=0, minimum=0, sort=True, aliases=("số tiền",),
        help=_("Left at 0: what is still to be paid of the document."),
    )  # fmt: skip
    on: Mapped[date] = field(_("Voucher date"), default=TODAY, sort=True, aliases=("ngày chứng từ", "ngày"))
    state: Mapped[str] = choice(_("State"), PENDING, PAID, CANCELLED, aliases=("trạng thái",))
    fund: Mapped[Fund] = link(_("Fund"), aliases=("quỹ", "tài khoản"))
    category: Mapped[Category | None] = link(_("Category"), listed=False)
    party: Mapped[str | None] = field(
        _("Paid by / to"), search=True, personal=True, length=120, help=_("Who hands over the money, or gets it.")
    )
    reason: Mapped[str | None] = field(_("Reason"), personal=True, listed=False, length=300, aliases=("lý do",))
    enclosed: Mapped[str | None] = field(_("Enclosed documents"), listed=False, length=120)
    counter: Mapped[str | None] = field(
        _("Counter entry"), listed=False, readonly=True, length=40, help=_("The voucher that undoes this one.")
    )


class Receipt(Voucher):
    """Thu tiền: money comes in."""

    __tablename__ = "cash_receipt"
    key = "receipt_id"
    number: Mapped[str] = number(_("Voucher number"), prefix="PT-")


class Payment(Voucher):
    """Chi tiền: money goes out; also what is given back to a customer."""

    __tablename__ = "cash_payment"
    key, sign = "payment_id", -1
    number: Mapped[str] = number(_("Voucher number"), prefix="PC-")
    cost_of: Mapped[AnyRecord | None] = field(
        _("Cost of"), listed=False,
        help=_("The order or contract that this was spent for, such as materials or labour; its profit is less by it."),
    )  # fmt: skip


class Advance(Voucher):
    """Tạm ứng: money a customer pays ahead, before there is a document for it or in part of one."""

    __tablename__ = "cash_advance"
    key = "advance_id"
    number: Mapped[str] = number(_("Voucher number"), prefix="TU-")


VOUCHERS: tuple[type[Voucher], ...] = (Receipt, Payment, Advance)


class Allocation(TenantRow):
    """So much of a paid voucher is for a document; less than nothing where money goes back."""

    __tablename__ = "cash_allocation"
    __table_args__ = (
        *(reference(one.key, one.__tablename__, ondelete="CASCADE") for one in VOUCHERS),
        *(sa.Index(None, "tenant_id", one.key) for one in VOUCHERS),
        sa.Index("ix_cash_allocation_document", "tenant_id", "entity", "record_id"),
        sa.CheckConstraint("num_nonnulls(receipt_id, payment_id, advance_id) = 1", name="one_voucher"),
    )

    receipt_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]
    advance_id: Mapped[UUID | None]
    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(18, 2))
    on: Mapped[date]
    """The voucher's day: money counts from there."""
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Somebody divided the voucher; otherwise it follows from the document the voucher names."""


class Terms(sdk.Entity):
    """How much a customer may owe."""

    __tablename__ = "cash_terms"

    customer: Mapped[Customer] = link(_("Customer"), part=True)
    if TYPE_CHECKING:
        customer_id: Mapped[UUID]
    limit: Mapped[Money] = field(_("Credit limit"), minimum=0)
    note: Mapped[str | None] = field(_("Note"), search=True)


class CreditPolicy(TenantRow):
    """What happens when a customer would owe more than they may."""

    __tablename__ = "cash_credit_policy"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    forbids: Mapped[bool] = mapped_column(default=False)
    """Whether their documents are not saved then; otherwise people are warned."""


class BankLine(sdk.Entity):
    """A line of a bank statement, as a file or a feed service told it; each reference once."""

    __tablename__ = "cash_bank_line"

    reference: Mapped[str] = field(
        _("Bank reference"), search=True, unique=True, length=80, aliases=("mã giao dịch", "số tham chiếu", "reference")
    )
    fund: Mapped[Fund] = link(_("Bank account"), aliases=("tài khoản",))
    at: Mapped[datetime] = field(_("Moment"), sort=True, aliases=("ngày giao dịch", "thời gian", "ngày"))
    if TYPE_CHECKING:
        fund_id: Mapped[UUID]
        receipt_id: Mapped[UUID | None]
    amount: Mapped[Money] = field(_("Amount"), aliases=("số tiền", "ghi có", "phát sinh có", "credit"))
    text: Mapped[str] = field(
        _("Transfer note"), search=True, personal=True, length=500, aliases=("nội dung", "diễn giải", "description")
    )
    state: Mapped[str] = choice(_("State"), UNMATCHED, MATCHED, IGNORED, readonly=True)
    receipt: Mapped[Receipt | None] = link(_("Receipt"), readonly=True)


class Closing(TenantRow):
    """The day up to which the books are closed."""

    __tablename__ = "cash_closing"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    until: Mapped[date]
    by_id: Mapped[UUID | None]
