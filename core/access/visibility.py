"""Which records a person sees: the one query builder every list, count, search and single read goes through.

What somebody sees is a union of branches: what they own (or their department, or those below it, as their roles
say), what is shared with them, and what hangs on a customer they see. Each branch is walked by an index of its own
and cut at the page before the branches are united, so no estimate of the planner decides whether a page is fast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.organisation import Department, Operand, departments_of, staff
from core.access.scopes import ALL, BELOW, DEPARTMENT, OWN
from core.access.shares import EVERYTHING, Share, in_force
from core.context import Context, ForbiddenError
from core.db.base import metadata
from core.entity.entity import Entity, Resource

Condition = sa.ColumnElement[bool]
CUSTOMER = "core.customer"


class Known:
    """What conditions compare with, as the values of this turn."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def tenant(self) -> sa.ColumnElement[int]:
        """The company."""
        return sa.literal(self._context.tenant, sa.BigInteger)

    @property
    def me(self) -> sa.ColumnElement[UUID]:
        """The person."""
        return sa.literal(self._context.user.id if self._context.user else None, sa.Uuid)

    def people(self, reach: str) -> sa.ColumnElement[Any]:
        """Those whose records a scope covers."""
        return sa.literal(list(people_in(self._context, reach)), ARRAY(sa.Uuid))

    @property
    def principals(self) -> sa.ColumnElement[Any]:
        """Whom a share may name to reach the person."""
        return sa.literal(list(principals(self._context)), ARRAY(sa.Uuid))


class Named:
    """What conditions compare with, as ``tenant`` and ``me`` that are given when the statement is run.

    Whose records a scope covers is then looked up by the statement itself: once, and in the same round trip.
    """

    tenant: sa.ColumnElement[Any] = sa.bindparam("tenant", type_=sa.BigInteger)
    me: sa.ColumnElement[Any] = sa.bindparam("me", type_=sa.Uuid)

    def people(self, reach: str) -> sa.ColumnElement[Any]:
        """Those whose records a scope covers."""
        return self._with_me(_colleagues(self.tenant, self.me, reach))

    @property
    def principals(self) -> sa.ColumnElement[Any]:
        """Whom a share may name to reach the person."""
        return self._with_me(departments_of(self.tenant, self.me))

    def _with_me(self, others: sa.Select[Any]) -> sa.ColumnElement[Any]:
        everybody = sa.union(sa.select(self.me.label("id")), others).scalar_subquery()
        return sa.func.array(everybody, type_=ARRAY(sa.Uuid))


Values = Known | Named


