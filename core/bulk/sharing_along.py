"""What hangs on a customer is shared with the new owner in its own right, where that is ticked (OWN-06).

Whoever a customer belongs to sees all that hangs on it for as long as they do. A share lasts: its receiver goes on seeing
the record when the customer has moved on to somebody else.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.access.shares import EVERYTHING, Share
from core.access.visibility import visible
from core.bulk.parts import title_column
from core.context import Context
from core.db.base import now
from core.entity.entity import Entity
from core.entity.history import Line, write
from core.i18n import Label
from core.plugin.manifest import Passed, TransferOption


def shared_along(model: type[Entity], *, name: str, title: Label, weight: int = 50) -> TransferOption:
    """The tick box that shares a customer's records of an entity with the new owner, to be seen."""
    run, undo = partial(_share, model), partial(_unshare, model)
    return TransferOption(name=name, title=title, run=run, undo=undo, weight=weight)


def _share(model: type[Entity], context: Context, passed: Sequence[Passed]) -> Mapping[UUID, Any]:
    """Share those records that whoever passes the customers on may share; the new shares, by customer.

    Whom a record belongs to, or is shared with already, needs no share; theirs may reach further.
    """
    resource, table, shares = context.resource(model), model.__table__, Share.__table__
    customer, given = table.c[_customer(context, model)], _unnested(passed)
    by = sa.literal(context.user.id if context.user else None, sa.Uuid)
    found = sa.select(
        table.c.tenant_id, sa.func.gen_random_uuid(), sa.literal(resource.name), table.c.id, given.c.user_id,
        sa.literal("read"), sa.cast([EVERYTHING], shares.c.aspects.type), table.c.updated_at, by, sa.literal(now()),
    ).join(given, given.c.record_id == customer).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), visible(context, resource, "share"),
        table.c.owner_id.is_distinct_from(given.c.user_id),
    )  # fmt: skip
    columns = (
        "tenant_id", "id", "entity", "record_id", "user_id", "access", "aspects", "sort_at", "shared_by_id", "shared_at",
    )  # fmt: skip
    made = (
        postgresql.insert(shares)
        .from_select(columns, found, include_defaults=False)
        .on_conflict_do_nothing(index_elements=("tenant_id", "entity", "record_id", "principal_id"))
        .returning(shares.c.record_id, shares.c.user_id)
        .cte("made")
    )
    statement = (
        sa.select(table.c.id, customer, title_column(model), made.c.user_id)
        .join(made, made.c.record_id == table.c.id)
        .where(table.c.tenant_id == context.tenant)
    )
    rows = context.session.connection().execute(statement).all()
    write(context, resource, [_line(record, title, "shared", user, "add") for record, _of, title, user in rows])
    kept: dict[UUID, list[str]] = {}
    for record, of, _title, _user in rows:
        kept.setdefault(of, []).append(str(record))
    return kept


def _unshare(
    model: type[Entity], context: Context, passed: Sequence[Passed], kept: Mapping[UUID, Sequence[str]]
) -> None:
    """Take back the shares that were made then and that nobody has changed since."""
    resource, table, shares = context.resource(model), model.__table__, Share.__table__
    new = {one.record_id: one.new for one in passed}
    given = _unnested([Passed(UUID(record), None, new[of]) for of, records in kept.items() for record in records])
    gone = (
        sa.delete(shares)
        .where(
            shares.c.tenant_id == context.tenant, shares.c.entity == resource.name,
            shares.c.record_id == given.c.record_id, shares.c.user_id == given.c.user_id,
            shares.c.access == "read", shares.c.aspects == [EVERYTHING], shares.c.until.is_(None),
        )
        .returning(shares.c.record_id, shares.c.user_id)
        .cte("gone")
    )  # fmt: skip
    statement = (
        sa.select(table.c.id, title_column(model), gone.c.user_id)
        .join(gone, gone.c.record_id == table.c.id)
        .where(table.c.tenant_id == context.tenant)
    )
    rows = context.session.connection().execute(statement).all()
    write(context, resource, [_line(record, title, "unshared", user, None) for record, title, user in rows])


def _customer(context: Context, model: type[Entity]) -> str:
    follows = context.resource(model).follows
    assert follows is not None  # only what hangs on customers goes along with them
    return follows.column


def _unnested(passed: Sequence[Passed]) -> Any:
    """Records, each with whom it is for, as a table of the statement."""
    ids, people = [one.record_id for one in passed], [one.new for one in passed]
    given = sa.func.unnest(sa.cast(ids, sa.ARRAY(sa.Uuid)), sa.cast(people, sa.ARRAY(sa.Uuid)))
    return given.table_valued(sa.column("record_id", sa.Uuid), sa.column("user_id", sa.Uuid)).render_derived("given")


def _line(record: UUID, title: str | None, action: str, user: UUID, mode: str | None) -> Line:
    return Line(record, title or "", action, {"with": [None, [str(user)]], "mode": [None, mode]})
