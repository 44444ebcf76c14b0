"""Whose calendar one looks at: one's own, that of one's departments, a colleague's, or everything one may see."""

from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.scopes import BELOW
from core.access.visibility import people_in
from core.context import Context
from core.text import normalize

ME, TEAM, EVERYBODY = "me", "team", "all"


def people_of(context: Context, whose: str) -> tuple[UUID, ...] | None:
    """The people meant; None for everybody. What cannot be read means oneself."""
    if whose == EVERYBODY:
        return None
    if whose == TEAM:
        return people_in(context, BELOW)
    try:
        return (UUID(whose),)
    except ValueError:
        return (context.user.id,) if context.user else ()


def colleagues(context: Context) -> dict[UUID, str]:
    """The others who may sign in, by name."""
    users = User.__table__
    statement = sa.select(users.c.id, users.c.name).where(
        users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None)
    )
    me = context.user.id if context.user else None
    found = [row for row in context.session.connection().execute(statement) if row.id != me]
    return {row.id: row.name for row in sorted(found, key=lambda row: (normalize(row.name), row.id))}


def names_of(context: Context, ids: set[UUID]) -> dict[UUID, str]:
    """What people are called, those who left included."""
    if not ids:
        return {}
    users = User.__table__
    statement = sa.select(users.c.id, users.c.name).where(users.c.tenant_id == context.tenant, users.c.id.in_(ids))
    return {row.id: row.name for row in context.session.connection().execute(statement)}
