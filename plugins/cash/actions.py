"""What the pages of records offer: money for a document or of a customer, and what can be done with a voucher."""

from collections.abc import Iterable
from urllib.parse import urlencode

from core import sdk
from core.sdk import Context, Customer, RecordAction

from .allocating import documents
from .models import BANK, CANCELLED, PAID, UNMATCHED, BankLine, Fund, Voucher

_ = sdk.translator("plugins.cash")


def record_actions(context: Context, record: sdk.Entity) -> Iterable[RecordAction]:
    """Those of one record, for whoever may do them."""
    if isinstance(record, Customer):
        yield from _of_customer(context, record)
    elif isinstance(record, Voucher):
        yield from _of_voucher(context, record)
    elif isinstance(record, Fund):
        yield from _of_fund(context, record)
    elif isinstance(record, BankLine):
        if record.state == UNMATCHED.value and context.can("cash.receipt", "create"):
            url = f"/cash/match/{record.id}"
            yield RecordAction(name="match", title=_("Match"), url=url, icon="link", method="dialog", primary=True)
    elif context.resource(type(record)).payable is not None:
        yield from _of_document(context, record)


def _of_customer(context: Context, record: Customer) -> Iterable[RecordAction]:
    for name, title in (("receipt", _("Receive money")), ("payment", _("Pay money"))):
        if context.can(f"cash.{name}", "create"):
            url = f"/cash/{name}s/new?customer={record.id}"
            yield RecordAction(name=f"cash_{name}", title=title, url=url, icon="cash", weight=70)
    if context.can("cash.receipt", "see"):
        url = f"/cash/debts/{record.id}"
        yield RecordAction(name="cash_debt", title=_("Debts"), url=url, icon="scale", weight=71)


def _of_document(context: Context, record: sdk.Entity) -> Iterable[RecordAction]:
    """Money for it, while something is left to pay."""
    reference = context.resource(type(record)).name, record.id
    found = documents(context, [reference]).get(reference)
    if found is None:
        return
    if found.direction == "in" and context.can("cash.payment", "create"):
        url = f"/cash/payments/new?{urlencode({'cost_of': f'{reference[0]}/{record.id}'})}"
        yield RecordAction(name="cash_cost", title=_("Add a cost"), url=url, icon="receipt", weight=75)
    if found.rest <= 0:
        return
    name, title = ("receipt", _("Receive money")) if found.direction == "in" else ("payment", _("Pay money"))
    if context.can(f"cash.{name}", "create"):
        given = {"document": f"{reference[0]}/{record.id}", "amount": f"{found.rest:f}", "invoice": found.number}
        if found.customer:
            given["customer"] = str(found.customer)
        url = f"/cash/{name}s/new?{urlencode(given)}"
        yield RecordAction(name="cash_pay", title=title, url=url, icon="cash", weight=40)


def _of_voucher(context: Context, record: Voucher) -> Iterable[RecordAction]:
    resource = context.resource(type(record))
    if not context.can(resource.name, "edit") or record.state == CANCELLED.value or record.counter:
        return
    here = f"/cash/voucher/{resource.entity}/{record.id}"
    if record.state == PAID.value and record.customer_id:
        yield RecordAction(
            name="divide", title=_("Divide among documents"), url=f"{here}/divide", icon="arrows-split", method="dialog"
        )
    yield RecordAction(name="cancel", title=_("Cancel voucher"), url=f"{here}/cancel", icon="ban", method="dialog")


def _of_fund(context: Context, record: Fund) -> Iterable[RecordAction]:
    if context.can("cash.receipt", "see"):
        yield RecordAction(name="book", title=_("Cash book"), url=f"/cash/book?fund={record.id}", icon="book-2")
    if record.kind == BANK.value and context.can("*", "admin"):
        url = f"/cash/feed/{record.id}"
        yield RecordAction(name="feed", title=_("Bank feed"), url=url, icon="webhook", method="dialog")
