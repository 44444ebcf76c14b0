"""From one document to the next: goods filled in from the catalogue, quotes that are accepted, what is made of them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog.api import add_up

from . import payments, stock_out
from .documents import ACCEPTED, DRAFT, REFUSED, REPLACED, SENT, Contract, ContractStatus, Document, Order, Quote
from .models import Opportunity
from .pipelines import alive

_ = sdk.translator("plugins.sales")

VALID = timedelta(days=30)
"""How long a quote is good for where nobody says otherwise."""
WHOLE = Decimal(100)
"""In percent."""
_SHARED = ("customer", "contact", "opportunity", "discount", "note")
"""What a document hands down to the one that is made of it, beside its goods."""


def prepare_quotes(context: Context, quotes: Sequence[Quote]) -> None:
    """Days, goods and sums, just before quotes are written."""
    for one in quotes:
        one.quoted_on = one.quoted_on or context.today()
        one.valid_until = one.valid_until or one.quoted_on + VALID
    add_up(context, quotes)


def prepare_contracts(context: Context, contracts: Sequence[Contract]) -> None:
    """Goods and sums, and what each milestone asks for. Raises InvalidError where they ask for more than the whole."""
    payments.count(context, contracts)
    add_up(context, contracts)
    for one in contracts:
        _divide(context, one)


def _divide(context: Context, contract: Contract) -> None:
    """Turn the shares of milestones into amounts: shares of the whole come to it exactly."""
    shared = [one for one in contract.milestones if one.share is not None]
    shares = [one.share for one in shared if one.share is not None]
    rest = WHOLE - sum(shares, Decimal(0))
    for milestone, amount in zip(shared, sdk.spread(context, contract.total, [*shares, rest]), strict=False):
        milestone.amount = amount
    if sum((one.amount or 0 for one in contract.milestones), Decimal(0)) > contract.total:
        raise InvalidError({"milestones": [_("The milestones ask for more than the contract comes to.")]})


def prepare_orders(context: Context, orders: Sequence[Order]) -> None:
    """The day, goods and sums; of one that was paid in part or wholly, what that is of the new sum."""
    payments.count(context, orders)
    stock_out.note(context, orders)
    for one in orders:
        one.ordered_on = one.ordered_on or context.today()
    before = [one.total for one in orders]
    add_up(context, orders)
    for one, total in zip(orders, before, strict=True):
        if one.paid and one.total != total:
            one.payment = payments.payment_state(one)


def follow_orders(context: Context, orders: Sequence[Order], event: str) -> None:
    """Money and goods, once orders are written."""
    payments.mind_credit(context, orders, event)
    stock_out.follow(context, orders, event)


def accept(context: Context, quote_id: UUID) -> bool:
    """The customer agrees to a quote; False where they did already. Of two at once only one does it.

    Raises :class:`core.sdk.InvalidError` for a quote that cannot be agreed to any more.
    """
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage == ACCEPTED.value:
        return False
    if quote.stage not in {DRAFT.value, SENT.value}:
        raise InvalidError({"stage": [_("This quote is not open any more.")]})
    if quote.valid_until and quote.valid_until < context.today():
        raise InvalidError({"valid_until": [_("This quote is not valid any more. Make a new version of it.")]})
    return sdk.update(context, quote, {"stage": ACCEPTED.value})


def refuse(context: Context, quote_id: UUID, reason: str) -> bool:
    """The customer does not want it; False where they said so already."""
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage == REFUSED.value:
        return False
    if quote.stage not in {DRAFT.value, SENT.value}:
        raise InvalidError({"stage": [_("This quote is not open any more.")]})
    quote.refusal = reason[:200] or None
    return sdk.update(context, quote, {"stage": REFUSED.value})


def new_version(context: Context, quote_id: UUID) -> Quote:
    """A quote that takes the place of another, which stays to be looked at; the same one where it was made already."""
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if (newer := sdk.made_of(context, Quote, Quote.replaces_id, quote)) is not None:
        return newer
    if quote.stage == ACCEPTED.value:
        raise InvalidError({"stage": [_("What the customer agreed to is not replaced. Make a contract or an order.")]})
    handed = _handed_down(context, quote, Quote) | {"kind": quote.kind, "region": quote.region}
    made = sdk.convert(context, Quote, handed)
    made.revision, made.replaces_id = quote.revision + 1, quote.id
    sdk.update(context, quote, {"stage": REPLACED.value})
    return made


def quote_of(context: Context, opportunity_id: UUID) -> Quote:
    """A quote of what an opportunity is about."""
    opportunity = sdk.get(context, Opportunity, opportunity_id)
    goods = _goods(context, opportunity, Quote) or [{"name": opportunity.name, "price": opportunity.amount}]
    values = {
        "customer": opportunity.customer_id, "contact": opportunity.link_id("contact"), "opportunity": opportunity.id,
        "goods": goods,
    }  # fmt: skip
    return sdk.convert(context, Quote, values)


def contract_of(context: Context, quote_id: UUID) -> Contract:
    """The contract of a quote; the one that was made already, if there is one."""
    quote = _agreed(context, quote_id)
    if (there := sdk.made_of(context, Contract, Contract.quote_id, quote)) is not None:
        return there
    values = _handed_down(context, quote, Contract) | {"status": first_status(context), "starts_on": context.today()}
    made = sdk.convert(context, Contract, values)
    made.quote_id = quote.id
    return made


def order_of(context: Context, source: Quote | Contract) -> Order:
    """The order of a quote or a contract; the one that was made already, if there is one."""
    column: Any = Order.quote_id if isinstance(source, Quote) else Order.contract_id
    locked = (
        _agreed(context, source.id) if isinstance(source, Quote) else sdk.get(context, Contract, source.id, lock=True)
    )
    if (there := sdk.made_of(context, Order, column, locked)) is not None:
        return there
    made = sdk.convert(context, Order, _handed_down(context, locked, Order))
    setattr(made, column.key, locked.id)
    return made


def first_status(context: Context) -> UUID:
    """The status a contract begins in. Raises :class:`core.sdk.InvalidError` where there is none."""
    found = context.session.scalar(
        sa.select(ContractStatus.id)
        .where(ContractStatus.tenant_id == context.tenant, *alive(ContractStatus))
        .order_by(ContractStatus.position, ContractStatus.id)
        .limit(1)
    )
    if found is None:
        raise InvalidError({"status": [_("There is no contract status yet. Add one in the settings of sales.")]})
    return found


def _agreed(context: Context, quote_id: UUID) -> Quote:
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage in {REFUSED.value, REPLACED.value}:
        raise InvalidError({"stage": [_("This quote is not open any more.")]})
    return quote


def _handed_down(context: Context, document: Document, model: type[Document]) -> dict[str, Any]:
    return sdk.handed_down(document, model, _SHARED) | {"goods": _goods(context, document, model)}


def _goods(context: Context, source: Document | Opportunity, model: type[Document]) -> list[dict[str, Any]]:
    return sdk.lines_as(context, model.__lines__["goods"].target, source.goods)
