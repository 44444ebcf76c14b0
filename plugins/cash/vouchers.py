"""The rules of vouchers: what follows from the document, what a closed day allows, and how one is cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer

from . import allocating
from .models import CANCELLED, IN, OUT, PAID, PENDING, Category, Closing, Fund, Payment, Receipt, Voucher

_ = sdk.translator("plugins.cash")
CLOSED = _("This day is closed. Cancel the voucher: a counter entry is written for it today.")
_CLOSED = "cash.closed"


def closed_until(context: Context) -> date | None:
    """The day up to which the books are closed; read once in a turn."""
    if _CLOSED not in context.cache:
        mine = sa.select(Closing.until).where(Closing.tenant_id == context.tenant)
        context.cache[_CLOSED] = context.session.scalar(mine)
    found: date | None = context.cache[_CLOSED]
    return found


def close(context: Context, until: date) -> None:
    """Close the books up to a day; they are never opened again."""
    context.require("*", "admin")
    row = context.session.scalar(sa.select(Closing).where(Closing.tenant_id == context.tenant).with_for_update())
    if until > context.today():
        raise sdk.InvalidError({"until": [_("A day that lies ahead cannot be closed.")]})
    if row is not None and until < row.until:
        raise sdk.InvalidError(
            {"until": [_("The books are closed up to %(day)s already.", day=f"{row.until:%d/%m/%Y}")]}
        )
    row = row or Closing(tenant_id=context.tenant)
    row.until, row.by_id = until, context.user.id if context.user else None
    context.session.add(row)
    context.session.flush()
    context.cache.pop(_CLOSED, None)


def guard(context: Context, record: Voucher | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What is closed, cancelled or a counter entry stays as it is; a document is its customer's."""
    until = closed_until(context)
    if record is not None:
        if record.state == CANCELLED.value:
            yield "", _("A cancelled voucher stays as it is.")
        elif record.counter:
            yield "", _("This voucher belongs to the counter entry %(number)s.", number=record.counter)
        elif until and record.state == PAID.value and record.on <= until:
            yield "", CLOSED
    state = values.get("state", record.state if record else PENDING.value)
    day = values.get("on", record.on if record else context.today())
    if until and state == PAID.value and day and day <= until:
        yield "on", _("The books are closed up to %(day)s.", day=f"{until:%d/%m/%Y}")
    yield from _of_document(context, record, values)
    yield from _of_cost(context, record, values)


def _of_document(context: Context, record: Voucher | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    named = allocating.read_reference(values.get("document"))
    if named is None:
        return
    document = allocating.documents(context, [named]).get(named)
    customer = values.get("customer", record.customer_id if record else None)
    if document is None:
        yield "document", _("This does not name a document that is to be paid.")
    elif customer and document.customer and customer != document.customer:
        yield "document", _("This document belongs to another customer.")


def _of_cost(context: Context, record: Voucher | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """A payment gives back what was paid for a document, or is a cost of one."""
    named = allocating.read_reference(values.get("cost_of"))
    if named is None:
        return
    if values.get("document", record.document if record else None):
        yield "cost_of", _("A payment gives money back for a document or is a cost of one, not both.")
    if named not in allocating.documents(context, [named]):
        yield "cost_of", _("This does not name a document that is to be paid.")


def complete(context: Context, vouchers: Sequence[Voucher]) -> None:
    """Fill in what follows from the document and the customer, just before vouchers are saved."""
    named = {one.id: allocating.read_reference(one.document) for one in vouchers}
    # Of two who take what is left of a document the second finds nothing.
    allocating.lock(context, [of for one in vouchers if not one.amount and (of := named[one.id]) is not None])
    found = allocating.documents(context, [one for one in named.values() if one is not None])
    for voucher in vouchers:
        document = found.get(named[voucher.id] or ("", voucher.id))
        if document is not None:
            voucher.customer_id = voucher.customer_id or document.customer
            voucher.invoice = voucher.invoice or document.number[:60] or None
            voucher.amount = voucher.amount or document.room(voucher)
        if not voucher.amount:
            raise sdk.InvalidError({"amount": [_("An amount above zero is needed.")]})
    unnamed = [one for one in vouchers if not one.party and one.customer_id]
    names = _names(context, {one.customer_id for one in unnamed if one.customer_id})
    for voucher in unnamed:
        voucher.party = names.get(voucher.customer_id or voucher.id, "")[:120] or None


def _names(context: Context, ids: set[UUID]) -> dict[UUID, str]:
    table = Customer.__table__
    chosen = sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
    return {row.id: row.name for row in context.session.connection().execute(chosen)} if ids else {}


def cancel(context: Context, voucher: Voucher) -> Voucher:
    """Cancel a voucher; of a closed day by a counter entry, which is answered. The voucher is locked by the caller."""
    until = closed_until(context)
    if voucher.state == PAID.value and until and voucher.on <= until:
        return _counter(context, voucher, max(context.today(), until + timedelta(days=1)))
    sdk.update(context, voucher, {"state": CANCELLED.value})
    return voucher


def _counter(context: Context, voucher: Voucher, day: date) -> Voucher:
    """The voucher of the other kind that undoes one of a closed day, and both say so."""
    if voucher.counter:
        raise sdk.InvalidError(
            {"": [_("This voucher belongs to the counter entry %(number)s.", number=voucher.counter)]}
        )
    values = {
        "customer": voucher.customer_id, "party": voucher.party, "invoice": voucher.invoice, "amount": voucher.amount,
        "fund": voucher.fund_id, "on": day, "state": PAID.value, "reason": str(_("Cancels %(number)s", number=voucher.number)),
    }  # fmt: skip
    counter: Voucher = sdk.create(context, Payment if voucher.sign > 0 else Receipt, values)
    allocating.mirror(context, voucher, counter)
    voucher.counter, counter.counter = counter.number, voucher.number
    context.session.flush()
    return counter


def furnish(context: Context) -> None:
    """Categories that every company has, and a cash box, where there is none yet."""
    if not sdk.read_page(context, sdk.Query(context.resource(Category), limit=1)).rows:
        pairs = [(_("Sales"), IN), (_("Deposits"), IN), (_("Other income"), IN), (_("Goods and materials"), OUT)]
        pairs += [(_("Refunds to customers"), OUT), (_("Other expenses"), OUT)]
        sdk.create_many(context, Category, [{"name": str(name), "direction": way.value} for name, way in pairs])
    if not sdk.read_page(context, sdk.Query(context.resource(Fund), limit=1)).rows:
        sdk.create(context, Fund, {"name": str(_("Cash box"))})
