"""What the standards of work (GAR-01) say for the lines of a settlement: how long each is guaranteed, when it is due again."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from core.sdk import Context

from .documents import Settlement, SettlementLine
from .models import Norm


def norms_of(context: Context, products: set[UUID]) -> dict[UUID, Norm]:
    """The standards of products; those without one are left out."""
    if not products:
        return {}
    wanted = sa.select(Norm).where(
        Norm.tenant_id == context.tenant, Norm.product_id.in_(products), Norm.deleted_at.is_(None)
    )
    return {one.product_id: one for one in context.session.scalars(wanted)}


def apply(context: Context, settlements: Sequence[Settlement]) -> None:
    """Guarantee and next maintenance by what was added to slips, where nobody has said them."""
    added = {one.id: [line for line in one.goods if sa.inspect(line).transient] for one in settlements}
    norms = norms_of(context, {line.product_id for lines in added.values() for line in lines if line.product_id})
    for one in settlements:
        known = [(line, norms[line.product_id]) for line in added[one.id] if line.product_id in norms]
        for line, norm in known:
            _guarantee(line, norm)
        _come_again(one, [norm for _line, norm in known])


def _guarantee(line: SettlementLine, norm: Norm) -> None:
    if line.warranty_months is None and line.warranty_km is None:
        line.warranty_months, line.warranty_km = norm.warranty_months, norm.warranty_km


def _come_again(one: Settlement, norms: Sequence[Norm]) -> None:
    """The work that is due first says when the car shall come again."""
    months = min((norm.every_months for norm in norms if norm.every_months), default=None)
    km = min((norm.every_km for norm in norms if norm.every_km), default=None)
    if one.maintenance_on is None and months:
        one.maintenance_on = one.settled_on + relativedelta(months=months)
    if one.maintenance_km is None and km and one.km:
        one.maintenance_km = one.km + km
