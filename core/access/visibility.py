"""Which records a person sees: the one query builder every list, count, search and single read goes through.

What somebody sees is a union of branches: what they own (or their department, or those below it, as their roles
say), what is shared with them, and what hangs on a customer they see. Each branch is walked by an index of its own
and cut at the page before the branches are united, so no estimate of the planner decides whether a page is fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.organisation import Department
from core.access.scopes import ALL, BELOW, DEPARTMENT
from core.access.shares import EVERYTHING, Share, in_force
from core.context import Context, ForbiddenError
from core.entity.entity import Entity, Resource

Condition = sa.ColumnElement[bool]
CUSTOMER = "core.customer"


@dataclass(frozen=True, slots=True)
class Branch:
    """One way in which records are seen."""

    condition: Condition
    """As a condition on the entity's own table, beside that of the company."""
    way: str
    """What it is called when somebody asks why: everybody, owner, share, customer, customer_share."""
    owners: tuple[UUID, ...] = field(default=())
    """Of a branch by owner: walked owner by owner."""

    def walk(self, table: sa.Table, limits: Sequence[Condition], ordering: Sequence[Any], limit: int) -> sa.Select[Any]:
        """The ids of this branch's first records in an order; ``limits`` names the company."""
        ids = sa.select(table.c.id)
        if len(self.owners) <= 1:
            return ids.where(self.condition, *limits).order_by(*ordering).limit(limit)
        owner = sa.func.unnest(sa.cast(list(self.owners), ARRAY(sa.Uuid))).table_valued("id").render_derived("owner")
        first = ids.where(table.c.owner_id == owner.c.id, *limits).order_by(*ordering).limit(limit).lateral("first")
        return sa.select(first.c.id).select_from(owner.join(first, sa.true()))


def branches(context: Context, resource: Resource, verb: str = "see") -> list[Branch]:
    """The ways in which this person sees (or may edit, delete …) records; empty where they may not at all."""
    reach = context.grants.scope(resource.name, verb)
    if not reach:
        return []
    if reach == ALL or not resource.owned or context.user is None:
        return [Branch(sa.true(), "everybody")]
    table = resource.model.__table__
    found = [_owned(context, table, reach), *_shared(context, resource, verb)]
    follows = resource.follows
    if follows is not None:
        found += _hanging(context, resource, table.c[follows.column], verb)
    return found


def visible(context: Context, resource: Resource, verb: str = "see") -> Condition:
    """The branches as one condition, for single records and sets of ids."""
    found = branches(context, resource, verb)
    return sa.or_(*(branch.condition for branch in found)) if found else sa.false()


def require_reach(context: Context, resource: Resource, verb: str, ids: Sequence[UUID]) -> None:
    """Raise ForbiddenError unless the verb is allowed on each of these records."""
    context.require(resource.name, verb)
    if context.grants.scope(resource.name, verb) == ALL or not resource.owned or context.user is None:
        return
    table = resource.model.__table__
    statement = sa.select(sa.func.count()).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(ids), visible(context, resource, verb)
    )
    if context.session.connection().execute(statement).scalar_one() < len(set(ids)):
        raise ForbiddenError(resource.name, verb)


def hands_over(context: Context, resource: Resource, verb: str, record: Entity) -> bool:
    """Whether one may share a record, or pass it on: those are for its owner and whoever's role reaches that far."""
    reach = context.grants.scope(resource.name, verb)
    if verb not in resource.verbs or not reach:
        return False
    return reach == ALL or context.user is None or record.owner_id in people_in(context, reach)


def people_in(context: Context, reach: str) -> tuple[UUID, ...]:
    """Whose records a scope covers: oneself, the people of one's departments, or of those below them too."""
    user = context.user
    if user is None:
        return ()
    key = f"people_in:{reach}"
    if key not in context.cache:
        found = {user.id}
        if reach in {DEPARTMENT, BELOW}:
            found |= set(context.session.connection().execute(_colleagues(context, user.id, reach)).scalars())
        context.cache[key] = tuple(sorted(found))
    people: tuple[UUID, ...] = context.cache[key]
    return people


def _colleagues(context: Context, user: UUID, reach: str) -> sa.Select[Any]:
    members = Department.__links__["members"]
    table = Department.__table__
    mine = sa.select(members.c.left_id).where(members.c.tenant_id == context.tenant, members.c.right_id == user)
    headed = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.head_id == user)
    own = sa.union(mine, headed).subquery()
    departments = sa.select(own.c.left_id)
    if reach == BELOW:
        departments = Department.below(context.tenant, departments)
    return sa.select(members.c.right_id).where(
        members.c.tenant_id == context.tenant, members.c.left_id.in_(departments)
    )


def principals(context: Context) -> tuple[UUID, ...]:
    """Whom a share may name to reach this person: themselves and their departments."""
    if "principals" not in context.cache and context.user is not None:
        members = Department.__links__["members"]
        statement = sa.select(members.c.left_id).where(
            members.c.tenant_id == context.tenant, members.c.right_id == context.user.id
        )
        departments = context.session.connection().execute(statement).scalars()
        context.cache["principals"] = (context.user.id, *departments)
    found: tuple[UUID, ...] = context.cache.get("principals", ())
    return found


def _owned(context: Context, table: sa.Table, reach: str) -> Branch:
    people = people_in(context, reach)
    return Branch(table.c.owner_id.in_(people), "owner", people)


def _shared(context: Context, resource: Resource, verb: str) -> list[Branch]:
    if verb not in {"see", "edit"}:
        return []
    return [Branch(resource.model.__table__.c.id.in_(shared_ids(context, resource.name, verb)), "share")]


def shared_ids(context: Context, entity: str, verb: str, aspect: str = "") -> sa.Select[Any]:
    """The records of an entity that are shared with this person, all of them or those shared with an aspect."""
    statement = sa.select(Share.record_id).where(
        Share.tenant_id == context.tenant,
        Share.entity == entity,
        Share.principal_id.in_(principals(context)),
        in_force(),
    )
    if verb == "edit":
        statement = statement.where(Share.access == "edit")
    if aspect:
        statement = statement.where(sa.or_(Share.aspects.contains([aspect]), Share.aspects.contains([EVERYTHING])))
    return statement


def _hanging(context: Context, resource: Resource, key: sa.ColumnElement[Any], verb: str) -> list[Branch]:
    """What hangs on a customer is seen with the customer: by its owner wholly, by others as far as it was shared."""
    if verb not in {"see", "edit"}:
        return []
    customers = context.hooks.registry.resources[CUSTOMER]
    table = customers.model.__table__
    found = [Branch(key.in_(shared_ids(context, CUSTOMER, verb, resource.name)), "customer_share")]
    reach = context.grants.scope(CUSTOMER, verb)
    if reach:
        owned = sa.select(table.c.id).where(table.c.tenant_id == context.tenant)
        if reach != ALL:
            owned = owned.where(table.c.owner_id.in_(people_in(context, reach)))
        found.append(Branch(key.in_(owned), "customer"))
    return found
