"""Types and groups of customers: moving many customers between groups (V-11), and what goes with a type (V-14)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.bulk.models import BulkOperation
from core.bulk.parts import BulkHandler, Done, Row
from core.bulk.service import Chosen, begin
from core.context import Context
from core.customers.models import Customer, CustomerGroup, CustomerType
from core.db.base import now
from core.entity import relations, service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.history import Line, announce, write
from core.entity.query import Query
from core.i18n import translator
from core.rules.applying import follow
from core.rules.reading import CHANGED
from core.text import normalize

_ = translator("core")

Mode = Literal["replace", "add", "remove"]
MODES: tuple[Mode, ...] = ("replace", "add", "remove")
GROUPS = "groups"
DROP_TYPE = "drop_type"


def regroup(context: Context, chosen: Chosen, groups: Sequence[UUID], mode: Mode) -> BulkOperation:
    """Put customers into groups: ``replace`` those they are in, ``add`` to them, or ``remove`` them (V-11).

    Raises :class:`InvalidError` naming what is wrong, and ForbiddenError for a customer one may not edit.
    """
    if mode not in MODES:
        raise InvalidError({"mode": [_("Choose one of the listed values.")]})
    if not groups:
        raise InvalidError({"groups": [_("Tick at least one group.")]})
    if set(groups) - _living(context, groups):
        raise InvalidError({"groups": [_("There is no such record, or you may not see it.")]})
    asked = {"groups": [str(one) for one in dict.fromkeys(groups)], "mode": mode}
    return begin(context, context.resource(Customer), "regroup", HANDLERS["regroup"], chosen, asked)


def groups_named(context: Context, names: Iterable[str]) -> list[UUID]:
    """Groups by id or by name, whatever accents and capitals. Raises :class:`InvalidError` for one that is not there."""
    table = CustomerGroup.__table__
    living = sa.select(table.c.id, table.c.name).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None)
    )
    context.require(context.resource(CustomerGroup).name, "see")
    known: dict[str, UUID] = {}
    for one, name in context.session.connection().execute(living.order_by(table.c.id.desc())):
        known |= {str(one): one, normalize(name): one}
    wanted = {name: known.get(name) or known.get(normalize(name)) for name in names}
    if unknown := [name for name, one in wanted.items() if one is None]:
        raise InvalidError({"groups": [_("There is no group “%(name)s”.", name=unknown[0])]})
    return [one for one in wanted.values() if one is not None]


def _living(context: Context, groups: Iterable[UUID]) -> set[UUID]:
    resource, table = context.resource(CustomerGroup), CustomerGroup.__table__
    statement = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(list(groups)), table.c.deleted_at.is_(None)
    )
    return set(context.session.scalars(statement.where(visible(context, resource))))


class Regrouping(BulkHandler):
    """Customers come to lie in other groups."""

    verb = "edit"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:
        """As the mode says; groups that are gone by now are left out."""
        ids, mode = [row.record_id for row in rows], operation.asked["mode"]
        living = _living(context, [UUID(one) for one in operation.asked["groups"]])
        ticked = [one for text in operation.asked["groups"] if (one := UUID(text)) in living]
        before = _groups_of(context, resource, ids)
        wanted = {one: _combined(before[one], ticked, mode) for one in ids}
        _put(context, resource, rows, before, wanted)
        return [Done(_texts(before[one]), _texts(wanted[one])) for one in ids]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:  # noqa: ARG002 # of the protocol
        """Back to the groups they were in, where they are still in those they came into."""
        present = _groups_of(context, resource, [row.record_id for row in rows])
        same = [_texts(present[row.record_id]) == row.after for row in rows]
        ours = [row for row, unchanged in zip(rows, same, strict=True) if unchanged]
        _put(context, resource, ours, present, {row.record_id: [UUID(one) for one in row.before] for row in ours})
        return same


def _groups_of(context: Context, resource: Resource, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The groups of customers, for each of them."""
    pairs = Customer.__links__[GROUPS]
    statement = sa.select(pairs.c.left_id, pairs.c.right_id).where(
        pairs.c.tenant_id == context.tenant,
        pairs.c.left_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
        relations.leads_to_living(pairs, resource.model.__fields__[GROUPS]),
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for customer, group in context.session.connection().execute(statement.order_by(pairs.c.right_id)):
        found[customer].append(group)
    return found


def _combined(present: Sequence[UUID], ticked: Sequence[UUID], mode: str) -> list[UUID]:
    if mode == "replace":
        return list(ticked)
    if mode == "add":
        return list(dict.fromkeys([*present, *ticked]))
    return [one for one in present if one not in ticked]


def _put(
    context: Context,
    resource: Resource,
    rows: Sequence[Row],
    before: Mapping[UUID, Sequence[UUID]],
    wanted: Mapping[UUID, Sequence[UUID]],
) -> None:
    """Write what differs, say so in the log, and let the rules decide as about any edit."""
    changed = {row.record_id: row for row in rows if set(before[row.record_id]) != set(wanted[row.record_id])}
    relations.replace_links(context, resource, GROUPS, [(one, wanted[one]) for one in changed])
    _touch(context, resource, list(changed))
    lines = [
        Line(one, row.title, "changed", {GROUPS: [_texts(before[one]), _texts(wanted[one])]})
        for one, row in changed.items()
    ]
    write(context, resource, lines)
    announce(context, resource, lines)
    follow(context, resource, _customers(context, list(changed)), CHANGED)


def _touch(context: Context, resource: Resource, ids: Sequence[UUID]) -> None:
    table, editor = resource.model.__table__, context.user.id if context.user else None
    context.session.connection().execute(
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))))
        .values(version=table.c.version + 1, updated_at=now(), updated_by_id=editor)
    )
    context.session.expire_all()


