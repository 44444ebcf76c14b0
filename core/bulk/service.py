"""Bulk operations on any number of records: in parts, each committed whole, that can be stopped, go on and be taken back.

A bulk operation first notes which records it is for, then does one part of them after the other. Few records are done at once,
in the transaction of whoever asked; many by a job. Taking back goes the same way, record by record: what somebody
has changed since stays as it is and is named.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.visibility import visible
from core.bulk.models import BulkItem, BulkOperation
from core.bulk.parts import COUNTED, BulkHandler, run, take_back, title_column
from core.context import Context, ForbiddenError
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.filters import column
from core.entity.query import Query, matching
from core.i18n import translator
from core.jobs.queue import enqueue

_ = translator("core")

WINDOW = timedelta(days=30)
"""As long as a bulk operation can be taken back."""
AT_ONCE = 1000
"""Records that one request does by itself; more are a job's."""
RUN, UNDO = "core.bulk.run", "core.bulk.undo"
UNDOABLE = ("done", "cancelled", "undone")
"""States in which a bulk operation can be taken back, as far as it was done and is not taken back already."""
Chosen = Sequence[UUID] | Query
"""The records a bulk operation is for: in an order, or all that match."""


def begin(
    context: Context, resource: Resource, kind: str, handler: BulkHandler, chosen: Chosen, asked: dict[str, Any]
) -> BulkOperation:
    """Do something to records: at once where they are few, by a job where they are many.

    Raises MissingError for an id that leads nowhere and ForbiddenError for one it may not be done to; of all that
    match, those it may not be done to are left out.
    """
    operation = note(context, resource, kind, handler, chosen, asked)
    if operation.total > AT_ONCE:
        operation.job_id = next(
            iter(enqueue(context, RUN, {"operation": str(operation.id)}, title=str(resource.plural))), None
        )
        context.session.flush()
    else:
        run(context, operation, handler)
    return operation


def note(
    context: Context, resource: Resource, kind: str, handler: BulkHandler, chosen: Chosen, asked: dict[str, Any]
) -> BulkOperation:
    """Write down what shall be done to which records, as :func:`begin`, and do nothing yet."""
    context.require(resource.name, handler.verb)
    user = context.user
    operation = BulkOperation(
        id=uuid7(), kind=kind, entity=resource.name, asked=asked, user_id=user.id if user else None,
        user_name=user.name if user else "",
    )  # fmt: skip
    context.session.add(operation)
    context.session.flush()
    operation.total = _note(context, resource, operation, handler.verb, chosen)
    operation.title = _first_title(context, resource, operation)
    context.session.flush()
    return operation


def _note(context: Context, resource: Resource, operation: BulkOperation, verb: str, chosen: Chosen) -> int:
    """Write down the records it is for, in their order."""
    if isinstance(chosen, Query):
        table = resource.model.__table__
        keys = (table.c.updated_at if chosen.sort is None else column(resource, chosen.sort), table.c.id)
        order = sa.func.row_number().over(order_by=[one.desc() if chosen.descending else one.asc() for one in keys])
        found = matching(context, chosen).where(visible(context, resource, verb))
        source: Any = found.with_only_columns(table.c.id, (order - 1).label("position"))
    else:
        ids = list(dict.fromkeys(chosen))
        _insist(context, resource, verb, ids)
        given = _numbered(ids)
        source = sa.select(given.c.id, (given.c.position - 1).label("position"))
    source = source.subquery("chosen")
    columns = ("tenant_id", "id", "operation_id", "place", "state", "record_id", "position")
    values = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sa.func.gen_random_uuid(), sa.literal(operation.id), sa.literal(""),
        sa.literal("waiting"), *source.c,
    )  # fmt: skip
    statement = sa.insert(BulkItem).from_select(columns, values, include_defaults=False)
    return int(context.session.connection().execute(statement, execution_options=COUNTED).rowcount)


def _numbered(ids: Sequence[UUID]) -> Any:
    given = sa.func.unnest(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))
    return given.table_valued(sa.column("id", sa.Uuid), with_ordinality="position").render_derived("given")


