"""What rules would do with the records there are, counted and not done: one walk through the table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.shares import Share
from core.context import Context
from core.entity.entity import Resource
from core.rules import reading
from core.rules.dealing import first_of, turn_of
from core.rules.reading import OWNER, Active


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule would do."""

    rule: Active
    matching: int
    """Records it decides about: of owners, those that no earlier rule decides about."""
    acting: int
    """Those it would do something with."""


@dataclass(slots=True)
class Preview:
    """What all of them would do."""

    effects: list[Effect] = field(default_factory=list)
    people: Counter[UUID] = field(default_factory=Counter)
    """Who would receive how many records: people, and departments that are let in."""

    @property
    def acting(self) -> int:
        """Records, or shares of records, that would come about."""
        return sum(one.acting for one in self.effects)


def preview(context: Context, resource: Resource, rules: Sequence[Active]) -> Preview:
    """What rules of one kind, with their people, would do with every record that is not deleted."""
    context.require("*", "admin")
    if not rules:
        return Preview()
    return _owners(context, resource, rules) if rules[0].kind == OWNER else _shares(context, resource, rules)


def affected(context: Context, resource: Resource, rules: Sequence[Active]) -> sa.ColumnElement[bool]:
    """Whether rules would do something with a record, as a condition."""
    if not rules:
        return sa.false()
    if rules[0].kind == OWNER:
        return sa.case(*((_holds(context, resource, one), _moves(resource, one)) for one in rules), else_=sa.false())
    return sa.or_(
        *(
            sa.and_(_holds(context, resource, rule), _lacks(context, resource, principal))
            for rule in rules
            for principal, _group in rule.principals
        )
    )


def _holds(context: Context, resource: Resource, rule: Active) -> sa.ColumnElement[bool]:
    return reading.holds(context, resource, rule)


def _moves(resource: Resource, rule: Active) -> sa.ColumnElement[bool]:
    owner = resource.model.__table__.c.owner_id
    return sa.or_(owner.is_(None), owner.not_in(rule.people))


def _lacks(context: Context, resource: Resource, principal: UUID) -> sa.ColumnElement[bool]:
    table, shares = resource.model.__table__, Share.__table__
    there = sa.exists().where(
        shares.c.tenant_id == context.tenant, shares.c.entity == resource.name, shares.c.record_id == table.c.id,
        shares.c.principal_id == principal,
    )  # fmt: skip
    return sa.and_(sa.not_(there), table.c.owner_id.is_distinct_from(principal))


def _alive(context: Context, resource: Resource) -> list[Any]:
    table = resource.model.__table__
    return [table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None)]


def _owners(context: Context, resource: Resource, rules: Sequence[Active]) -> Preview:
    decided = sa.case(*((_holds(context, resource, one), place) for place, one in enumerate(rules)), else_=None)
    moving = sa.case(*((_holds(context, resource, one), _moves(resource, one)) for one in rules), else_=sa.false())
    inner = sa.select(decided.label("place"), moving.label("moving")).where(*_alive(context, resource)).subquery()
    statement = (
        sa.select(inner.c.place, sa.func.count(), sa.func.count().filter(inner.c.moving))
        .where(inner.c.place.is_not(None))
        .group_by(inner.c.place)
    )
    counts = {row[0]: (row[1], row[2]) for row in context.session.connection().execute(statement)}
    found = Preview()
    for place, rule in enumerate(rules):
        matching, acting = counts.get(place, (0, 0))
        found.effects.append(Effect(rule, matching, acting))
        found.people.update(_dealt(context, rule, acting))
    return found


def _dealt(context: Context, rule: Active, number: int) -> dict[UUID, int]:
    """How many each of a rule's people would receive, from whoever is next on."""
    size = len(rule.people)
    first = first_of(rule.people, *turn_of(context, rule.id)) if size > 1 else 0
    each, rest = divmod(number, size)
    return {rule.people[(first + step) % size]: each + (step < rest) for step in range(size) if each + (step < rest)}


def _shares(context: Context, resource: Resource, rules: Sequence[Active]) -> Preview:
    counted: list[Any] = []
    for rule in rules:
        fits = _holds(context, resource, rule)
        counted.append(sa.func.count().filter(fits))
        counted += [
            sa.func.count().filter(sa.and_(fits, _lacks(context, resource, principal)))
            for principal, _group in rule.principals
        ]
    statement = sa.select(*(one.label(f"n{place}") for place, one in enumerate(counted)))
    row = iter(context.session.connection().execute(statement.where(*_alive(context, resource))).one())
    found = Preview()
    for rule in rules:
        matching = next(row)
        new = {principal: next(row) for principal, _group in rule.principals}
        found.effects.append(Effect(rule, matching, sum(new.values())))
        found.people.update({who: count for who, count in new.items() if count})
    return found
