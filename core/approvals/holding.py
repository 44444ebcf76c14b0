"""What the service of records asks of approvals while it saves: may a value be taken, and is a request void now."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.approvals.models import ApprovalRequest, ApprovalStep
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.history import Entry
from core.entity.values import value_of
from core.i18n import Label, translator

_ = translator("core")

NEEDED = _("This must be approved first: save it, then request approval.")
_STEPS = "core.approvals.steps"


def steps_of(context: Context, resource: Resource) -> list[ApprovalStep]:
    """The chain of an entity as the company has set it; read once in a turn."""
    kept: dict[str, list[ApprovalStep]] = context.cache.setdefault(_STEPS, {})
    if resource.name not in kept:
        mine = (ApprovalStep.tenant_id == context.tenant, ApprovalStep.entity == resource.name)
        order = ApprovalStep.position, ApprovalStep.id
        with context.session.no_autoflush:
            kept[resource.name] = list(context.session.scalars(sa.select(ApprovalStep).where(*mine).order_by(*order)))
    return kept[resource.name]


def forget_steps(context: Context) -> None:
    """The chains were changed in this turn."""
    context.cache.pop(_STEPS, None)


def steps_for(context: Context, resource: Resource, record: Entity) -> list[ApprovalStep]:
    """The steps that one record has to go through; none where it needs no approval."""
    approval = resource.approval
    if approval is None:
        return []
    amount = getattr(record, approval.amount) if approval.amount else None
    return [one for one in steps_of(context, resource) if one.at_least is None or (amount or 0) >= one.at_least]


def needs_approval(context: Context, record: Entity) -> bool:
    """Whether the company lets a record take its approved value through steps only."""
    return bool(steps_for(context, context.resource(type(record)), record))


def unapproved(context: Context, resource: Resource, records: Sequence[Entity]) -> dict[UUID, dict[str, list[Label]]]:
    """Those of records about to be saved that take a value which they may only take after an approval."""
    approval = resource.approval
    if approval is None:
        return {}
    spec = resource.model.__fields__[approval.field]
    taking = [
        one
        for one in records
        if value_of(one, spec) in approval.values
        and _before(one, spec) not in approval.values
        and steps_for(context, resource, one)
    ]
    agreed = _agreed(context, resource, [one for one in taking if sa.inspect(one).persistent])
    return {one.id: {approval.field: [NEEDED]} for one in taking if one.id not in agreed}


def _before(record: Entity, spec: Field) -> Any:
    """What the field held before this change; None in a new record."""
    state = sa.inspect(record)
    if not state.persistent:
        return None
    replaced = state.attrs[spec.column].history.deleted
    return replaced[0] if replaced else value_of(record, spec)


def _agreed(context: Context, resource: Resource, records: Sequence[Entity]) -> set[UUID]:
    """Those that were approved as they were before this change."""
    if not records:
        return set()
    versions = {one.id: one.version for one in records}
    statement = sa.select(ApprovalRequest.record_id, ApprovalRequest.record_version).where(
        ApprovalRequest.tenant_id == context.tenant,
        ApprovalRequest.entity == resource.name,
        ApprovalRequest.record_id.in_(versions),
        ApprovalRequest.state == "approved",
    )
    with context.session.no_autoflush:
        rows = context.session.execute(statement).all()
    return {row.record_id for row in rows if versions[row.record_id] == row.record_version}


def void(context: Context, resource: Resource, entries: Iterable[Entry]) -> None:
    """Requests whose records were changed are void: nobody approves what they have not read.

    What the system itself keeps in a record, such as what is paid of it, is no change of what it says.
    """
    if resource.approval is None:
        return
    fields = resource.model.__fields__
    changed = [
        entry.record.id
        for entry in entries
        if any(name not in fields or fields[name].writable for name in entry.values) or entry.action == "deleted"
    ]
    if not changed:
        return
    table = ApprovalRequest.__table__
    context.session.connection().execute(
        sa.update(table)
        .where(
            table.c.tenant_id == context.tenant,
            table.c.entity == resource.name,
            table.c.record_id.in_(changed),
            table.c.state == "open",
        )
        .values(state="void")
    )
