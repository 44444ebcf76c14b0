"""Giving one field of a record the value it had before one change in the log."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.fields import Field
from core.entity.history import told
from core.entity.tables import Change
from core.entity.timeline import GONE
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")


def restore_value(
    context: "Context", record: Entity, line_id: UUID, name: str, *, version: int | None = None
) -> Label | None:
    """Put back what a line of the log says a field was; the field's title, or None where it is so already.

    It is a change like any other: with the right to edit, the limits of fields, the rules of the record, and a line of
    its own. Raises :class:`MissingError` for a line that is not this record's or does not tell of the field,
    :class:`~core.entity.errors.StaleError` where the record is not at ``version`` any more, and
    :class:`InvalidError` where the value does not fit any longer.
    """
    resource = context.resource(type(record))
    line = context.session.scalar(
        sa.select(Change).where(
            Change.tenant_id == context.tenant, Change.id == line_id, Change.record_id == record.id,
            Change.entity == resource.name,
        )
    )  # fmt: skip
    pair = told(context, resource, line.values).get(name) if line is not None else None
    spec = context.fields(resource).get(name)
    if pair is None or pair == GONE or spec is None:
        raise MissingError("core.change", line_id)
    done = service.update(context, record, {name: _value(spec, pair[0])}, version=version)
    return spec.title if done else None


def _value(spec: Field, was: Any) -> Any:
    """The value as it is set; what the log kept may be older than the field as it is now."""
    try:
        if spec.kind.name == "links":
            return [UUID(one) for one in was or ()]
        return spec.kind.from_json(was)
    except (ValueError, TypeError, ArithmeticError):
        raise InvalidError({spec.name: [_("The old value does not fit this field any more.")]}) from None
