"""The rules that are in force, as they are used: read once a turn, their conditions in SQL, their people by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.organisation import Department, staff
from core.access.shares import EVERYTHING
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import CREATOR, Filter, condition, read_filters
from core.entity.kinds import KINDS
from core.entity.query import STANDARD
from core.i18n import translator

_ = translator("core")

OWNER, SHARE, RECALL = "owner", "share", "recall"
KINDS_OF_RULE = (OWNER, SHARE, RECALL)
CREATED, CHANGED = "created", "changed"
EVENTS = (CREATED, CHANGED)
HEAD, IN_TURN = "head", "turn"

AUTHORS: dict[str, Field] = {
    CREATOR.name: CREATOR,
    "updated_by": Field(title=_("Edited by"), name="updated_by", kind=KINDS["link"], target="core_user", readonly=True),
}
"""What rules ask for beside the fields of lists."""

# In the database's own words: everything that is saved asks for it.
_RULES = """
SELECT id, entity, kind, name, events, conditions, terms FROM core_rule
WHERE tenant_id = %(tenant)s AND active ORDER BY position, id
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule does."""

    users: tuple[UUID, ...] = ()
    departments: tuple[UUID, ...] = ()
    order: tuple[UUID, ...] = ()
    """Both, from top to bottom."""
    aspects: tuple[str, ...] = (EVERYTHING,)
    access: str = "read"
    days: int | None = None
    """Of a share: how long it lasts; None is without end. Of a recall: how long a record may lie untouched."""
    notice: int = 0
    """Of a recall: so many days before, the owner is told."""
    to: str = HEAD
    """Of a recall: the head of the owner's department, or its people in turn."""

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Terms":
        """From the row."""
        ids: dict[str, Any] = {
            name: tuple(UUID(one) for one in said.get(name, ())) for name in ("users", "departments", "order")
        }
        rest = {name: said[name] for name in ("access", "days", "notice", "to") if name in said}
        return cls(**ids, aspects=tuple(said.get("aspects", (EVERYTHING,))), **rest)

    def written(self) -> dict[str, Any]:
        """For the row."""
        ids = {name: [str(one) for one in getattr(self, name)] for name in ("users", "departments", "order")}
        return {
            **ids, "aspects": list(self.aspects), "access": self.access, "days": self.days, "notice": self.notice,
            "to": self.to,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Active:
    """A rule in use."""

    id: UUID
    entity: str
    kind: str
    name: str
    events: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    terms: Terms
    people: tuple[UUID, ...] = field(default=(), compare=False)
    """Of a rule of owners: who receives, in their order; only those who may sign in."""
    principals: tuple[tuple[UUID, bool], ...] = field(default=(), compare=False)
    """Of a rule of shares: who is let in, each with whether that is a department."""

    @classmethod
    def read(cls, row: Sequence[Any]) -> "Active":
        """From a row of the statement above."""
        rule_id, entity, kind, name, events, conditions, terms = row
        pairs = tuple((parameter, text) for parameter, text in conditions)
        return cls(rule_id, entity, kind, name, tuple(events), pairs, Terms.read(terms))


def fields_of(context: Context, resource: Resource) -> dict[str, Field]:
    """Every field a rule may ask for; those hidden from whoever saves too, since the rule is the company's."""
    return {**context.all_fields(resource), **STANDARD, **AUTHORS}


def filters_of(context: Context, resource: Resource, pairs: Sequence[tuple[str, str]]) -> list[Filter]:
    """Conditions as the list's own. Raises InvalidError naming one that cannot be."""
    return read_filters(fields_of(context, resource), pairs)


def holds(context: Context, resource: Resource, rule: Active) -> sa.ColumnElement[bool]:
    """A rule's conditions as one. Raises InvalidError where a field of theirs is gone."""
    filters = filters_of(context, resource, rule.conditions)
    return sa.and_(sa.true(), *(condition(context, resource, one) for one in filters))


def active(context: Context, resource: Resource, kind: str, event: str = "") -> list[Active]:
    """The rules of a kind that can do something, in their order: those of an event, or all."""
    if "rules" not in context.cache:
        rows = context.session.rows(_RULES, {"tenant": context.tenant})
        context.cache["rules"] = [Active.read(row) for row in rows]
    every: list[Active] = context.cache["rules"]
    if not any(one.entity == resource.name and one.kind == kind for one in every):
        return []
    key = f"rules:{resource.name}:{kind}"
    if key not in context.cache:
        asked = [one for one in every if one.entity == resource.name and one.kind == kind]
        context.cache[key] = usable(context, resource, asked)
    found: list[Active] = context.cache[key]
    return [one for one in found if not event or event in one.events]


def forget(context: Context) -> None:
    """After rules were changed: read them anew."""
    for key in [key for key in context.cache if key.startswith("rules")]:
        del context.cache[key]


def usable(context: Context, resource: Resource, rules: Sequence[Active]) -> list[Active]:
    """Rules with their people; without those whose fields are gone, or who are for nobody."""
    sound = [one for one in rules if is_sound(context, resource, one)]
    if not sound or sound[0].kind == RECALL:
        return sound
    users, departments = _there(context, sound)
    found = []
    for one in sound:
        receivers = [person for target in one.terms.order for person in departments.get(target, users.get(target, ()))]
        principals = [
            (target, target in departments) for target in one.terms.order if target in departments or target in users
        ]
        if principals and (one.kind == SHARE or receivers):
            found.append(replace(one, people=tuple(dict.fromkeys(receivers)), principals=tuple(principals)))
    return found


def is_sound(context: Context, resource: Resource, rule: Active) -> bool:
    """Whether every field a rule asks for is there, and every value fits it."""
    try:
        holds(context, resource, rule)
    except InvalidError:
        return False
    return True


def _there(context: Context, rules: Sequence[Active]) -> tuple[dict[UUID, list[UUID]], dict[UUID, list[UUID]]]:
    """Of the people and departments that rules name, those that are there; each with the people it stands for."""
    users = {one for rule in rules for one in rule.terms.users}
    departments = {one for rule in rules for one in rule.terms.departments}
    connection, table = context.session.connection(), User.__table__
    signing_in = (table.c.tenant_id == context.tenant, table.c.active, table.c.deleted_at.is_(None))
    people: dict[UUID, list[UUID]] = {}
    if users:
        found = connection.execute(sa.select(table.c.id).where(*signing_in, table.c.id.in_(users))).scalars()
        people = {one: [one] for one in found}
    return people, staff_of(context, departments)


def staff_of(context: Context, departments: set[UUID]) -> dict[UUID, list[UUID]]:
    """The people of departments who may sign in, in the order of their names; departments that are gone are left out."""
    if not departments:
        return {}
    users, table, belonging = User.__table__, Department.__table__, staff(context.tenant)
    person = sa.and_(
        users.c.tenant_id == context.tenant,
        users.c.id == belonging.c.user_id,
        users.c.active,
        users.c.deleted_at.is_(None),
    )
    statement = (
        sa.select(table.c.id, users.c.id)
        .select_from(table.outerjoin(belonging, belonging.c.department_id == table.c.id).outerjoin(users, person))
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.id.in_(departments))
        .order_by(users.c.name, users.c.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for department, user in context.session.connection().execute(statement):
        people = found.setdefault(department, [])
        if user is not None and user not in people:
            people.append(user)
    return found
