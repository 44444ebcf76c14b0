"""What is handed over where products are sold: goods themselves, of combos what is in them, nothing of services."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import COMBO, GOODS, ComboItem, Product

DEEPEST = 5
"""Combos within combos; one that contains itself ends here."""


def contents(context: Context, wanted: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """The goods that so much of each product is made of, with their quantities."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    left: Mapping[UUID, Decimal] = wanted
    for _depth in range(DEEPEST):
        if not left:
            break
        asked = sa.select(Product.id, Product.kind).where(Product.tenant_id == context.tenant, Product.id.in_(left))
        combos = dict[UUID, Decimal]()
        for product, kind in context.session.execute(asked):
            if kind == GOODS.value:
                found[product] += left[product]
            elif kind == COMBO.value:
                combos[product] = left[product]
        left = _items(context, combos)
    return dict(found)


def _items(context: Context, combos: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """What is in so many of each combo."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    if not combos:
        return found
    table = ComboItem.__table__
    items = sa.select(table.c.document_id, table.c.product_id, table.c.quantity).where(
        table.c.tenant_id == context.tenant, table.c.document_id.in_(combos)
    )
    for combo, product, quantity in context.session.connection().execute(items):
        found[product] += combos[combo] * quantity
    return found
