"""Money in and out: receipts, payments, advances, funds, and what customers still owe."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from core import sdk
from core.sdk import Context, Resource
from hooks import hookimpl

from . import allocating, telling, vouchers
from .models import Advance, Category, Fund, Payment, Receipt, Terms, Voucher

_ = sdk.translator("plugins.cash")
ABOUT = _("Receipts, payments and advances; funds, cash book, debts and VietQR.")
MANIFEST = sdk.Manifest(
    name="cash", title=_("Cash and bank"), version="1.0.0", api=">=1,<2", icon="cash", summary=ABOUT
)
KEPT = ("see", "create", "edit", "export", "import", "share", "transfer")
"""What can be done with a voucher: its number stays taken, so it is cancelled and never deleted."""


@hookimpl
def entities() -> Iterable[Resource]:
    """The three kinds of vouchers, each with its list; what is set up once is everybody's."""
    return [
        _voucher(Receipt, _("Receipt"), _("Receipts"), "cash-banknote", 10),
        _voucher(Payment, _("Payment"), _("Payments"), "cash-off", 11),
        _voucher(Advance, _("Advance"), _("Advances"), "pig-money", 12),
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
def notification_kinds() -> Iterable[sdk.NotificationKind]:
    """Money that came."""
    title, told = _("Documents paid in full"), _("A document of yours is paid.")
    return [sdk.NotificationKind(name=telling.PAID_IN_FULL, title=title, help=told, icon="cash")]


@hookimpl
def paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Whoever answers for a document hears that it is paid."""
    telling.tell_owners(context, entity, amounts)
