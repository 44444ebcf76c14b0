"""What is owed for orders and contracts, and what their state says once money came in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, Payable
from plugins.cash import api as cash

from . import stock_out
from .documents import ADVANCED, CANCELLED, DRAFT, OTHER, PAID, SENT, UNPAID, Contract, ContractStatus, Order, Quote

_ = sdk.translator("plugins.sales")
D = TypeVar("D", Order, Contract)
NOTHING = Decimal(0)


def _orders_that_count(context: Context) -> sa.ColumnElement[bool]:
    """What is ordered by a contract is owed by the contract."""
    del context
    return sa.and_(Order.payment != CANCELLED.value, Order.contract_id.is_(None))


def _contracts_that_count(context: Context) -> sa.ColumnElement[bool]:
    """Those whose status says so, as the company has set it (V-15, CTR-05)."""
    statuses = sa.select(ContractStatus.id).where(ContractStatus.tenant_id == context.tenant, ContractStatus.counts)
    return Contract.status_id.in_(statuses)


ORDERS = Payable(
    amount="total",
    customer="customer",
    number="number",
    on="ordered_on",
    part_of="opportunity",
    counts=_orders_that_count,
    costs=stock_out.costs,
)
CONTRACTS = Payable(
    amount="total",
    customer="customer",
    number="number",
    on="starts_on",
    part_of="opportunity",
    counts=_contracts_that_count,
)


def note_paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Keep orders and contracts in step with what is paid of them now."""
    turn = context.unrestricted()
    if entity == "sales.order":
        orders = _locked(turn, Order, amounts)
        for order in orders:
            order.paid = amounts[order.id]
            sdk.update(turn, order, {"payment": payment_state(order)})
    elif entity == "sales.contract":
        for contract in _locked(turn, Contract, amounts):
            contract.paid = amounts[contract.id]


def count(context: Context, documents: Sequence[D]) -> None:
    """Note what documents that are about to be written count for as debt; see :func:`mind_credit`."""
    if "cash" in context.active:
        customers = {one.customer_id for one in documents}
        context.cache[_counted(documents)] = cash.counted(context, documents, customers)


def mind_credit(context: Context, documents: Sequence[D], event: str) -> None:
    """Documents were written: where the company forbids it, no customer owes more than they may by them."""
    before = context.cache.pop(_counted(documents), {})
    if event == "restored":
        before = {one.customer_id: NOTHING for one in documents}
    if "cash" in context.active:
        cash.insist(context, documents, before)


def _counted(documents: Sequence[D]) -> str:
    """Where what they counted for is kept while they are saved."""
    return f"sales.counted.{type(documents[0]).__tablename__}"


def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """A quote that would make its customer owe more than they may."""
    if not isinstance(record, Quote) or record.stage not in {DRAFT.value, SENT.value} or "cash" not in context.active:
        return
    if text := cash.over_limit(context, record.customer_id, record.total):
        yield sdk.Notice(name="sales_credit", text=text)


def payment_state(order: Order) -> str:
    """What an order is called by what is paid of it; what people said of it by hand stays."""
    if order.payment in {CANCELLED.value, OTHER.value}:
        return order.payment
    if order.paid <= NOTHING:
        return UNPAID.value
    return PAID.value if order.paid >= order.total else ADVANCED.value


@dataclass(frozen=True, slots=True)
class Revenue:
    """What a customer has agreed to."""

    amount: Decimal
    contracts: int


def revenue_by(context: Context, customers: Sequence[UUID]) -> dict[UUID, Revenue]:
    """Sum and number of the contracts that count as debt, paid or not (CTR-05); customers without one are left out."""
    counted = sdk.payables(context, of=("sales.contract",))
    sums = (
        sa.select(counted.c.customer_id, sa.func.sum(counted.c.amount), sa.func.count())
        .where(counted.c.customer_id.in_(customers))
        .group_by(counted.c.customer_id)
    )
    return {row[0]: Revenue(row[1], row[2]) for row in context.session.connection().execute(sums)}


def is_cancelled(order: Order) -> bool:
    """Whether nothing is to be paid of an order."""
    return order.payment == CANCELLED.value


def take_off(context: Context, order: Order, amount: Decimal) -> None:
    """Give so much more discount on the whole of an order, which the caller has locked; less than 0 takes it back.

    Raises InvalidError for one that is cancelled, and where more is paid already than is left to pay.
    """
    if amount > 0 and is_cancelled(order):
        raise InvalidError({"discount": [_("This order is cancelled.")]})
    sdk.update(context, order, {"discount": order.discount + amount})
    if amount > 0 and order.total < order.paid:
        raise InvalidError({"discount": [_("More than what is left then is paid already.")]})


def _locked(context: Context, model: type[D], amounts: Mapping[UUID, Decimal]) -> list[D]:
    wanted = sa.select(model).where(model.tenant_id == context.tenant, model.id.in_(amounts))
    return list(context.session.scalars(wanted.order_by(model.id).with_for_update()))
