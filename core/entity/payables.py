"""The documents money is owed for, of every module that has some, as one table in SQL."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.visibility import visible
from core.entity.entity import Resource, target_class, title_field

if TYPE_CHECKING:
    from core.context import Context

COLUMNS = {
    "entity": sa.Text, "id": sa.Uuid, "customer_id": sa.Uuid, "number": sa.Text, "on": sa.Date, "due": sa.Date,
    "amount": sa.Numeric, "part_of": sa.Text, "part_of_id": sa.Uuid, "owner_id": sa.Uuid, "created_by_id": sa.Uuid,
}  # fmt: skip


def payables(
    context: "Context", direction: str = "in", *, counting: bool = True, seen: bool = False, of: Iterable[str] = ()
) -> sa.Subquery:
    """A subquery of what is owed: entity, id, customer_id, number, on, due and amount of each document that counts.

    Beside them the entity and id of what it is part of, its owner and who added it.

    ``direction`` as in :class:`core.entity.documents.Payable`. Without ``counting`` drafts are among them, too; ``seen``
    keeps those that the person may see, ``of`` those of some entities. Where no module has any, it has no rows.
    """
    wanted = set(of)
    found = [
        _documents(context, one, counting=counting, seen=seen)
        for one in context.resources()
        if one.payable is not None and one.payable.direction == direction and (not wanted or one.name in wanted)
    ]
    return (sa.union_all(*found) if found else _nothing()).subquery("payables")


def _documents(context: "Context", resource: Resource, *, counting: bool, seen: bool) -> sa.Select[Any]:
    payable, fields, table = resource.payable, resource.model.__fields__, resource.model.__table__
    assert payable is not None  # asked by the caller
    zone = context.company.timezone
    number = table.c[fields[payable.number or title_field(resource.model)].column]
    arises = sa.cast(table.c[payable.on] if payable.on else sa.func.timezone(zone, table.c.created_at), sa.Date)
    due = sa.func.coalesce(table.c[payable.due], arises) if payable.due else arises
    statement = sa.select(
        sa.literal(resource.name, sa.Text).label("entity"),
        table.c.id,
        table.c[fields[payable.customer].column].label("customer_id"),
        sa.cast(number, sa.Text).label("number"),
        arises.label("on"),
        sa.cast(due, sa.Date).label("due"),
        table.c[payable.amount].label("amount"),
        *_part_of(context, resource, table),
        table.c.owner_id,
        table.c.created_by_id,
    ).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    if counting and payable.counts is not None:
        statement = statement.where(payable.counts(context))
    return statement.where(visible(context, resource)) if seen else statement


def _part_of(context: "Context", resource: Resource, table: sa.Table) -> tuple[Any, Any]:
    """The entity and the id of what a document is part of; nothing where its module is off."""
    payable = resource.payable
    spec = resource.model.__fields__[payable.part_of] if payable and payable.part_of else None
    if spec is None or not context.runs(target_class(spec)):
        return sa.literal(None, sa.Text).label("part_of"), sa.literal(None, sa.Uuid).label("part_of_id")
    name = context.resource(target_class(spec)).name
    return sa.literal(name, sa.Text).label("part_of"), table.c[spec.column].label("part_of_id")


def _nothing() -> sa.Select[Any]:
    columns: list[Any] = [sa.cast(sa.null(), kind).label(name) for name, kind in COLUMNS.items()]
    return sa.select(*columns).where(sa.false())
