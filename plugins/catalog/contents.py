"""What is handed over where products are sold: goods themselves, of combos what is in them, nothing of services."""

from collections import defaultdict
from collections.abc import Collection, Mapping
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
    for product, goods in contents_of_one(context, wanted).items():
        for one, quantity in goods.items():
            found[one] += wanted[product] * quantity
    return dict(found)


def contents_of_one(context: Context, products: Collection[UUID]) -> dict[UUID, dict[UUID, Decimal]]:
    """Of each product the goods that one of it is made of, with their quantities."""
    found: dict[UUID, dict[UUID, Decimal]] = {one: defaultdict(Decimal) for one in products}
    left = {(one, one): Decimal(1) for one in products}
    for _depth in range(DEEPEST):
        if not left:
            break
        asked = sa.select(Product.id, Product.kind).where(
            Product.tenant_id == context.tenant, Product.id.in_({product for _whole, product in left})
        )
        kinds = {row[0]: row[1] for row in context.session.execute(asked)}
        combos = {}
        for (whole, product), quantity in left.items():
            if kinds.get(product) == GOODS.value:
                found[whole][product] += quantity
            elif kinds.get(product) == COMBO.value:
                combos[whole, product] = quantity
        left = _items(context, combos)
    return found


def _items(context: Context, combos: Mapping[tuple[UUID, UUID], Decimal]) -> dict[tuple[UUID, UUID], Decimal]:
    """What is in so many of each combo, by what the combo itself is in."""
    found: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    if not combos:
        return found
    table = ComboItem.__table__
    wanted = sa.select(table.c.document_id, table.c.product_id, table.c.quantity).where(
        table.c.tenant_id == context.tenant, table.c.document_id.in_({combo for _whole, combo in combos})
    )
    items: dict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
    for combo, product, quantity in context.session.connection().execute(wanted):
        items[combo].append((product, quantity))
    for (whole, combo), many in combos.items():
        for product, quantity in items[combo]:
            found[whole, product] += many * quantity
    return found
