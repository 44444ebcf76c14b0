"""Which price counts: for a customer, on a day, for a quantity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.sdk import Context, Customer, Query, matching

from .models import COMBO, SHARE, ComboItem, Price, PriceList, Product


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
    Where no list says anything it is the selling price, and of a combo without one what its items cost together.
    """
    chosen = priced(context, product_ids, customer, day or context.today(), quantity).subquery()
    rows = context.session.execute(sa.select(chosen.c.id, chosen.c.unit_price))
    return {row.id: row.unit_price for row in rows}


def priced(
    context: Context, product_ids: Sequence[UUID], customer: UUID | None, day: date, quantity: Decimal | int
) -> sa.Select[Any]:
    """The products' ``id`` and ``unit_price``, as a statement that others join."""
    product, asked = Product.__table__, _Asked(context, _buyer(context, customer), day)
    ids = product.c.id == sa.any_(sa.literal(list(product_ids), ARRAY(sa.Uuid)))
    seen = matching(context, Query(context.resource(Product), conditions=(ids,)))
    own = asked.particular(product, quantity).lateral("own")
    together = asked.together(product, quantity).lateral("together")
    price = sa.func.coalesce(own.c.price, together.c.price, product.c.price).label("unit_price")
    return (
        sa.select(product.c.id, price)
        .select_from(product.outerjoin(own, sa.true()).outerjoin(together, sa.true()))
        .where(product.c.tenant_id == context.tenant, product.c.id.in_(seen))
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """For whom and for when a price is asked."""

    context: Context
    buyer: sa.CTE
    day: date

    def particular(self, product: sa.FromClause, quantity: Any) -> sa.Select[Any]:
        """The one price that the lists have for a row of products; none where they say nothing."""
        lists, prices, tenant = PriceList.__table__.alias(), Price.__table__.alias(), self.context.tenant
        own = sa.and_(
            prices.c.tenant_id == tenant, prices.c.price_list_id == lists.c.id, prices.c.deleted_at.is_(None),
            prices.c.product_id.in_([product.c.id, product.c.variant_of_id]), prices.c.quantity <= quantity,
        )  # fmt: skip
        cut = sa.func.coalesce(prices.c.discount, lists.c.discount)
        reduced = sa.func.round(product.c.price * (1 - cut / SHARE), self.context.company.money_places)
        return (
            sa.select(sa.func.coalesce(prices.c.price, reduced).label("price"))
            .select_from(lists.outerjoin(prices, own))
            .where(
                lists.c.tenant_id == tenant, lists.c.deleted_at.is_(None), lists.c.active, *self._holds(lists),
                sa.or_(prices.c.price.is_not(None), sa.and_(cut.is_not(None), sa.not_(_by_items(product)))),
            )
            .order_by(
                lists.c.customer_id.is_(None), lists.c.tier_id.is_(None), prices.c.id.is_(None),
                (prices.c.product_id == product.c.id).desc().nulls_last(), prices.c.quantity.desc().nulls_last(),
                lists.c.starts.desc().nulls_last(), lists.c.id.desc(),
            )
            .limit(1)
        )  # fmt: skip

    def _holds(self, lists: sa.FromClause) -> Iterator[sa.ColumnElement[bool]]:
        """That a list is for the day and for the customer."""
        yield sa.or_(lists.c.starts.is_(None), lists.c.starts <= self.day)
        yield sa.or_(lists.c.ends.is_(None), lists.c.ends >= self.day)
        mine, tier = (sa.select(one).scalar_subquery() for one in (self.buyer.c.id, self.buyer.c.tier_id))
        yield sa.or_(lists.c.customer_id.is_(None), lists.c.customer_id == mine)
        yield sa.or_(lists.c.tier_id.is_(None), lists.c.tier_id == tier)

    def together(self, combo: sa.FromClause, quantity: Any) -> sa.Select[Any]:
        """What the items of a combo without a selling price cost; nothing for any other product."""
        lines, item = ComboItem.__table__, Product.__table__.alias("item")
        own = self.particular(item, quantity * lines.c.quantity).lateral("item_price")
        mine = sa.and_(lines.c.tenant_id == item.c.tenant_id, lines.c.product_id == item.c.id)
        return sa.select(
            sa.func.sum(lines.c.quantity * sa.func.coalesce(own.c.price, item.c.price)).label("price")
        ).select_from(lines.join(item, mine).outerjoin(own, sa.true())).where(
            lines.c.tenant_id == self.context.tenant, lines.c.document_id == combo.c.id, _by_items(combo)
        )  # fmt: skip


def _by_items(product: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(product.c.kind == COMBO.value, product.c.price == 0)


def _buyer(context: Context, customer: UUID | None) -> sa.CTE:
    """The customer, if the person sees them: whoever does not would learn their tier by its prices."""
    table = Customer.__table__
    seen = matching(context, Query(context.resource(Customer), conditions=(table.c.id == customer,)))
    return (
        sa.select(table.c.id, table.c.tier_id)
        .where(table.c.tenant_id == context.tenant, table.c.id.in_(seen))
        .cte("buyer")
    )
