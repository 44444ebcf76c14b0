"""Products in other units than their own."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .goods import GoodsLine
from .models import Product, ProductUnit, Unit


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


def in_own_units(context: Context, lines: Iterable[GoodsLine]) -> dict[UUID, Decimal]:
    """How much of each product lines are about, in products' own units; a unit the product does not know counts as it."""
    every = [line for line in lines if line.product_id]
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for line, factor in zip(every, line_factors(context, every), strict=True):
        if line.product_id is not None:
            found[line.product_id] += line.quantity * factor
    return dict(found)


def line_factors(context: Context, lines: Sequence[GoodsLine]) -> list[Decimal]:
    """How many of its product's own unit the unit of each line contains; one where the product does not know it."""
    named = [(line.product_id, (line.unit or "").strip()) for line in lines]
    chosen = {(product, name) for product, name in named if product and name}
    other, unit = ProductUnit.__table__, Unit.__table__
    wanted = sa.select(other.c.document_id, unit.c.name, other.c.factor).where(
        other.c.tenant_id == context.tenant, unit.c.tenant_id == context.tenant, unit.c.id == other.c.unit_id,
        sa.tuple_(other.c.document_id, unit.c.name).in_(chosen),
    )  # fmt: skip
    rows = context.session.connection().execute(wanted) if chosen else ()
    known: dict[tuple[UUID | None, str], Decimal] = {(row[0], row[1]): row[2] for row in rows}
    return [known.get(one, Decimal(1)) for one in named]