@dataclass(frozen=True, slots=True)
class Branch:
    """One way in which records are seen, or may be edited or deleted."""

    way: str
    """What it is called when somebody asks why: everybody, owner, member, share, customer, customer_share, about."""
    verb: str = "see"
    reach: str = ALL
    """Whose records, of a branch by owner."""
    subject: str = ""
    """Of what is about other records: the entity of those."""

    def condition(self, resource: Resource, values: Values) -> Condition:
        """As a condition on the entity's own table, beside that of the company."""
        table, follows = resource.model.__table__, resource.follows
        if self.way == "owner":
            return _belongs(table, values, self.reach)
        if self.way == "share":
            return table.c.id.in_(shared_ids(values, resource.name, self.verb))
        if self.way == "customer_share" and follows is not None:
            return table.c[follows.column].in_(shared_ids(values, CUSTOMER, self.verb, resource.shared_as))
        if self.way == "member":
            pairs = resource.model.__links__[resource.members]
            mine = (pairs.c.tenant_id == values.tenant, pairs.c.right_id == values.me)
            return table.c.id.in_(sa.select(pairs.c.left_id).where(*mine))
        if self.way == "about":
            subject = next(one for one in resource.references if one.name == self.subject)
            return _about(resource, subject, values, self)
        if self.way == "customer" and follows is not None:
            customers = metadata.tables["core_customer"]
            owned = sa.select(customers.c.id).where(customers.c.tenant_id == values.tenant)
            return table.c[follows.column].in_(owned.where(_belongs(customers, values, self.reach)))
        return sa.true()

    def walk(self, resource: Resource, values: Values, where: Sequence[Condition], cut: "Cut") -> sa.Select[Any]:
        """This branch's first records in an order: ids, and what they are sorted by.

        ``where`` holds the conditions of the whole query.
        """
        table = resource.model.__table__
        limits = [table.c.tenant_id == values.tenant, *where]
        found = sa.select(table.c.id, *cut.sort)
        if self.way == "owner" and self.reach != OWN:
            owner = sa.func.unnest(values.people(self.reach)).table_valued("id").render_derived("owner")
            first = cut.of(found.where(table.c.owner_id == owner.c.id, *limits)).lateral("first")
            return sa.select(*first.c).select_from(owner.join(first, sa.true()))
        if self.way == "share" and cut.by_shares:
            return _by_shares(resource, self.verb, values, limits, cut)
        return cut.of(found.where(self.condition(resource, values), *limits))


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page begins and ends: the order, how many, and the key of the row before it."""

    ordering: Sequence[Any]
    limit: Any
    by_shares: bool
    """Whether the index of the shares gives this order: that of the last change, the newest first, or none at all."""
    sort: Sequence[sa.ColumnElement[Any]] = ()
    """What is sorted by before the id, as a column to select beside it."""
    after: sa.ColumnElement[Any] | None = None

    def of(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """The first rows of a statement in this order."""
        return statement.order_by(*self.ordering).limit(self.limit)

    def united(self, walks: Iterable[sa.Select[Any]], *, descending: bool) -> sa.Select[Any]:
        """The ids of the first rows of several walks together."""
        found = sa.union(*(one.subquery().select() for one in walks)).subquery()
        keys = [*list(found.c)[1:], found.c.id]
        ordering = [one.desc() if descending else one.asc() for one in keys]
        return sa.select(found.c.id).order_by(*ordering).limit(self.limit)


def branches(context: Context, resource: Resource, verb: str = "see") -> list[Branch]:
    """The ways in which this person sees (or may edit, delete …) records; empty where they may not at all."""
    reach = context.grants.scope(resource.name, verb)
    if not reach:
        return []
    if reach == ALL or not resource.owned or context.user is None:
        return [Branch("everybody", verb)]
    found = [Branch("owner", verb, reach)]
    if verb in {"see", "edit"}:
        found.append(Branch("share", verb))
        if resource.members:
            found.append(Branch("member", verb))
        if resource.follows is not None:
            # What hangs on a customer is seen with them: by their owner wholly, by others as far as it was shared.
            found.append(Branch("customer_share", verb))
            if whose := context.grants.scope(CUSTOMER, verb):
                found.append(Branch("customer", verb, whose))
        found += _by_subject(context, resource, verb)
    return found


def _by_subject(context: Context, resource: Resource, verb: str) -> list[Branch]:
    """What is about a record is seen with it. Customers are reached by the link to them, as everything is."""
    subjects = (one.name for one in resource.references if one.name != CUSTOMER and one.plugin in context.active)
    scopes = ((name, context.grants.scope(name, verb)) for name in subjects)
    return [Branch("about", verb, reach, name) for name, reach in scopes if reach]


def values_of(context: Context) -> dict[str, Any]:
    """The values of :class:`Named`."""
    return {"tenant": context.tenant, "me": context.user.id if context.user else None}


def visible(context: Context, resource: Resource, verb: str = "see") -> Condition:
    """The branches as one condition, for single records and sets of ids."""
    found, values = branches(context, resource, verb), Known(context)
    return sa.or_(*(branch.condition(resource, values) for branch in found)) if found else sa.false()


def sees(context: Context, resource: Resource, record_id: UUID, *, alive: bool = False) -> bool:
    """Whether the person may see a record, deleted or not; with ``alive`` not one that is deleted."""
    table = resource.model.__table__
    statement = sa.select(visible(context, resource)).where(
        table.c.tenant_id == context.tenant, table.c.id == record_id, *([table.c.deleted_at.is_(None)] if alive else [])
    )
    return bool(context.session.connection().execute(statement).scalar())


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
            found |= set(context.session.connection().execute(_colleagues(context.tenant, user.id, reach)).scalars())
        context.cache[key] = tuple(sorted(found))
    people: tuple[UUID, ...] = context.cache[key]
    return people


def _colleagues(tenant: Operand, user: Operand, reach: str) -> sa.Select[Any]:
    departments = Department.divisions(tenant, departments_of(tenant, user))
    if reach == BELOW:
        departments = Department.below(tenant, departments)
    belonging = staff(tenant)
    return sa.select(belonging.c.user_id).where(belonging.c.department_id.in_(departments))


def principals(context: Context) -> tuple[UUID, ...]:
    """Whom a share may name to reach this person: themselves, their departments and their groups."""
    if "principals" not in context.cache and context.user is not None:
        statement = departments_of(context.tenant, context.user.id)
        departments = context.session.connection().execute(statement).scalars()
        context.cache["principals"] = (context.user.id, *departments)
    found: tuple[UUID, ...] = context.cache.get("principals", ())
    return found


def _belongs(table: sa.Table, values: Values, reach: str) -> Condition:
    if reach == ALL:
        return sa.true()
    return table.c.owner_id == (values.me if reach == OWN else sa.any_(values.people(reach)))


def _about(resource: Resource, subject: Resource, values: Values, branch: Branch) -> Condition:
    """Whether the field that names what a record is about names one of the subject's that this person sees."""
    field = next(spec for spec in resource.model.__fields__.values() if spec.kind.name == "record")
    table, about = subject.model.__table__, resource.model.__table__.c[field.column]
    if branch.reach == ALL or not subject.owned:
        return about.startswith(f"{subject.name}/")
    owned = sa.select(table.c.id).where(table.c.tenant_id == values.tenant, _belongs(table, values, branch.reach))
    seen = sa.union_all(owned, shared_ids(values, subject.name, branch.verb)).subquery()
    prefix = sa.literal(f"{subject.name}/", sa.Text)
    return about.in_(sa.select(prefix + sa.cast(seen.c[0], sa.Text)))


