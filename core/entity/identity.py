"""Who records are about: values that identify, the same however they were written, in one table with one index.

A plugin lets an entity take part by declaring ``field(…, identifies="party")``. Whatever entity of the group holds the
value, and however many phones a record has, one statement finds it. Comparing text for equality is among the few
things that row-level security lets an index do.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import bulk
from core.db.base import TenantRow
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.values import value_of

if TYPE_CHECKING:
    from core.context import Context

PARTY = "party"
"""The group of whoever a company deals with: customers, contacts, leads."""
LONGEST = 200
Key = tuple[str, str]
"""What is compared: the scheme, such as ``party.phone``, and the value."""


class Identity(TenantRow):
    """One value that one record is known by. Those of deleted records stay: they may come back."""

    __tablename__ = "core_identity"
    __table_args__ = (
        sa.Index("ix_core_identity_value", "tenant_id", "scheme", "value"),
        sa.Index("ix_core_identity_record", "tenant_id", "record_id"),
    )

    scheme: Mapped[str] = mapped_column(sa.String(80))
    value: Mapped[str] = mapped_column(sa.String(LONGEST))
    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]


def identifying(model: type[Entity]) -> dict[str, Field]:
    """The fields of an entity that identify."""
    return {name: spec for name, spec in model.__fields__.items() if spec.identifies}


def keys_of(spec: Field, value: Any) -> list[Key]:
    """What a field's value is compared by; nothing for an empty one."""
    if value in (None, "", [], {}):
        return []
    return [(spec.scheme, one[:LONGEST]) for one in dict.fromkeys(spec.kind.identities(value)) if one]


def record_keys(record: Entity) -> set[Key]:
    """Everything a record is known by."""
    fields = identifying(type(record)).values()
    return {key for spec in fields for key in keys_of(spec, value_of(record, spec))}


def remember(context: "Context", resource: Resource, records: Sequence[Entity]) -> None:
    """Note what new records are known by, in one statement for the set."""
    if not identifying(resource.model):
        return
    rows = [
        {
            "tenant_id": context.tenant,
            "id": bulk.fresh_id(),
            "scheme": scheme,
            "value": value,
            "entity": resource.name,
            "record_id": str(record.id),
        }
        for record in records
        for scheme, value in sorted(record_keys(record))
    ]
    bulk.insert(context.session, Identity.__table__, rows)


def learn(context: "Context", resource: Resource, changes: Iterable[tuple[Entity, Mapping[str, Any]]]) -> None:
    """Note it anew for those records whose change concerns it: pairs of record and what was changed."""
    fields = identifying(resource.model)
    touched = [record for record, changed in changes if fields.keys() & changed.keys()]
    forget(context, [record.id for record in touched])
    remember(context, resource, touched)


def forget(context: "Context", ids: Sequence[UUID]) -> None:
    """Drop what records were known by."""
    if ids:
        context.session.execute(
            sa.delete(Identity).where(Identity.tenant_id == context.tenant, Identity.record_id.in_(ids))
        )
