"""Which records a person sees: the one query builder every list, count, search and single read goes through.

Today a person who may see an entity sees all its records. Owners, departments and shares become branches here;
callers already treat the answer as a list of branches and not as a single condition.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.entity.entity import Resource

if TYPE_CHECKING:
    from core.context import Context


def branches(context: "Context", resource: Resource) -> list[sa.ColumnElement[bool]]:
    """Conditions whose union is what the person sees; empty where they may see nothing."""
    if not context.can(resource.name, "see"):
        return []
    return [resource.model.__table__.c.tenant_id == context.tenant]


def visible(context: "Context", resource: Resource) -> sa.ColumnElement[bool]:
    """The branches as one condition, for single records, counts and sets of ids."""
    conditions = branches(context, resource)
    return sa.or_(*conditions) if conditions else sa.false()
