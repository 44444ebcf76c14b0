"""Two or more records that are one: the values that survive, everything that points at them, and the way back.

Records are locked in the order of their ids: of two people who merge the same ones, the second finds them merged.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.visibility import require_reach, visible
from core.bulk import pointers
from core.bulk.models import BulkOperation, Merged
from core.bulk.service import require_undoable
from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.fields import Field
from core.entity.history import Entry, write
from core.entity.relations import linked
from core.entity.values import json_value, value_of
from core.i18n import translator

_ = translator("core")

MOST = 10
"""Records of one merge: more cannot be compared side by side."""


def merge(
    context: Context, model: type[Entity], keep: UUID, losers: Sequence[UUID], values: Mapping[str, Any]
) -> BulkOperation:
    """Make several records one: ``values`` are chosen, the others are those of the record that is kept.

    What it has no value for comes from the others; several links are united. Raises MissingError, StaleError where
    somebody merged one of them meanwhile, ForbiddenError and InvalidError.
    """
    resource = context.resource(model)
    others = [one for one in dict.fromkeys(losers) if one != keep]
    _check(resource, others)
    found = _locked(context, resource, [keep, *others])
    survivor, gone = found[keep], [found[one] for one in others]
    require_reach(context, resource, "edit", [keep])
    require_reach(context, resource, "delete", others)
    operation = _operation(context, resource, survivor, gone)
    wanted = _values(context, resource, survivor, gone, values)
    before = _present(context, resource, survivor, wanted)
    notes = context.hooks.merged(context, resource.name, keep, others)
    moved = pointers.move(context, resource, operation, keep, others)
    # Emptied first: what is part of a record would follow it into the recycle bin.
    service.discard(context, gone, action="merged", values={"merged_into": [None, str(keep)]})
    service.update(context, survivor, wanted, answered=True)
    after = _present(context, resource, survivor, wanted)
    context.session.add_all(
        Merged(entity=resource.name, record_id=one, keep_id=keep, operation_id=operation.id) for one in others
    )
    operation.asked = {
        "keep": str(keep), "losers": [str(one) for one in others], "moved": moved, "plugins": notes,
        "values": {name: [before[name], after[name]] for name in wanted if before[name] != after[name]},
    }  # fmt: skip
    write(context, resource, [Entry(survivor, "merged", {"merged": [None, operation.asked["losers"]]})])
    context.session.flush()
    return operation


def _check(resource: Resource, others: Sequence[UUID]) -> None:
    if not resource.merges:
        raise InvalidError({"": [_("These records cannot be merged.")]})
    if not others:
        raise InvalidError({"merge": [_("Choose at least two records.")]})
    if len(others) >= MOST:
        raise InvalidError({"merge": [_("At most %(n)s records at once.", n=MOST)]})


def _locked(context: Context, resource: Resource, ids: Sequence[UUID]) -> dict[UUID, Entity]:
    model, table = resource.model, resource.model.__table__
    statement = (
        sa.select(model)
        .where(table.c.tenant_id == context.tenant, table.c.id.in_(ids), table.c.deleted_at.is_(None))
        .where(visible(context, resource))
        .order_by(table.c.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {record.id: record for record in context.session.scalars(statement)}
    for one in ids:
        if one not in found:
            if led_to(context, resource, one) is not None:
                raise StaleError(one)
            raise MissingError(resource.name, one)
    return found


def _operation(context: Context, resource: Resource, survivor: Entity, gone: Sequence[Entity]) -> BulkOperation:
    user = context.user
    operation = BulkOperation(
        id=uuid7(), kind="merge", entity=resource.name, title=survivor.title[:200], state="done",
        user_id=user.id if user else None, user_name=user.name if user else "", total=len(gone), done=len(gone),
    )  # fmt: skip
    context.session.add(operation)
    context.session.flush()
    return operation


def _values(
    context: Context, resource: Resource, survivor: Entity, gone: Sequence[Entity], chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """What the survivor shall have: what was chosen, and from the others what it lacks."""
    fields = context.fields(resource)
    links = linked(context, resource, fields, [survivor, *gone], fields)
    found = dict(chosen)
    for name, spec in fields.items():
        if name in chosen or not spec.writable:
            continue
        mine, *theirs = [_value(record, spec, links) for record in (survivor, *gone)]
        if spec.kind.many:
            found[name] = _united([mine, *theirs])
        elif mine in (None, "", {}, []) and (value := next((one for one in theirs if one), None)):
            found[name] = value
    return found


def _united(lists: Sequence[Sequence[Any] | None]) -> list[Any]:
    found: list[Any] = []
    for one in (one for some in lists for one in some or ()):
        if one not in found:
            found.append(one)
    return found


def _value(record: Entity, spec: Field, links: Mapping[UUID, Mapping[str, list[UUID]]]) -> Any:
    if spec.kind.name == "links":
        return links.get(record.id, {}).get(spec.name, [])
    return value_of(record, spec)


def _present(context: Context, resource: Resource, record: Entity, names: Mapping[str, Any]) -> dict[str, Any]:
    """What fields hold now, as the log keeps it."""
    fields = context.fields(resource)
    links = linked(context, resource, fields, [record], names)
    return {name: json_value(fields[name], _value(record, fields[name], links)) for name in names if name in fields}


def survivor_of(context: Context, resource: Resource, record_id: UUID) -> UUID | None:
    """The record that another became part of, however often that was merged again; None for one that was not."""
    found, last = record_id, None
    while found != last:
        last = found
        statement = sa.select(Merged.keep_id).where(
            Merged.tenant_id == context.tenant, Merged.entity == resource.name, Merged.record_id == found
        )
        found = context.session.scalar(statement) or found
    return None if found == record_id else found


def led_to(context: Context, resource: Resource, record_id: UUID) -> UUID | None:
    """The record that an old address leads to, where this person may see it."""
    kept = survivor_of(context, resource, record_id)
    if kept is None:
        return None
    table = resource.model.__table__
    seen = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.id == kept, table.c.deleted_at.is_(None)
    )
    return context.session.scalar(seen.where(visible(context, resource)))


def unmerge(context: Context, operation: BulkOperation) -> list[str]:
    """Take a merge back: the records are two again, and all that points at them that nobody changed since.

    Gives the names of what was changed since. Raises InvalidError where it is too late.
    """
    require_undoable(operation)
    resource = context.resource(operation.entity)
    keep, losers = UUID(operation.asked["keep"]), [UUID(one) for one in operation.asked["losers"]]
    found = _all_of(context, resource, [keep, *losers])
    if keep not in found:
        raise InvalidError({"": [_("There is nothing to undo here any more.")]})
    survivor = found[keep]
    kept = _put_back(context, resource, survivor, operation.asked["values"])
    gone = [found[one] for one in losers if one in found and found[one].deleted_at is not None]
    service.revive(context, gone, action="unmerged")
    kept += pointers.move_back(context, resource, operation, keep)
    kept += context.hooks.unmerged(context, resource.name, keep, losers, operation.asked["plugins"])
    context.session.execute(
        sa.delete(Merged).where(Merged.tenant_id == context.tenant, Merged.operation_id == operation.id)
    )
    write(context, resource, [Entry(survivor, "unmerged", {"merged": [operation.asked["losers"], None]})])
    operation.state, operation.undone, operation.kept = "undone", len(gone), len(kept)
    operation.asked = {**operation.asked, "kept": kept}
    context.session.flush()
    return kept


def _all_of(context: Context, resource: Resource, ids: Sequence[UUID]) -> dict[UUID, Entity]:
    """The records, seen or not, deleted or not: one's own merge is what one may take back."""
    model, table = resource.model, resource.model.__table__
    statement = (
        sa.select(model)
        .where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
        .order_by(table.c.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {record.id: record for record in context.session.scalars(statement)}


def _put_back(context: Context, resource: Resource, survivor: Entity, values: Mapping[str, list[Any]]) -> list[str]:
    """Give the survivor the values it had; titles of the fields that were changed since."""
    fields = context.fields(resource)
    known = {name: pair for name, pair in values.items() if name in fields}
    present = _present(context, resource, survivor, known)
    same = {name: pair for name, pair in known.items() if _sorted(present[name]) == _sorted(pair[1])}
    old = {name: _from_json(fields[name], was) for name, (was, _became) in same.items()}
    if old and survivor.deleted_at is None:
        service.update(context, survivor, old, answered=True)
    return [f"{survivor.title}: {fields[name].title}" for name in known if name not in same]


def _from_json(spec: Field, value: Any) -> Any:
    return [UUID(one) for one in value or ()] if spec.kind.name == "links" else spec.kind.from_json(value)


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