def _texts(groups: Iterable[UUID]) -> list[str]:
    return sorted(map(str, groups))


def filed_under(context: Context, kind: CustomerType) -> sa.ColumnElement[bool]:
    """Whether a customer is in any group of a type."""
    pairs, groups = Customer.__links__[GROUPS], CustomerGroup.__table__
    of_type = sa.select(groups.c.id).where(
        groups.c.tenant_id == context.tenant, groups.c.type_id == kind.id, groups.c.deleted_at.is_(None)
    )
    members = sa.select(pairs.c.left_id).where(pairs.c.tenant_id == context.tenant, pairs.c.right_id.in_(of_type))
    return Customer.__table__.c.id.in_(members)


def delete_type(context: Context, kind: CustomerType, *, with_customers: bool) -> BulkOperation | None:
    """Put a type into the recycle bin with its groups; the customers filed under it go along, or stay (V-14).

    Those of others that the person may not delete stay in any case. What went along is a bulk operation that can be taken
    back; None where no customer did.
    """
    context.require(context.resource(CustomerType).name, "delete")
    if not with_customers:
        service.delete(context, [kind])
        return None
    resource = context.resource(Customer)
    chosen = Query(resource, conditions=[filed_under(context, kind)])
    operation = begin(context, resource, DROP_TYPE, HANDLERS[DROP_TYPE], chosen, {"type": str(kind.id)})
    if not operation.total:
        context.session.delete(operation)
        service.delete(context, [kind])
        return None
    return operation


class DroppingType(BulkHandler):
    """Customers go into the recycle bin with the type they are filed under."""

    verb = "delete"
    discards = True

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:  # noqa: ARG002 # of the protocol
        """The type goes with the first of them."""
        kind = _type(context, operation)
        if kind is not None and kind.deleted_at is None:
            service.delete(context, [kind])
        customers = _customers(context, [row.record_id for row in rows])
        service.delete(context, customers)
        return [Done(None, one.updated_at.isoformat()) for one in customers]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:  # noqa: ARG002 # of the protocol
        """Out of the bin again, the type first; what was brought back and thrown away once more stays there."""
        kind = _type(context, operation)
        if kind is not None and kind.deleted_at is not None:
            service.revive(context, [kind], action="restored")
        same = [row.updated_at == datetime.fromisoformat(row.after) for row in rows]
        ours = [row.record_id for row, unchanged in zip(rows, same, strict=True) if unchanged]
        service.revive(context, _customers(context, ours), action="restored")
        return same


def _type(context: Context, operation: BulkOperation) -> CustomerType | None:
    """The type a bulk operation is about, in the bin or not; None where it is gone for good."""
    wanted = sa.select(CustomerType).where(
        CustomerType.tenant_id == context.tenant, CustomerType.id == UUID(operation.asked["type"])
    )
    return context.session.scalar(wanted)


def _customers(context: Context, ids: Sequence[UUID]) -> list[Customer]:
    """Customers by their ids, in that order."""
    wanted = sa.select(Customer).where(Customer.tenant_id == context.tenant, Customer.id.in_(ids))
    found = {one.id: one for one in context.session.scalars(wanted)} if ids else {}
    return [found[one] for one in ids if one in found]


HANDLERS: dict[str, BulkHandler] = {"regroup": Regrouping(), DROP_TYPE: DroppingType()}
