"""Which price counts: for a customer, on a day, for a quantity."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.sdk import Context, Customer, Query, matching

from .models import SHARE, Price, PriceList, Product


def price_of(
    context: Context,
    product_ids: Sequence[UUID],
    customer: UUID | None = None,
    day: date | None = None,
    quantity: Decimal | int = 1,
) -> dict[UUID, Decimal]:
    """What a unit of each product costs; products that the person may not see are left out.

    Of the price lists in use on the day, for everybody, for the customer's tier or for the customer alone, the most
    particular word counts: the customer's list before that of the tier, and that before everybody's; in a list a
    price of the product before one of what it is a variant of, and that before the discount of the whole list; of
    several the one from the larger quantity. Of lists that are equally particular the one that began last counts.
    Where no list says anything it is the selling price.
    """
    chosen = priced(context, product_ids, customer, day or context.today(), quantity).subquery()
    rows = context.session.execute(sa.select(chosen.c.id, chosen.c.unit_price))
    return {row.id: row.unit_price for row in rows}


def priced(
    context: Context, product_ids: Sequence[UUID], customer: UUID | None, day: date, quantity: Decimal | int
) -> sa.Select[Any]:
    """The products' ``id`` and ``unit_price``, as a statement that others join."""
    product = Product.__table__
    asked = product.c.id == sa.any_(sa.literal(list(product_ids), ARRAY(sa.Uuid)))
    seen = matching(context, Query(context.resource(Product), conditions=(asked,)))
    particular = _particular(context, product, customer, day, quantity).lateral("particular")
    price = sa.func.coalesce(particular.c.price, product.c.price).label("unit_price")
    return (
        sa.select(product.c.id, price)
        .select_from(product.outerjoin(particular, sa.true()))
        .where(product.c.tenant_id == context.tenant, product.c.id.in_(seen))
    )


def _particular(
    context: Context, product: sa.Table, customer: UUID | None, day: date, quantity: Decimal | int
) -> sa.Select[Any]:
    """The one price that the lists have for a row of products; none where they say nothing."""
    buyer = _buyer(context, customer)
    lists, prices = PriceList.__table__, Price.__table__
    mine = lists.c.customer_id == sa.select(buyer.c.id).scalar_subquery()
    tier = lists.c.tier_id == sa.select(buyer.c.tier_id).scalar_subquery()
    own = sa.and_(
        prices.c.tenant_id == context.tenant, prices.c.price_list_id == lists.c.id, prices.c.deleted_at.is_(None),
        prices.c.product_id.in_([product.c.id, product.c.variant_of_id]), prices.c.quantity <= quantity,
    )  # fmt: skip
    share = 1 - sa.func.coalesce(prices.c.discount, lists.c.discount) / SHARE
    reduced = sa.func.round(product.c.price * share, context.company.money_places)
    return (
        sa.select(sa.func.coalesce(prices.c.price, reduced).label("price"))
        .select_from(lists.outerjoin(prices, own))
        .where(
            lists.c.tenant_id == context.tenant, lists.c.deleted_at.is_(None), lists.c.active,
            sa.or_(lists.c.starts.is_(None), lists.c.starts <= day),
            sa.or_(lists.c.ends.is_(None), lists.c.ends >= day),
            sa.or_(lists.c.customer_id.is_(None), mine), sa.or_(lists.c.tier_id.is_(None), tier),
            sa.or_(prices.c.id.is_not(None), lists.c.discount.is_not(None)),
        )
        .order_by(
            lists.c.customer_id.is_(None), lists.c.tier_id.is_(None), prices.c.id.is_(None),
            (prices.c.product_id == product.c.id).desc().nulls_last(), prices.c.quantity.desc().nulls_last(),
            lists.c.starts.desc().nulls_last(), lists.c.id.desc(),
        )
        .limit(1)
    )  # fmt: skip


def _buyer(context: Context, customer: UUID | None) -> sa.CTE:
    """The customer, if the person sees them: whoever does not would learn their tier by its prices."""
    table = Customer.__table__
    seen = matching(context, Query(context.resource(Customer), conditions=(table.c.id == customer,)))
    return (
        sa.select(table.c.id, table.c.tier_id)
        .where(table.c.tenant_id == context.tenant, table.c.id.in_(seen))
        .cte("buyer")
    )
