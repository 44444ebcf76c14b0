"""The columns of a calendar: the rooms, bays or whatever else the records of an entity take up, one beside the other."""

import re
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Resource, target_class
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.lanes import MOST, Lane, lanes_of, read_value
from core.i18n import translator
from core.text import normalize

_ = translator("core")

KINDS = frozenset(("choice", "link", "text"))
"""Kinds of fields whose values are few enough to stand beside each other."""


def column_field(resource: Resource) -> Field | None:
    """The field whose values are columns; None where nothing is said, or the person may not know it."""
    spec = resource.fields.get(resource.calendar_by)
    return spec if spec is not None and spec.kind.name in KINDS else None


def columns_of(
    context: Context, resource: Resource, spec: Field, conditions: Iterable[sa.ColumnElement[bool]]
) -> list[Lane]:
    """The values of a choice, the records linked to in their order, or the texts that the records in question hold."""
    table, value = resource.model.__table__, column(resource, spec)
    statement = (
        sa.select(value)
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), value.is_not(None))
        .where(visible(context, resource), *conditions)
        .distinct()
        .limit(MOST)
    )
    used = set(context.session.connection().execute(statement).scalars())
    if spec.kind.name == "choice":
        return lanes_of(context, spec)
    if spec.kind.name == "link":
        lanes = lanes_of(context, spec)
        known = {None, *used, *_seen(context, spec, [one.value for one in lanes if one.open])}
        return [one for one in lanes if one.value in known]
    nothing = [] if spec.required else [Lane(None, _("None yet"))]
    return nothing + [Lane(one, one) for one in sorted(used, key=_natural)]


def _seen(context: Context, spec: Field, ids: Iterable[UUID | None]) -> Iterable[UUID]:
    """Of records that nothing was put into, those that the person sees."""
    target = context.hooks.registry.resource_of(target_class(spec))
    if target.plugin not in context.active or not context.can(target.name, "see"):
        return ()
    table = target.model.__table__
    statement = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.id.in_([one for one in ids if one]), visible(context, target)
    )
    return context.session.connection().execute(statement).scalars()


def read_column(spec: Field, text: str) -> object:
    """The value of a column from an address; empty is none. Raises ValueError for what can be none of a choice or link."""
    return text or None if spec.kind.name == "text" else read_value(spec, text)


def _natural(text: str) -> list[tuple[str, int]]:
    """Room 9 comes before room 10."""
    return [(words, int(number or 0)) for words, number in re.findall(r"(\D*)(\d{0,18})", normalize(text))]
