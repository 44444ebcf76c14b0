"""Somebody leaves (OWN-08): their keys end at once, and what they owned goes to others as bulk operations that can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.login import end_all
from core.access.models import ApiToken, Role, User, UserSession
from core.access.organisation import Department
from core.access.shares import Share
from core.access.sharing import Targets, receivers
from core.bulk.models import BulkOperation
from core.bulk.sharing import transfer
from core.context import Context
from core.db.base import now
from core.entity import history, service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.query import Query
from core.i18n import translator

_ = translator("core")


@dataclass(frozen=True, slots=True)
class Belonging:
    """Records of one entity that somebody owns."""

    resource: Resource
    count: int
    off: bool
    """Whether its module is switched off: such records stay where they are."""


@dataclass(frozen=True, slots=True)
class Estate:
    """All that somebody has in the company."""

    belongings: tuple[Belonging, ...]
    heads: tuple[str, ...]
    """Departments they head, by name."""
    shares: int
    """Records of others that are shared with them."""
    sessions: int
    tokens: int

    @property
    def owned(self) -> tuple[Belonging, ...]:
        """What can be handed over."""
        return tuple(one for one in self.belongings if not one.off)


def estate(context: Context, user_id: UUID) -> Estate:
    """What somebody owns, entity by entity, and what they head, see and are signed in with: one statement."""
    context.require("*", "admin")
    resources = {name: one for name, one in context.hooks.registry.resources.items() if one.owned}
    parts = [
        _counted(context, name, one.model.__table__, one.model.__table__.c.owner_id, user_id)
        for name, one in resources.items()
    ]
    parts += [
        _counted(context, key, table, table.c.user_id, user_id)
        for key, table in (("shares", Share.__table__), ("sessions", UserSession.__table__))
    ]
    tokens = ApiToken.__table__
    parts.append(_counted(context, "tokens", tokens, tokens.c.user_id, user_id).where(tokens.c.revoked_at.is_(None)))
    counts: dict[str, int] = dict(context.session.connection().execute(sa.union_all(*parts)).all())
    found = (Belonging(one, counts[name], one.plugin not in context.active) for name, one in resources.items())
    return Estate(
        tuple(one for one in found if one.count),
        tuple(department.name for department in _headed(context, user_id)),
        counts["shares"], counts["sessions"], counts["tokens"],
    )  # fmt: skip


def _counted(
    context: Context, name: str, table: sa.Table, key: sa.ColumnElement[Any], user_id: UUID
) -> sa.Select[str, int]:
    counted = sa.select(sa.literal(name), sa.func.count()).where(table.c.tenant_id == context.tenant, key == user_id)
    return counted.where(table.c.deleted_at.is_(None)) if "deleted_at" in table.c else counted


def hand_over(
    context: Context,
    user: User,
    targets: Targets,
    *,
    even: bool = False,
    options: Mapping[str, Sequence[str]] | None = None,
) -> list[BulkOperation]:
    """Give everything somebody owns and heads to others; each entity is a bulk operation, a large one a job.

    ``options`` are what plugins let go along, by the name of the entity. Raises InvalidError for one that there is
    not, and where nobody is named who can receive it.
    """
    context.require("*", "admin")
    found = estate(context, user.id)
    people = receivers(context, targets)
    if (found.owned or found.heads) and not people:
        raise InvalidError({"users": [_("Choose who receives them.")]})
    if user.id in people:
        raise InvalidError({"users": [_("Choose others: this is who leaves.")]})
    for department in _headed(context, user.id):
        service.update(context, department, {"head": people[0]})
    ticked = options or {}
    # What hangs on a customer comes last: some of it has gone along by then.
    return [
        transfer(
            context,
            one.model,
            _owned_by(one, user.id),
            targets,
            even=even,
            options=ticked.get(one.name, ()),
            owner=user.id,
        )
        for one in sorted((one.resource for one in found.owned), key=lambda one: one.follows is not None)
    ]


def deactivate(context: Context, user: User) -> None:
    """Let somebody in no more, from this moment: sessions, tokens, roles, departments and what was shared with them end.

    None of it comes back by itself when they are let in again; the log tells what it was.
    """
    context.require("*", "admin")
    if context.user is not None and context.user.id == user.id:
        raise InvalidError({"": [_("You cannot deactivate yourself.")]})
    _insist_on_administrator(context, user)
    end_all(context, user.id)
    revoked = sa.update(ApiToken).where(ApiToken.tenant_id == context.tenant, ApiToken.user_id == user.id)
    context.session.execute(revoked.where(ApiToken.revoked_at.is_(None)).values(revoked_at=now()))
    context.session.execute(sa.delete(Share).where(Share.tenant_id == context.tenant, Share.user_id == user.id))
    for department in _of(context, user.id):
        members = [one.id for one in department.members if one.id != user.id]
        service.update(context, department, {"members": members})
    service.update(context, user, {"roles": [], "department": None})
    _set_active(context, user, active=False)


def reactivate(context: Context, user: User) -> None:
    """Let somebody in again: without roles, departments, tokens and shares until they are given anew."""
    context.require("*", "admin")
    _set_active(context, user, active=True)


def _set_active(context: Context, user: User, *, active: bool) -> None:
    if user.active == active:
        return
    user.active, user.updated_at = active, now()
    context.session.flush()
    action = "reactivated" if active else "deactivated"
    history.write(context, context.resource(User), [history.Entry(user, action, {})])


def _insist_on_administrator(context: Context, user: User) -> None:
    """Somebody must be left who can let people in."""
    users, roles, pairs = User.__table__, Role.__table__, User.__links__["roles"]
    administrators = (
        sa.select(users.c.id)
        .join(pairs, sa.and_(pairs.c.tenant_id == users.c.tenant_id, pairs.c.left_id == users.c.id))
        .join(roles, sa.and_(roles.c.tenant_id == pairs.c.tenant_id, roles.c.id == pairs.c.right_id))
        .where(users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None))
        .where(roles.c.admin, roles.c.deleted_at.is_(None))
    )
    if set(context.session.connection().execute(administrators).scalars()) == {user.id}:
        raise InvalidError({"": [_("This is the last administrator. Make somebody else one first.")]})


def _owned_by(resource: Resource, user_id: UUID) -> Query:
    return Query(resource, conditions=[resource.model.__table__.c.owner_id == user_id])


def _headed(context: Context, user_id: UUID) -> Sequence[Department]:
    statement = sa.select(Department).where(
        Department.tenant_id == context.tenant,
        Department.__table__.c.head_id == user_id,
        Department.deleted_at.is_(None),
    )
    return context.session.scalars(statement.order_by(Department.name)).all()


def _of(context: Context, user_id: UUID) -> Sequence[Department]:
    pairs = Department.__links__["members"]
    statement = (
        sa.select(Department)
        .join(pairs, sa.and_(pairs.c.tenant_id == Department.tenant_id, pairs.c.left_id == Department.id))
        .where(Department.tenant_id == context.tenant, pairs.c.tenant_id == context.tenant, pairs.c.right_id == user_id)
    )
    return context.session.scalars(statement.order_by(Department.name)).all()