def shared_ids(values: Values, entity: str, verb: str, aspect: str = "") -> sa.Select[Any]:
    """The records of an entity that are shared with this person, all of them or those shared with an aspect."""
    shares = Share.__table__
    return sa.select(shares.c.record_id).where(
        shares.c.principal_id == sa.any_(values.principals), *_in_force(values, entity, verb, aspect)
    )


def _in_force(values: Values, entity: str, verb: str, aspect: str = "") -> list[Condition]:
    shares = Share.__table__
    found = [shares.c.tenant_id == values.tenant, shares.c.entity == entity, in_force()]
    if verb == "edit":
        found.append(shares.c.access == "edit")
    if aspect:
        found.append(sa.or_(shares.c.aspects.contains([aspect]), shares.c.aspects.contains([EVERYTHING])))
    return found


def some(limit: Any) -> Cut:
    """No more than so many, in whatever order."""
    return Cut((), limit, by_shares=True)


def _by_shares(resource: Resource, verb: str, values: Values, limits: Sequence[Condition], cut: Cut) -> sa.Select[Any]:
    """The first of what is shared with each principal, by the index of the shares themselves.

    Only so is a page as cheap for somebody with 20,000 shares as for somebody with two.
    """
    table, shares = resource.model.__table__, Share.__table__
    principal = sa.func.unnest(values.principals).table_valued("id").render_derived("principal")
    key = (shares.c.sort_at, shares.c.record_id)
    first = (
        sa.select(table.c.id, *cut.sort)
        .select_from(shares.join(table, sa.and_(table.c.id == shares.c.record_id, *limits)))
        .where(shares.c.principal_id == principal.c.id, *_in_force(values, resource.name, verb))
        .limit(cut.limit)
    )
    if cut.ordering:
        first = first.order_by(*(one.desc() for one in key))
    if cut.after is not None:
        first = first.where(sa.tuple_(*key) < cut.after)
    newest = first.lateral("first")
    return sa.select(*newest.c).select_from(principal.join(newest, sa.true()))
