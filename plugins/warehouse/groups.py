"""Groups of products, which have groups below them."""

from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context
from plugins.catalog.api import Group


def below(context: Context, group: UUID) -> sa.Select[tuple[UUID]]:
    """The ids of a group and of all below it, as part of a statement."""
    table = Group.__table__
    top = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.id == group).cte(recursive=True)
    whole = top.union(sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.parent_id == top.c.id))
    return sa.select(whole.c.id)
