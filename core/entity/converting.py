"""One document made of another, such as an order of a quote: once, with all that can be said of both."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from core.entity.entity import Entity, known
from core.entity.fields import Field
from core.entity.line import Line
from core.entity.service import create

if TYPE_CHECKING:
    from core.context import Context

E = TypeVar("E", bound=Entity)


def made_of(
    context: "Context", model: type[E], column: Any, source: Entity, *standing: sa.ColumnElement[bool]
) -> E | None:
    """What was made of a record and still stands: the row whose ``column`` names it, and meets the conditions.

    The record is locked by whoever asks; of two at once the second finds what the first has made.
    """
    found = sa.select(model).where(
        model.tenant_id == context.tenant, column == source.id, model.deleted_at.is_(None), *standing
    )
    return context.session.scalar(found.order_by(model.id).limit(1))


def convert(context: "Context", model: type[E], values: dict[str, Any]) -> E:
    """Make a document that follows from another one, with all of it: also what its maker may not set by hand.

    Raises :class:`core.context.ForbiddenError` for whoever may not create such documents at all.
    """
    context.require(context.resource(model).name, "create")
    return create(context.unrestricted(), model, values)


def handed_down(document: Entity, model: type[Entity], names: Iterable[str]) -> dict[str, Any]:
    """Those of the named fields that both have, as values of the new one."""
    fields = type(document).__fields__
    both = [name for name in names if name in fields and name in model.__fields__]
    return {name: getattr(document, fields[name].column) for name in both}


def lines_as(context: "Context", target: type[Line], lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as those of another document begin; without what a module says of them that is switched off."""
    fields: dict[type[Line], Mapping[str, Field]] = {}
    found = []
    for line in lines:
        if type(line) not in fields:
            fields[type(line)] = _in_common(context, type(line), target)
        found.append({name: getattr(line, spec.column) for name, spec in fields[type(line)].items()})
    return found


def _in_common(context: "Context", kind: type[Line], target: type[Line]) -> dict[str, Field]:
    resource = context.unrestricted().resource(kind.document)
    spec = next(spec for spec in resource.lines.values() if spec.target is kind)
    fields = known(resource.all_line_fields(spec))
    return {name: one for name, one in fields.items() if one.writable and name in target.__fields__}
