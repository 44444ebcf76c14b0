"""Taking back what one has just done to a set of records, by the lines it left in the change log.

A mark is an id taken before the deed: everything that person wrote into the log since then, of that entity, is the
deed. What somebody changed since stays as it is and is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.db.base import now
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.relations import linked
from core.entity.tables import Change
from core.entity.values import json_value, value_of

if TYPE_CHECKING:
    from core.context import Context

WINDOW = timedelta(hours=1)
"""Later, somebody has come to rely on it."""
_MOST = 5000


@dataclass(slots=True)
class Undone:
    """What came of it."""

    count: int = 0
    kept: list[str] = field(default_factory=list)
    """Titles of records that are not what the deed left behind any more."""


def undo(context: "Context", resource: Resource, first: UUID, last: UUID) -> Undone:
    """Take back one's own changes and deletions between two marks."""
    outcome = Undone()
    changes = _own(context, resource, first, last)
    records = _records(context, resource, {change.record_id for change in changes})
    fields = context.fields(resource)
    gone = [change for change in changes if change.action == "deleted"]
    back = [record for change in gone if (record := records.get(change.record_id)) and record.deleted_at is not None]
    service.restore(context, back)
    outcome.count += len(back)
    for change in changes:
        record = records.get(change.record_id)
        if change.action != "changed" or record is None:
            continue
        if record.deleted_at is None and _put_back(context, resource, fields, record, change):
            outcome.count += 1
        else:
            outcome.kept.append(change.record_title)
    return outcome


def _own(context: "Context", resource: Resource, first: UUID, last: UUID) -> list[Change]:
    """The latest first, so that of two changes of one field the older value is what remains."""
    if context.user is None:
        return []
    statement = (
        sa.select(Change)
        .where(
            Change.tenant_id == context.tenant,
            Change.id > first,
            Change.id < last,
            Change.entity == resource.name,
            Change.user_id == context.user.id,
            Change.at > now() - WINDOW,
            Change.action.in_(["changed", "deleted"]),
        )
        .order_by(Change.id.desc())
        .limit(_MOST)
    )
    return list(context.session.scalars(statement))


def _records(context: "Context", resource: Resource, ids: set[UUID]) -> dict[UUID, Entity]:
    from core.access.visibility import visible

    model = resource.model
    table = model.__table__
    statement = sa.select(model).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(ids), visible(context, resource)
    )
    return {record.id: record for record in context.session.scalars(statement)} if ids else {}


def _put_back(
    context: "Context", resource: Resource, fields: Mapping[str, Field], record: Entity, change: Change
) -> bool:
    """Give a record its old values, if it still has the new ones."""
    old: dict[str, Any] = {}
    for name, (was, became) in change.values.items():
        spec = fields.get(name)
        if spec is None or json_value(spec, _present(context, resource, fields, record, spec)) != became:
            return False
        if not spec.writable:
            continue  # it follows from the others by itself
        old[name] = [UUID(one) for one in was] if spec.kind.name == "links" else spec.kind.from_json(was)
    try:
        return service.update(context, record, old, answered=True)
    except InvalidError:
        return False


def _present(context: "Context", resource: Resource, fields: Mapping[str, Field], record: Entity, spec: Field) -> Any:
    if spec.kind.name != "links":
        return value_of(record, spec)
    found = linked(context, resource, fields, [record], {spec.name: None})
    return sorted(found[record.id].get(spec.name, []))
