"""What follows from what people say of an activity."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.access.visibility import CUSTOMER
from core.activities.models import Activity, Note, Plan
from core.context import Context
from core.db.base import now
from core.entity.reference import Reference, by_entity
from core.entity.values import search_text

_HEAD = 80
"""Characters of a note without a title that it is known by."""


def complete(context: Context, activities: Sequence[Activity]) -> None:
    """Fill in the customer of what activities are about, when a plan was completed, and what a note is called."""
    _find_customers(context, [one for one in activities if one.about])
    for one in activities:
        if isinstance(one, Plan):
            _end(context, one)
        elif isinstance(one, Note) and not one.subject:
            one.subject = one.text.strip().splitlines()[0][:_HEAD]
            one.search_norm = search_text(one, context.all_fields(context.resource(Note)))


def _end(context: Context, plan: Plan) -> None:
    lanes = context.resource(type(plan)).lanes
    state = lanes.choice(getattr(plan, lanes.name)) if lanes else None
    final = state is not None and state.final
    if final and plan.ended is None:
        plan.ended = now()
    elif not final and plan.ended is not None:
        plan.ended = None


def _find_customers(context: Context, activities: Sequence[Activity]) -> None:
    """Of each the customer that its record hangs on, with one statement per entity.

    A customer is pointed at by the link alone: what is kept twice would have to be kept in step.
    """
    found: dict[str, Activity | object] = {}
    for entity, ids in by_entity(one.about or "" for one in activities).items():
        resource = context.resource(entity)
        table, follows = resource.model.__table__, resource.follows
        if follows is not None:
            rows = sa.select(table.c.id, table.c[follows.column]).where(
                table.c.tenant_id == context.tenant, table.c.id.in_(ids)
            )
            found |= {str(Reference(entity, one)): key for one, key in context.session.connection().execute(rows)}
    for one in activities:
        named = Reference.read(one.about or "")
        if named.entity == CUSTOMER:
            one.customer_id, one.about = named.id, None  # type: ignore[attr-defined] # the link's own column
        elif found.get(one.about or ""):
            one.customer_id = found[one.about or ""]  # type: ignore[attr-defined] # the link's own column
