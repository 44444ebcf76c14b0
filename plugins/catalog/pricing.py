"""Filling price lists: what a price is called, and the discount of a tier (TIE-05)."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, Tier, create, create_many, delete, translator, update

from .models import Price, PriceList, Product

_ = translator("plugins.catalog")
TOGETHER = 500
"""Goods whose prices are written in one go."""


def name_prices(context: Context, prices: Sequence[Price]) -> None:
    """A price is called as its product is; before it is saved."""
    table, ids = Product.__table__, {one.link_id("product") for one in prices}
    rows = context.session.execute(
        sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
    )
    names = {row.id: row.name for row in rows}
    for one in prices:
        one.name = names.get(one.link_id("product"))


def set_tier_discount(
    context: Context, tier_id: UUID, percent: Decimal | None, *, existing: bool, most: int = TOGETHER
) -> int:
    """Let customers of a tier pay so much less than the selling price, and say whether that holds for goods there are.

    With ``existing`` it holds for everything but what has an amount of its own in the list; without, the goods there
    are keep the discount they had, and those that are added from now on get the new one.

    At most so many goods are done in one go. The answer is how many are left: ask again, in a transaction of its own,
    until there are none; the discount is set by the last one.
    """
    tier = context.session.scalars(
        sa.select(Tier).where(Tier.tenant_id == context.tenant, Tier.id == tier_id).with_for_update()
    ).one()
    found = _list_of(context, tier)
    if found is None:
        if percent is None:
            return 0
        found = create(context, PriceList, {"name": str(_("Prices for %(tier)s", tier=tier.name)), "tier": tier.id})
    left = _forget(context, found, most) if existing else _keep(context, found, most)
    if not left:
        update(context, found, {"discount": percent})
    return left


def _list_of(context: Context, tier: Tier) -> PriceList | None:
    """The list of a tier that holds at any time."""
    table = PriceList.__table__
    statement = sa.select(PriceList).where(
        PriceList.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.tier_id == tier.id,
        table.c.starts.is_(None), table.c.ends.is_(None),
    )  # fmt: skip
    return context.session.scalar(statement.order_by(table.c.id).limit(1))


def _forget(context: Context, prices_of: PriceList, most: int) -> int:
    """Delete discounts of single products; how many are left."""
    table = Price.__table__
    conditions = (
        table.c.tenant_id == context.tenant, table.c.price_list_id == prices_of.id, table.c.deleted_at.is_(None),
        table.c.discount.is_not(None),
    )  # fmt: skip
    count = context.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0
    delete(context, list(context.session.scalars(sa.select(Price).where(*conditions).order_by(table.c.id).limit(most))))
    return max(count - most, 0)


def _keep(context: Context, prices_of: PriceList, most: int) -> int:
    """Note today's discount for products that the list says nothing particular of; how many are left."""
    product, price = Product.__table__, Price.__table__
    noted = sa.exists().where(
        price.c.tenant_id == context.tenant, price.c.price_list_id == prices_of.id, price.c.product_id == product.c.id,
        price.c.deleted_at.is_(None),
    )  # fmt: skip
    without = (product.c.tenant_id == context.tenant, product.c.deleted_at.is_(None), ~noted)
    count = context.session.scalar(sa.select(sa.func.count()).select_from(product).where(*without)) or 0
    rows = [
        {"price_list": prices_of.id, "product": one, "discount": prices_of.discount or Decimal(0)}
        for one in context.session.scalars(sa.select(product.c.id).where(*without).order_by(product.c.id).limit(most))
    ]
    create_many(context, Price, rows)
    return max(count - most, 0)
