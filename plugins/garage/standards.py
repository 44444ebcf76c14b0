"""Standards of work and material (GAR-01): columns of the catalogue; what they say for the lines of a settlement."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from core.sdk import Context, bulk

from .documents import Settlement, SettlementLine
from .models import Norm, Standard


def norms_of(context: Context, products: set[UUID]) -> dict[UUID, Norm]:
    """The standards of products; those without one are left out."""
    if not products:
        return {}
    wanted = sa.select(Norm).where(
        Norm.tenant_id == context.tenant, Norm.product_id.in_(products), Norm.deleted_at.is_(None)
    )
    return {one.product_id: one for one in context.session.scalars(wanted)}


def keep_beside(context: Context, norms: Sequence[Norm], _event: str) -> None:
    """Products have the standards that there are for them among their columns, and no others."""
    rows = [
        {
            "tenant_id": context.tenant,
            "id": one.product_id,
            **{name: getattr(one, name) for name in Standard.__fields__},
        }
        for one in norms
        if one.deleted_at is None
    ]
    table, norm = Standard.__table__, Norm.__table__
    keys, names = ("tenant_id", "id"), tuple(Standard.__fields__)
    bulk.insert(context.session, table, rows, (*keys, *names), keys=keys, renewed=names)
    known = sa.select(norm.c.product_id).where(norm.c.tenant_id == context.tenant, norm.c.deleted_at.is_(None))
    gone = sa.delete(table).where(table.c.tenant_id == context.tenant, table.c.id.not_in(known))
    context.session.connection().execute(gone)


def catalogue(kind: str) -> str:
    """The address of the catalogue's work (services) or material (goods), with their standards."""
    return f"/catalog/products?kind__eq={kind}&columns=name,code,price,{','.join(Standard.__fields__)}"


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
