"""Which records nobody looks after any more, to whom they go, and the operation that takes them back to the department."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.models import User
from core.access.organisation import Department
from core.access.sharing import set_owners
from core.access.visibility import CUSTOMER
from core.bulk.models import BulkOperation
from core.bulk.parts import BulkHandler, Done, Row
from core.bulk.sharing import Transferring, belonged
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.rules import reading
from core.rules.applying import Move, tell
from core.rules.dealing import deal, first_of, rotate, turn_of
from core.rules.models import RecallNotice
from core.rules.preview import Effect, Preview
from core.rules.reading import HEAD, RECALL, Active, staff_of

RECALL_OPERATION = "recall"


@dataclass(frozen=True, slots=True)
class Home:
    """Where an owner's records go back to."""

    department: UUID
    people: tuple[UUID, ...]
    """Who may receive them: the head alone, or everybody in turn."""


def homes(context: Context, rule: Active) -> dict[UUID, Home]:
    """Each owner's department and who receives there; without those whose records have nowhere to go."""
    users, departments = User.__table__, Department.__table__
    heads = users.alias("head")
    statement = (
        sa.select(users.c.id, departments.c.id, heads.c.id)
        .join(departments, sa.and_(departments.c.tenant_id == users.c.tenant_id, departments.c.id == users.c.department_id))
        .outerjoin(
            heads,
            sa.and_(
                heads.c.tenant_id == departments.c.tenant_id, heads.c.id == departments.c.head_id, heads.c.active,
                heads.c.deleted_at.is_(None),
            ),
        )
        .where(users.c.tenant_id == context.tenant, departments.c.deleted_at.is_(None))
    )  # fmt: skip
    rows = context.session.connection().execute(statement).all()
    people = {} if rule.terms.to == HEAD else staff_of(context, {department for _user, department, _head in rows})
    found = {}
    for user, department, head in rows:
        receivers = tuple(people.get(department, ())) if rule.terms.to != HEAD else (head,) if head else ()
        if any(one != user for one in receivers):
            found[user] = Home(department, receivers)
    return found


def untouched(context: Context, resource: Resource, rule: Active, days: int) -> sa.ColumnElement[bool]:
    """Whether a rule is for a record, and nothing happened to it for so many days."""
    since = now() - timedelta(days=days)
    return sa.and_(reading.holds(context, resource, rule), lying_still(context, resource, since))


def lying_still(context: Context, resource: Resource, before: datetime) -> sa.ColumnElement[bool]:
    """Whether nothing happened to a record, or to what hangs on it, since a moment, and something still could.

    A record in a final state is done with, and left where it is.
    """
    table = resource.model.__table__
    found = [table.c.deleted_at.is_(None), table.c.updated_at < before]
    for name, spec in resource.model.__fields__.items():
        finals = [one.value for one in spec.choices if one.final]
        if spec.kind.name == "choice" and finals:
            found.append(sa.or_(table.c[name].is_(None), table.c[name].not_in(finals)))
    for other in context.resources() if resource.name == CUSTOMER else ():
        if other.follows is not None and other.name != CUSTOMER:
            hanging = other.model.__table__
            found.append(
                ~sa.exists().where(
                    hanging.c.tenant_id == context.tenant,
                    hanging.c[other.follows.column] == table.c.id,
                    hanging.c.updated_at >= before,
                )
            )
    return sa.and_(*found)


def owned_by(resource: Resource, owners: Mapping[UUID, Home]) -> sa.ColumnElement[bool]:
    """Whether a record belongs to one of these."""
    return resource.model.__table__.c.owner_id == sa.any_(sa.literal(list(owners), ARRAY(sa.Uuid)))


def due(context: Context, resource: Resource, rule: Active, owners: Mapping[UUID, Home]) -> sa.ColumnElement[bool]:
    """Whether a record is to be taken now: its owner was told in time, and nothing happened since."""
    table, notice = resource.model.__table__, RecallNotice.__table__
    lying = sa.and_(untouched(context, resource, rule, rule.terms.days or 0), owned_by(resource, owners))
    if not rule.terms.notice:
        return lying
    told = sa.exists().where(
        notice.c.tenant_id == context.tenant, notice.c.record_id == table.c.id, notice.c.owner_id == table.c.owner_id,
        notice.c.due <= now(),
    )  # fmt: skip
    return sa.and_(lying, told)


def preview_recall(context: Context, resource: Resource, rule: Active) -> Preview:
    """What a rule would take if every owner had been told already."""
    context.require("*", "admin")
    table, owners = resource.model.__table__, homes(context, rule)
    statement = (
        sa.select(table.c.owner_id, sa.func.count())
        .where(table.c.tenant_id == context.tenant, untouched(context, resource, rule, rule.terms.days or 0))
        .group_by(table.c.owner_id)
    )
    counts: dict[UUID | None, int] = dict(context.session.connection().execute(statement).all())
    people: Counter[UUID] = Counter()
    lists: dict[UUID, list[UUID]] = {}
    for owner, count in counts.items():
        if owner in owners:
            lists.setdefault(owners[owner].department, []).extend([owner] * count)
    for department, some in lists.items():
        receivers = owners[some[0]].people
        first = first_of(receivers, *turn_of(context, department)) if len(receivers) > 1 else 0
        people.update(one for one in rotate(receivers, first, some)[0] if one)
    return Preview([Effect(rule, sum(counts.values()), people.total())], people)


class Recalling(BulkHandler):
    """Records go back to the department of whoever left them lying."""

    verb = "transfer"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:
        """To each department's head or people, those that nobody touched since they were looked for."""
        rule = next(
            (one for one in reading.active(context, resource, RECALL) if str(one.id) == operation.asked["rule"]), None
        )
        moves = _moves(context, rule, rows, datetime.fromisoformat(operation.asked["before"])) if rule else []
        if moves:
            set_owners(context, resource, {one.record_id: one.new for one in moves})
            context.session.expire_all()
            tell(context, resource, moves, {row.record_id: row.title for row in rows})
        moved = {one.record_id: one for one in moves}
        return [
            belonged(moved[row.record_id].old, moved[row.record_id].new) if row.record_id in moved else Done(None, None)
            for row in rows
        ]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:
        """As any transfer."""
        return Transferring().undo(context, resource, operation, rows)


def _moves(context: Context, rule: Active, rows: Sequence[Row], before: datetime) -> list[Move]:
    owners = homes(context, rule)
    by_department: dict[UUID, list[Row]] = {}
    for row in rows:
        if row.owner_id in owners and row.updated_at < before:
            by_department.setdefault(owners[row.owner_id].department, []).append(row)
    found = []
    for department, some in sorted(by_department.items()):  # locked in one order
        home = owners[some[0].owner_id]  # type: ignore[index] # one of the owners: asked above
        dealt = deal(context, department, home.people, [row.owner_id for row in some])
        found += [
            Move(row.record_id, row.owner_id, new, rule)
            for row, new in zip(some, dealt, strict=True)
            if new is not None
        ]
    return found


HANDLERS: dict[str, BulkHandler] = {RECALL_OPERATION: Recalling()}
