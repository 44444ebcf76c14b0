"""Filling price lists: what a price is called, and the discount of a tier (TIE-05)."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, Query, Tier, create, create_many, delete, get, matching, translator, update

from .models import Price, PriceList, Product

_ = translator("plugins.catalog")


def name_prices(context: Context, prices: Sequence[Price]) -> None:
    """A price is called as its product is; before it is saved."""
    table, ids = Product.__table__, {one.link_id("product") for one in prices}
    rows = context.session.execute(
        sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
    )
    names = {row.id: row.name for row in rows}
    for one in prices:
        one.name = names.get(one.link_id("product"))


def set_tier_discount(context: Context, tier_id: UUID, percent: Decimal, *, existing: bool) -> PriceList:
    """Let customers of a tier pay so much less than the selling price, and say whether that holds for goods there are.

    With ``existing`` it holds for everything but what has an amount of its own in the list; without, the goods there
    are keep the discount they had, and those that are added from now on get the new one.
    """
    tier = get(context, Tier, tier_id, lock=True)
    found = _list_of(context, tier) or create(
        context, PriceList, {"name": str(_("Prices for %(tier)s", tier=tier.name)), "tier": tier.id}
    )
    if existing:
        delete(context, _discounted(context, found))
    else:
        _keep(context, found)
    update(context, found, {"discount": percent})
    return found


def _list_of(context: Context, tier: Tier) -> PriceList | None:
    """The list of a tier that holds at any time."""
    table = PriceList.__table__
    statement = sa.select(PriceList).where(
        PriceList.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.tier_id == tier.id,
        table.c.starts.is_(None), table.c.ends.is_(None),
    )  # fmt: skip
    return context.session.scalar(statement.order_by(table.c.id).limit(1))


def _discounted(context: Context, prices_of: PriceList) -> list[Price]:
    table = Price.__table__
    statement = sa.select(Price).where(
        Price.tenant_id == context.tenant, table.c.price_list_id == prices_of.id, table.c.deleted_at.is_(None),
        table.c.discount.is_not(None),
    )  # fmt: skip
    return list(context.session.scalars(statement))


def _keep(context: Context, prices_of: PriceList) -> None:
    """Note today's discount for each product that the list says nothing particular of."""
    product, price = Product.__table__, Price.__table__
    noted = sa.exists().where(
        price.c.tenant_id == context.tenant, price.c.price_list_id == prices_of.id, price.c.product_id == product.c.id,
        price.c.deleted_at.is_(None),
    )  # fmt: skip
    without = matching(context, Query(context.resource(Product), conditions=(~noted,)))
    rows = [
        {"price_list": prices_of.id, "product": one, "discount": prices_of.discount or Decimal(0)}
        for one in context.session.scalars(without)
    ]
    create_many(context, Price, rows)
