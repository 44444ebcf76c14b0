"""Money in and out: receipts, payments, advances, funds, and what customers still owe."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Context, Resource
from hooks import hookimpl

from . import actions, allocating, bank, credit, examples, feed, glance, paying, results_web, telling, vouchers, web
from .models import Advance, BankLine, Category, Fund, Payment, Receipt, Terms, Voucher

_ = sdk.translator("plugins.cash")
ABOUT = _("Receipts, payments and advances; funds, cash book, debts and VietQR.")
MANIFEST = sdk.Manifest(
    name="cash", title=_("Cash and bank"), version="1.0.0", api=">=1,<2", icon="cash", summary=ABOUT
)
KEPT = ("see", "create", "edit", "export", "import", "share", "transfer")
"""What can be done with a voucher: its number stays taken, so it is cancelled and never deleted."""
FORMS = {Receipt: "cash/receipt.html", Advance: "cash/receipt.html", Payment: "cash/payment.html"}
"""The papers of the ministry: 01-TT for money in, 02-TT for money out."""


@hookimpl
def entities() -> Iterable[Resource]:
    """The three kinds of vouchers, each with its list; what is set up once is everybody's."""
    return [
        _voucher(Receipt, _("Receipt"), _("Receipts"), "cash-banknote", 30),
        _voucher(Payment, _("Payment"), _("Payments"), "cash-off", 31),
        _voucher(Advance, _("Advance"), _("Advances"), "pig-money", 32),
        Resource(
            model=BankLine, title=_("Bank line"), plural=_("Bank statement"), icon="building-bank", weight=33,
            owned=False, verbs=("see", "create", "edit", "export", "import"), after_save=bank.follow,
            guard=bank.guard,
        ),
        Resource(
            model=Fund, title=_("Fund"), plural=_("Funds"), icon="wallet", owned=False, navigation=False, weight=20
        ),
        Resource(
            model=Category, title=_("Category of money"), plural=_("Categories of money"), icon="category",
            owned=False, navigation=False, weight=21,
        ),
        Resource(
            model=Terms, title=_("Credit limit"), plural=_("Credit limits"), icon="gauge",
            owned=False, navigation=False, weight=22,
        ),
    ]  # fmt: skip


def _voucher(model: type[Voucher], title: sdk.Text, plural: sdk.Text, icon: str, weight: int) -> Resource:
    return Resource(
        model=model,
        title=title,
        plural=plural,
        icon=icon,
        weight=weight,
        verbs=KEPT,
        prints=(sdk.Print(name="form", title=title, template=FORMS[model], size="A5"),),
        about=lambda one: one.payable is not None,
        guard=vouchers.guard,
        before_save=vouchers.complete,
        after_save=allocating.follow,
        quick=("customer", "amount", "fund", "on", "state"),
    )


@hookimpl
def module_on(context: Context) -> None:
    """A cash box and the usual categories, for a company that has none."""
    vouchers.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """A month of money."""
    examples.load(context)


@hookimpl
def notification_kinds() -> Iterable[sdk.NotificationKind]:
    """Money that came."""
    title, told = _("Documents paid in full"), _("A document of yours is paid.")
    return [sdk.NotificationKind(name=telling.PAID_IN_FULL, title=title, help=told, icon="cash")]


@hookimpl
def paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Whoever answers for a document hears that it is paid."""
    telling.tell_owners(context, entity, amounts)


@hookimpl
def payment_details(context: Context, entity: str, record: sdk.Entity, amount: Decimal) -> Iterable[sdk.PaymentDetails]:
    """The accounts that are shown, with VietQR codes."""
    return paying.details(context, entity, record, amount)


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The cash book, debts, and where bank-feed services tell of transfers."""
    return [web.blueprint, results_web.blueprint, feed.blueprint]


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> Iterable[sdk.RecordAction]:
    """Money for documents and of customers; what can be done with a voucher."""
    return actions.record_actions(context, record)


@hookimpl
def record_cards(context: Context, record: sdk.Entity) -> Iterable[sdk.Card]:
    """What a document brought."""
    return glance.cards(context, record)


@hookimpl
def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """A document of a customer who owes more than they may."""
    return credit.notices(context, record)


@hookimpl
def navigation() -> Iterable[sdk.NavigationItem]:
    """What the vouchers add up to beside them, and what is set up once among the settings."""
    seen, group = ("cash.receipt", "see"), _("Cash and bank")
    pages = (
        ("cash_book", _("Cash book"), "/cash/book", "book-2", seen),
        ("cash_debts", _("Debts"), "/cash/debts", "scale", seen),
        ("cash_results", _("Profit and debt"), "/cash/results", "report-money", seen),
    )
    for place, (name, title, url, icon, permission) in enumerate(pages):
        yield sdk.NavigationItem(
            name=name, title=title, url=url, icon=icon, permission=permission, group=group, weight=40 + place
        )
    yield sdk.NavigationItem(
        name="cash_credit", title=_("Over the credit limit"), url="/cash/credit", icon="gauge", settings=True,
        text=_("Whether people are warned, or documents are not saved."),
    )  # fmt: skip
    yield sdk.NavigationItem(
        name="cash_closing", title=_("Closing the books"), url="/cash/closing", icon="lock", settings=True,
        text=_("Up to which day vouchers can no longer be changed."),
    )  # fmt: skip
