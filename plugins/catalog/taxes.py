"""The rate of VAT on a day."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from core.sdk import Context

from .models import TaxClass, TaxRate


def vat_on(context: Context, tax_class: sa.ColumnElement[Any], day: date | sa.ColumnElement[date]) -> Any:
    """The percent of a class on a day, in SQL, null for what is not taxed; of two that fit the later one counts."""
    rates, classes = TaxRate.__table__.alias(), TaxClass.__table__.alias()
    return (
        sa.select(rates.c.percent)
        .join(classes, sa.and_(classes.c.tenant_id == rates.c.tenant_id, classes.c.id == rates.c.document_id))
        .where(
            rates.c.tenant_id == context.tenant, rates.c.document_id == tax_class, classes.c.taxed,
            rates.c.starts <= day, sa.or_(rates.c.ends.is_(None), rates.c.ends >= day),
        )
        .order_by(rates.c.starts.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
