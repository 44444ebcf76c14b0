"""Products in other units than their own."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import ProductUnit


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
