"""Which of many people see which records: asked of the query builder for all of them in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.models import Role, User
from core.access.rights import grants_of, rights_columns
from core.access.visibility import Branch, Named, branches
from core.context import Context, Grants, UserInfo
from core.entity.entity import Resource

Pair = tuple[UUID, UUID]
"""A person and a record."""


class Each(Named):
    """What conditions compare with, as each viewer's own."""

    me: sa.ColumnElement[Any] = sa.literal_column("viewer.user_id", sa.Uuid)

    def __init__(self, tenant: int) -> None:
        self.tenant = sa.literal(tenant, sa.BigInteger)


def held_rights(tenant: int) -> sa.ScalarSelect[Any]:
    """What the roles of a row of ``core_user`` say, as a column beside it: an array of the values of ``Rights``."""
    users, roles, pairs = User.__table__, Role.__table__, User.__links__["roles"]
    joined = roles.join(pairs, sa.and_(pairs.c.tenant_id == roles.c.tenant_id, pairs.c.right_id == roles.c.id))
    one = sa.func.jsonb_build_array(*rights_columns())
    return (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(one), sa.text("'[]'::jsonb")))
        .select_from(joined)
        .where(roles.c.tenant_id == tenant, roles.c.deleted_at.is_(None), pairs.c.left_id == users.c.id)
        .correlate(users)
        .scalar_subquery()
    )


def as_person(context: Context, user_id: UUID) -> Context | None:
    """The turn of a colleague, with what their roles allow; None for whoever may not sign in."""
    users = User.__table__
    statement = sa.select(users.c.name, users.c.email, held_rights(context.tenant).label("roles")).where(
        users.c.tenant_id == context.tenant, users.c.id == user_id, users.c.active, users.c.deleted_at.is_(None)
    )
    row = context.session.connection().execute(statement).one_or_none()
    if row is None:
        return None
    info, grants = UserInfo(user_id, row.name, row.email), grants_of(row.roles)
    return Context(context.session, context.company, context.hooks, context.active, grants, info, context.source)


def seen_pairs(context: Context, resource: Resource, pairs: Iterable[Pair], grants: Mapping[UUID, Grants]) -> set[Pair]:
    """Those of the pairs in which the person sees the record, which is not deleted. ``grants`` are each person's."""
    groups: dict[tuple[Branch, ...], list[Pair]] = defaultdict(list)
    for user, record in pairs:
        person = Context(
            context.session, context.company, context.hooks, context.active, grants[user], UserInfo(user, "", "")
        )
        if ways := tuple(branches(person, resource)):
            groups[ways].append((user, record))
    if not groups:
        return set()
    asked = sa.union_all(*_asked(context, resource, groups))
    return {(user, record) for user, record in context.session.connection().execute(asked)}


def _asked(
    context: Context, resource: Resource, groups: Mapping[tuple[Branch, ...], list[Pair]]
) -> Iterator[sa.Select[Any]]:
    """One statement for those who see records in the same ways."""
    table, values = resource.model.__table__, Each(context.tenant)
    for ways, some in groups.items():
        users, records = (sa.literal(list(side), ARRAY(sa.Uuid)) for side in zip(*some, strict=True))
        viewer = sa.func.unnest(users, records).table_valued("user_id", "record_id").render_derived("viewer")
        yield (
            sa.select(viewer.c.user_id, viewer.c.record_id)
            .join_from(viewer, table, table.c.id == viewer.c.record_id)
            .where(
                table.c.tenant_id == context.tenant,
                table.c.deleted_at.is_(None),
                sa.or_(*(way.condition(resource, values) for way in ways)),
            )
        )
