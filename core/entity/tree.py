"""Records that lie below each other, such as groups of goods: a link of an entity to itself, declared ``tree=True``.

Whoever asks for one of them gets what lies below it too, and none lies below itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")


def branch_field(model: type[Entity]) -> Field | None:
    """The link by which the records of an entity lie below each other, or None."""
    return next((spec for spec in model.__fields__.values() if spec.tree), None)


def below(model: type[Entity], branch: Field, tenant: int, roots: Sequence[UUID]) -> sa.Select[Any]:
    """The ids of these records and of all that lie below them, however deep."""
    table = model.__table__
    tree = sa.select(table.c.id).where(table.c.tenant_id == tenant, table.c.id.in_(roots)).cte(recursive=True)
    part = table.alias("part")
    return sa.select(
        tree.union(
            sa.select(part.c.id).where(
                part.c.tenant_id == tenant, part.c.deleted_at.is_(None), part.c[branch.column] == tree.c.id
            )
        ).c.id
    )


def refuse_circles(context: "Context", resource: Resource, records: Sequence[Entity]) -> None:
    """Raise InvalidError if one of the records, as they were just written, lies below itself.

    Who moves branches of one tree waits for one another: two moves, each right by itself, could close a circle.
    """
    branch = branch_field(resource.model)
    moved = [record.id for record in records if branch and getattr(record, branch.column) is not None]
    if branch is None or not moved:
        return
    table = resource.model.__table__
    lock = f"{table.name} {context.tenant}"
    context.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(lock, 0))))
    up = sa.select(table.c.id.label("start"), table.c[branch.column].label("above"))
    path = up.where(table.c.tenant_id == context.tenant, table.c.id.in_(moved)).cte(recursive=True)
    over = table.alias("over")
    path = path.union(
        sa.select(path.c.start, over.c[branch.column]).where(
            over.c.tenant_id == context.tenant, over.c.id == path.c.above
        )
    )
    if context.session.scalar(sa.select(sa.exists().where(path.c.above == path.c.start))):
        raise InvalidError({branch.name: [_("It would lie below itself.")]})
