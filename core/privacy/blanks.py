"""What stands where a personal value stood; and emptying the lines of documents, which are written in sets."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.privacy.circle import Circle

_BLANKS: dict[Any, Any] = {
    str: "",
    bool: False,
    int: 0,
    Decimal: Decimal(0),
    date: date(1900, 1, 1),
    list: [],
    dict: {},
}
"""What stands in a column that must not be empty."""


def blank(spec: Field, column: "sa.Column[Any] | None") -> Any:
    """Nothing, or what comes nearest to it where a column cannot be empty."""
    if spec.key or column is None or column.nullable:
        return None
    if spec.kind.python is datetime:
        return datetime(1900, 1, 1, tzinfo=now().tzinfo)
    return [] if spec.kind.many else _BLANKS.get(spec.kind.python)


def empty_lines(context: Context, resource: Resource, records: Sequence[Entity]) -> list[str]:
    """Take the personal values out of all lines of documents; the kinds of lines that have any."""
    ids, kinds = [record.id for record in records], _personal_kinds(resource)
    for spec in kinds:
        _empty(context, spec, spec.target.__table__.c.document_id.in_(ids))
    return [spec.name for spec in kinds]


def naming_in_lines(context: Context, circle: Circle) -> Iterator[tuple[Resource, list[Entity]]]:
    """Other documents with lines that name the person and hold personal values, such as the list of who travels along."""
    known = {record.id for _resource, records in circle.all for record in records}
    for resource in context.hooks.registry.resources.values():
        ids = {
            one
            for spec in _personal_kinds(resource)
            if (named := _named(spec, circle)) is not None
            for one in context.session.scalars(
                sa.select(spec.target.__table__.c.document_id).where(
                    spec.target.__table__.c.tenant_id == context.tenant, named
                )
            )
        } - known
        if ids:
            table = resource.model.__table__
            found = sa.select(resource.model).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
            locked = found.order_by(table.c.id).with_for_update().execution_options(populate_existing=True)
            yield resource, list(context.session.scalars(locked))


def empty_lines_naming(context: Context, resource: Resource, circle: Circle) -> list[str]:
    """Take the personal values out of those lines; the kinds of lines they are."""
    wanted = [(spec, named) for spec in _personal_kinds(resource) if (named := _named(spec, circle)) is not None]
    for spec, named in wanted:
        _empty(context, spec, named)
    return [spec.name for spec, _named in wanted]


def _personal_kinds(resource: Resource) -> list[Field]:
    """The kinds of lines that hold personal values."""
    return [spec for spec in resource.model.__lines__.values() if _personal(spec)]


def _personal(spec: Field) -> list[Field]:
    return [one for one in spec.target.__fields__.values() if one.is_personal]


def _named(spec: Field, circle: Circle) -> sa.ColumnElement[bool] | None:
    """Whether a line links to the person; None where lines of a kind cannot."""
    links = [
        spec.target.__table__.c[one.column].in_(circle.ids)
        for one in spec.target.__fields__.values()
        if one.kind.name == "link" and target_class(one) is circle.resource.model
    ]
    return sa.or_(*links) if links else None


def _empty(context: Context, spec: Field, theirs: sa.ColumnElement[bool]) -> None:
    table = spec.target.__table__
    values = {one.column: blank(one, table.c[one.column]) for one in _personal(spec)}
    context.session.execute(sa.update(table).where(table.c.tenant_id == context.tenant, theirs).values(values))
