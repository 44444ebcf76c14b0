"""What the roles of a person add up to."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from core.access.models import Role, User
from core.access.scopes import HIDDEN, NOBODY, READONLY, keys_of, reaches, said, wider
from core.context import VERBS, Context, Grants

NOTHING = Grants()


class Rights(NamedTuple):
    """What one role says."""

    admin: bool
    delegate: bool
    grants: Mapping[str, Mapping[str, str]]
    """Entity, ``module.*`` or ``*`` to verbs, each with its scope."""
    fields: Mapping[str, Mapping[str, str]] = {}
    """Entity to fields that are hidden or read-only."""


def grants_of(roles: Iterable[Iterable[object]], *, only: frozenset[str] | None = None) -> Grants:
    """What roles, each the values of a :class:`Rights`, add up to: the widest scope of each verb."""
    held = [Rights(*role) for role in roles]  # type: ignore[arg-type] # as the database gives them
    admin = any(role.admin for role in held)
    return Grants(
        admin=admin,
        verbs=_verbs(held),
        only=only,
        fields={} if admin else _fields(held),
        delegate=any(role.delegate for role in held),
    )


def _verbs(held: list[Rights]) -> dict[str, dict[str, str]]:
    if len(held) == 1:
        return {key: dict(verbs) for key, verbs in held[0].grants.items()}
    keys = {key for role in held for key in role.grants}
    found: dict[str, dict[str, str]] = {}
    for key in keys:
        # Where one role speaks of an entity and another of everything, both count for the entity.
        named = {verb for one in keys_of(key) for role in held for verb in role.grants.get(one, ())}
        found[key] = {verb: _widest(said(role.grants, key, verb) for role in held) for verb in named}
    return found


def _widest(scopes: Iterable[str]) -> str:
    widest = NOBODY
    for one in scopes:
        widest = wider(widest, one)
    return widest


def _fields(held: list[Rights]) -> dict[str, dict[str, str]]:
    """The limits that hold: those of every role that has a say, which are the roles that show the entity at all."""
    found: dict[str, dict[str, str]] = {}
    for entity in {entity for role in held for entity in role.fields}:
        showing = [role for role in held if said(role.grants, entity, "see")] or held
        writing = [role for role in showing if any(said(role.grants, entity, verb) for verb in _WRITING)]
        for name in {name for role in showing for name in role.fields.get(entity, ())}:
            limits = [role.fields.get(entity, {}).get(name) for role in showing]
            if all(limit == HIDDEN for limit in limits):
                found.setdefault(entity, {})[name] = HIDDEN
            elif all(role.fields.get(entity, {}).get(name) for role in writing):
                found.setdefault(entity, {})[name] = READONLY
    return found


_WRITING = ("create", "edit", "import")


def rights_of_person(context: Context) -> Grants:
    """The rights of the context's person at this moment; none, where it is nobody's turn or they have left.

    Asked outside of a request: a job acts with the rights of whoever asked for it.
    """
    if context.user is None:
        return NOTHING
    pairs, roles = User.__links__["roles"], Role.__table__
    statement = (
        sa.select(*rights_columns())
        .join(pairs, sa.and_(pairs.c.tenant_id == roles.c.tenant_id, pairs.c.right_id == roles.c.id))
        .where(roles.c.tenant_id == context.tenant, roles.c.deleted_at.is_(None), pairs.c.left_id == context.user.id)
    )
    return grants_of(context.session.connection().execute(statement))


def rights_columns() -> tuple[sa.Column[object], ...]:
    """The columns of a role that make a :class:`Rights`."""
    roles = Role.__table__
    return roles.c.admin, roles.c.delegate, roles.c.grants, roles.c.fields


def covers(grants: Grants, other: Grants, entities: Iterable[str]) -> bool:
    """Whether somebody with the first rights may give the second away: they hold nothing more, of any entity.

    Looking after people is not given on; neither is being an administrator.
    """
    if grants.admin:
        return True
    if other.admin or other.delegate:
        return False
    names = [*entities, *(key for key in other.verbs if key.endswith("*"))]
    wide = all(reaches(grants.scope(name, verb), other.scope(name, verb)) for name in names for verb in VERBS)
    return wide and all(_strict(other.fields.get(entity, {}), limits) for entity, limits in grants.fields.items())


def _strict(given: Mapping[str, str], own: Mapping[str, str]) -> bool:
    return all(given.get(name) == HIDDEN or given.get(name) == limit for name, limit in own.items())
