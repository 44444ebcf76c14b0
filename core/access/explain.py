"""Who sees a record and why: asked of the query builder itself, in the place of each person.

Nothing is worked out a second time, so the answer cannot differ from what people really see.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.access.rights import grants_of, rights_columns
from core.access.visibility import Known, branches
from core.context import Context, Grants, UserInfo
from core.entity.entity import Entity, Resource


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which somebody sees a record."""

    user: UserInfo
    way: str
    """everybody, owner, share, customer, customer_share: as the branch is called."""


def who_sees(context: Context, resource: Resource, record: Entity) -> list[Reason]:
    """Everybody who may sign in and sees a record, by name, with each reason."""
    return [
        Reason(person.user, way) for person in people(context) if person.user for way in ways(person, resource, record)
    ]


def people(context: Context) -> Iterator[Context]:
    """A turn in the place of each person who may sign in, by name."""
    users, roles, pairs = User.__table__, Role.__table__, User.__links__["roles"]
    granted: dict[UUID, list[list[object]]] = defaultdict(list)
    joined = (
        sa.select(pairs.c.left_id, *rights_columns())
        .join(roles, sa.and_(roles.c.tenant_id == pairs.c.tenant_id, roles.c.id == pairs.c.right_id))
        .where(pairs.c.tenant_id == context.tenant, roles.c.deleted_at.is_(None))
    )
    for user_id, *role in context.session.connection().execute(joined):
        granted[user_id].append(role)
    active = sa.select(users.c.id, users.c.name, users.c.email).where(
        users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None)
    )
    for row in context.session.connection().execute(active.order_by(users.c.name, users.c.id)).all():
        grants = grants_of(granted[row.id]) if granted[row.id] else Grants()
        info = UserInfo(row.id, row.name, row.email)
        yield Context(context.session, context.company, context.hooks, context.active, grants, info, context.source)


def ways(person: Context, resource: Resource, record: Entity) -> Iterator[str]:
    """The ways in which one person sees a record; none where they do not."""
    found = branches(person, resource)
    if not found:
        return
    table, values = resource.model.__table__, Known(person)
    asked = sa.select(*(branch.condition(resource, values).label(f"b{n}") for n, branch in enumerate(found))).where(
        table.c.tenant_id == person.tenant, table.c.id == record.id
    )
    answers = person.session.connection().execute(asked).one_or_none()
    yield from (branch.way for branch, true in zip(found, answers or (), strict=False) if true)
