"""What a line of a document begins with when its product was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import Product, TaxClass, Unit
from .prices import priced
from .taxes import vat_on


@dataclass(frozen=True, slots=True)
class LineDefaults:
    """What a line of a document begins with when its product was chosen."""

    product: UUID
    code: str
    name: str
    unit: str | None
    price: Decimal
    taxed: bool | None
    """Whether it is subject to VAT; None where nobody has said so."""
    vat: Decimal | None
    """Percent on the day; None for what is not subject to VAT, and for what has no class."""
    cost: Decimal | None
    """None also where the person may not know it."""


def line_defaults(
    context: Context,
    product_ids: Sequence[UUID],
    customer: UUID | None = None,
    day: date | None = None,
    quantity: Decimal | int = 1,
) -> dict[UUID, LineDefaults]:
    """Name, unit, price and VAT of products for a customer; those that the person may not see are left out."""
    day = day or context.today()
    chosen, table = priced(context, product_ids, customer, day, quantity).subquery(), Product.__table__
    unit, tax_class = Unit.__table__, TaxClass.__table__
    secret = "cost" in context.hidden(context.resource(Product))
    cost = sa.null().label("cost") if secret else table.c.cost
    columns = (table.c.id, table.c.code, table.c.name, unit.c.name, chosen.c.unit_price, tax_class.c.taxed)
    statement = (
        sa.select(*columns, vat_on(context, table.c.tax_class_id, day), cost)
        .join(chosen, sa.and_(table.c.tenant_id == context.tenant, chosen.c.id == table.c.id))
        .outerjoin(unit, sa.and_(unit.c.tenant_id == context.tenant, unit.c.id == table.c.unit_id))
        .outerjoin(tax_class, sa.and_(tax_class.c.tenant_id == context.tenant, tax_class.c.id == table.c.tax_class_id))
    )
    return {row[0]: LineDefaults(*row) for row in context.session.execute(statement)}
