"""The rules of a stocktake."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.sdk import Context
from plugins.catalog.api import Product

from .counting import Count


def prepare(context: Context, counts: Sequence[Count]) -> None:
    """What is counted is called as its product is, just before it is written."""
    wanted = sa.select(Product.id, sa.func.left(Product.name, 400)).where(
        Product.tenant_id == context.tenant, Product.id.in_({one.product_id for one in counts})
    )
    names = {row[0]: row[1] for row in context.session.execute(wanted)}
    for one in counts:
        one.name = names.get(one.product_id, "")