def _insist(context: Context, resource: Resource, verb: str, ids: Sequence[UUID]) -> None:
    """Every one of the records is there for this person, and it may be done to every one."""
    table = resource.model.__table__
    statement = sa.select(table.c.id, visible(context, resource, verb)).where(
        table.c.tenant_id == context.tenant,
        table.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
        table.c.deleted_at.is_(None),
        visible(context, resource),
    )
    allowed: dict[UUID, bool] = dict(context.session.connection().execute(statement).all())
    for one in ids:
        if one not in allowed:
            raise MissingError(resource.name, one)
    if not all(allowed.values()):
        raise ForbiddenError(resource.name, verb)


def _first_title(context: Context, resource: Resource, operation: BulkOperation) -> str:
    table = resource.model.__table__
    statement = (
        sa.select(title_column(resource.model))
        .join(BulkItem, sa.and_(BulkItem.tenant_id == table.c.tenant_id, BulkItem.record_id == table.c.id))
        .where(
            table.c.tenant_id == context.tenant,
            BulkItem.tenant_id == context.tenant,
            BulkItem.operation_id == operation.id,
        )
        .order_by(BulkItem.position)
        .limit(1)
    )
    return str(context.session.connection().execute(statement).scalar() or "")[:200]


def ask_undo(context: Context, operation: BulkOperation, handler: BulkHandler) -> None:
    """Take a bulk operation back, at once or by a job. Raises InvalidError where it is too late or there is nothing to undo."""
    require_undoable(operation)
    operation.state = "undoing"
    if operation.done > AT_ONCE:
        operation.job_id = next(
            iter(enqueue(context, UNDO, {"operation": str(operation.id)}, title=operation.title)), None
        )
        context.session.flush()
    else:
        take_back(context, operation, handler)


def require_undoable(operation: BulkOperation) -> None:
    """Raise InvalidError where it is too late, or there is nothing to undo."""
    if not undoable(operation):
        raise InvalidError({"": [_("There is nothing to undo here any more.")]})


def undoable(operation: BulkOperation) -> bool:
    """Whether a bulk operation can still be taken back."""
    left = (
        operation.done - operation.undone - operation.kept
        if operation.kind != "merge"
        else int(operation.state == "done")
    )
    return operation.state in UNDOABLE and left > 0 and operation.at > now() - WINDOW


def undo_until(operation: BulkOperation) -> datetime | None:
    """How long a bulk operation can be taken back; None where it cannot."""
    return operation.at + WINDOW if undoable(operation) else None


def get(context: Context, operation_id: UUID, *, lock: bool = False) -> BulkOperation:
    """A bulk operation of one's own; an administrator's to look at and to undo too. Raises MissingError."""
    statement = _mine(context).where(BulkOperation.id == operation_id)
    found = context.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if lock else statement
    )
    if found is None:
        raise MissingError("core.bulk_operation", operation_id)
    return found


def listed(context: Context, *, limit: int = 50, before: UUID | None = None) -> list[BulkOperation]:
    """The newest bulk operations; from ``before``, the last one's id, those before it."""
    statement = _mine(context).order_by(BulkOperation.id.desc()).limit(limit)
    return list(context.session.scalars(statement if before is None else statement.where(BulkOperation.id < before)))


def _mine(context: Context) -> sa.Select[BulkOperation]:
    statement = sa.select(BulkOperation).where(BulkOperation.tenant_id == context.tenant)
    if context.can("*", "admin"):
        return statement
    return statement.where(BulkOperation.user_id == context.user.id if context.user else sa.false())


def kept(context: Context, operation: BulkOperation, most: int = 100) -> list[tuple[UUID | None, str]]:
    """What the undoing left alone, because it was changed since: id and title; of a merge the titles alone."""
    if operation.kind == "merge":
        left: list[str] = operation.asked.get("kept", [])
        return [(None, title) for title in left[:most]]
    resource = context.hooks.registry.resources[operation.entity]
    table, item = resource.model.__table__, BulkItem.__table__
    statement = (
        sa.select(table.c.id, title_column(resource.model))
        .join(item, sa.and_(item.c.tenant_id == table.c.tenant_id, item.c.record_id == table.c.id))
        .where(
            table.c.tenant_id == context.tenant, item.c.tenant_id == context.tenant, item.c.operation_id == operation.id
        )
        .where(item.c.state == "kept")
        .order_by(item.c.position)
        .limit(most)
    )
    return [(record, title or "") for record, title in context.session.connection().execute(statement)]
