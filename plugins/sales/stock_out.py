"""Goods of an order leave the warehouse once their stock-out is approved, and come back when it is not any more (ORD-08)."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog import api as catalog
from plugins.warehouse import api as warehouse

from .documents import APPROVED, Order

_ = sdk.translator("plugins.sales")
_TURNED = "sales.stock_out"
NOTHING = Decimal(0)


def note(context: Context, orders: Sequence[Order]) -> None:
    """Which orders have another state of their stock-out by the save that is under way."""
    context.cache[_TURNED] = {one.id for one in orders if sdk.is_changed(one, "stock")}


def follow(context: Context, orders: Sequence[Order], event: str) -> None:
    """Let goods leave or come back, where the company keeps a warehouse.

    Raises InvalidError where something is not there, and for an order that has less than has left for it.
    """
    turned: set[UUID] = context.cache.pop(_TURNED, set())
    if "warehouse" not in context.active:
        return
    for one in orders:
        if one.stock == APPROVED.value and event != "deleted":
            _issue(context, one)
        elif event == "deleted" or one.id in turned:
            warehouse.take_back(context, ("sales.order", one.id))


def _issue(context: Context, order: Order) -> None:
    wanted = catalog.contents(context, catalog.in_own_units(context, order.goods))
    document = ("sales.order", order.id)
    left = warehouse.issued(context, document[0], [order.id]).get(order.id, {})
    if any(quantity > wanted.get(product, NOTHING) for product, quantity in left.items()):
        raise InvalidError({"goods": [_("More than this has left the warehouse: cancel the stock-out first.")]})
    if not wanted:
        return
    place = order.warehouse_id or warehouse.default_warehouse(context)
    goods = [warehouse.GoodsOut(product, quantity) for product, quantity in wanted.items()]
    reason = str(_("Order %(number)s", number=order.number))
    warehouse.issue_goods(
        context, document, place, goods, on=order.ordered_on or context.today(), customer=order.customer_id,
        kind=warehouse.SALE.value, reason=reason,
    )  # fmt: skip


def costs(context: Context) -> sa.Select[tuple[UUID, Decimal]]:
    """What the goods cost that have left for orders."""
    slip, order = warehouse.GoodsIssue.__table__, Order.__table__
    named = sa.literal("sales.order/") + sa.cast(order.c.id, sa.Text)
    return (
        sa.select(order.c.id, slip.c.cost.label("amount"))
        .join(slip, sa.and_(slip.c.tenant_id == order.c.tenant_id, slip.c.document == named))
        .where(order.c.tenant_id == context.tenant, order.c.deleted_at.is_(None))
        .where(slip.c.state == "approved", slip.c.deleted_at.is_(None))
    )
