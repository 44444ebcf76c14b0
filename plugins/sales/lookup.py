"""Which opportunities are about which goods (OPP-08): one statement over the lines of what the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer
from plugins.catalog.api import Product

from .models import Opportunity, OpportunityLine, Stage

MOST = 200
"""Lines that one look shows; whoever finds more asks more narrowly."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is empty does not matter."""

    code: str = ""
    name: str = ""
    customer: str = ""
    first: date | None = None
    last: date | None = None
    """The days between which the opportunities begin."""

    @property
    def anything(self) -> bool:
        """Whether there is something to look for."""
        return self != Wanted()


class Found(NamedTuple):
    """Goods of an opportunity."""

    code: str | None
    name: str | None
    product: str | None
    quantity: Decimal
    unit: str | None
    amount: Decimal
    opportunity_id: UUID
    number: str | None
    opportunity: str
    begins_on: date | None
    customer_id: UUID
    customer: str
    stage: str
    color: str


def look_up(context: Context, wanted: Wanted) -> tuple[list[Found], bool]:
    """The goods of the opportunities that the person sees, the newest first, and whether there are more of them.

    Nothing for whoever may not know what opportunities are about.
    """
    resource = context.resource(Opportunity)
    if "goods" not in resource.lines:
        return [], False
    line, opportunity, product = OpportunityLine.__table__, Opportunity.__table__, Product.__table__
    customer, stage = Customer.__table__, Stage.__table__
    code = product.c.code if "catalog" in context.active else sa.null()
    statement = (
        sa.select(
            code, line.c.name, product.c.name, line.c.quantity, line.c.unit, line.c.amount,
            opportunity.c.id, opportunity.c.number, opportunity.c.name, opportunity.c.begins_on,
            customer.c.id, customer.c.name, stage.c.name, stage.c.color,
        )
        .select_from(line)
        .join(opportunity, _same(line.c.document_id, opportunity))
        .join(customer, _same(opportunity.c.customer_id, customer))
        .join(stage, _same(opportunity.c.stage_id, stage))
        .outerjoin(product, _same(line.c.product_id, product))
        .where(
            line.c.tenant_id == context.tenant,
            opportunity.c.deleted_at.is_(None),
            sdk.visible(context, resource),
            *_conditions(wanted, code, line, opportunity, product, customer),
        )
        .order_by(opportunity.c.updated_at.desc(), opportunity.c.id, line.c.position)
        .limit(MOST + 1)
    )  # fmt: skip
    found = [Found._make(row) for row in context.session.execute(statement)]
    return found[:MOST], len(found) > MOST


def _same(column: sa.ColumnElement[UUID], table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The row that a column of a table names, in its own company."""
    return sa.and_(column.table.c.tenant_id == table.c.tenant_id, column == table.c.id)


def _conditions(
    wanted: Wanted, code: Any, line: sa.FromClause, opportunity: sa.FromClause, product: Any, customer: Any
) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.code:
        found.append(_like(code, wanted.code))
    if wanted.name:
        found.append(sa.or_(_like(line.c.name, wanted.name), _like(product.c.name, wanted.name)))
    if wanted.customer:
        found.append(_like(customer.c.name, wanted.customer))
    if wanted.first:
        found.append(opportunity.c.begins_on >= wanted.first)
    if wanted.last:
        found.append(opportunity.c.begins_on <= wanted.last)
    return found


def _like(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """As lists compare: without case and accents."""
    return sdk.folded(column).contains(sdk.unaccented(text), autoescape=True)
