"""Products in other units than their own."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import Product, ProductUnit


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many of a product's own unit another one contains, and what it costs if that is said."""

    unit: UUID
    factor: Decimal
    price: Decimal | None


def conversions(context: Context, product_id: UUID) -> list[Conversion]:
    """The other units a product is sold in, as they stand in its list."""
    table = ProductUnit.__table__
    statement = sa.select(table.c.unit_id, table.c.factor, table.c.price).where(
        table.c.tenant_id == context.tenant, table.c.document_id == product_id
    )
    return [Conversion(*row) for row in context.session.execute(statement.order_by(table.c.position))]


def factors(context: Context, wanted: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Decimal]:
    """How many of a product's own unit a unit contains, for pairs of both; pairs that do not go together are left out."""
    if not wanted:
        return {}
    product, other = Product.__table__, ProductUnit.__table__
    own = sa.select(product.c.id, product.c.unit_id, sa.literal(Decimal(1))).where(
        product.c.tenant_id == context.tenant, sa.tuple_(product.c.id, product.c.unit_id).in_(wanted)
    )
    others = sa.select(other.c.document_id, other.c.unit_id, other.c.factor).where(
        other.c.tenant_id == context.tenant, sa.tuple_(other.c.document_id, other.c.unit_id).in_(wanted)
    )
    rows = context.session.connection().execute(sa.union_all(others, own))
    return {(row[0], row[1]): row[2] for row in rows}
