"""What addresses have in common that are about one record of any entity: how it is named, and how it is found."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request

from core.api.parameters import Reader, read_parameters
from core.context import Context
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.schema import Body, worded
from core.i18n import translator

_ = translator("core")
NO_RECORD, LISTED = _("This does not name a record."), _("Choose one of the listed values.")


class PlainText(ma.fields.String):
    """Text without the one character that the database keeps in no text."""

    def _deserialize(self, *given: Any, **more: Any) -> str:
        read: str = super()._deserialize(*given, **more)
        return read.replace("\x00", "")


def text(**options: Any) -> ma.fields.Field[Any]:
    """A text of a body."""
    return worded(PlainText(**options), _("This is not a valid value."))


def identifier(**options: Any) -> ma.fields.Field[Any]:
    """An id that a body must have."""
    return worded(ma.fields.UUID(required=True, **options), NO_RECORD)


def yes_or_no(**options: Any) -> ma.fields.Field[Any]:
    """True or false, and nothing that could be taken for either."""
    return worded(ma.fields.Boolean(truthy={True}, falsy={False}, **options), _("Write true or false."))


class OfRecordSchema(Body):
    """Which record is meant."""

    entity = text(required=True, metadata={"description": _("Such as core.customer.")})
    record = identifier()


def record_of(turn: Context, values: Mapping[str, Any]) -> Entity:
    """The record, if the person may see it; a module that is off and an entity that is none look like no record."""
    try:
        resource = turn.resource(values["entity"])
    except LookupError:
        raise MissingError(values["entity"], values["record"]) from None
    return service.get(turn, resource.model, values["record"])


def person_of(turn: Context, values: Mapping[str, Any]) -> Entity:
    """The record, where it stands for a person."""
    record = record_of(turn, values)
    if not turn.resource(type(record)).person:
        raise MissingError(values["entity"], record.id)
    return record


def read(readers: Mapping[str, Reader], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """The parameters of the address. Raises :class:`InvalidError` naming each that is wrong, or missing."""
    values, problems = read_parameters(request.args, readers)
    problems += [(name, _("This field is needed.")) for name in needed if name not in request.args]
    if wrong := InvalidError.of(problems):
        raise wrong
    return values


def read_record(**more: Reader) -> dict[str, Any]:
    """Entity and record as parameters, and others that are needed too."""
    return read({"entity": str, "record": uuid, **more}, ("entity", "record", *more))


def uuid(value: str) -> UUID:
    """An id."""
    try:
        return UUID(value)
    except ValueError:
        raise ValueError(NO_RECORD) from None


def day(value: str) -> date:
    """A day as 2026-12-31."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(_("Choose the day.")) from None


def parameter(name: str, *, needed: bool = False, **schema: Any) -> dict[str, Any]:
    """How the document speaks of a parameter."""
    return {"name": name, "in": "query", "required": needed, "schema": {"type": "string", **schema}}


RECORD = (parameter("entity", needed=True), parameter("record", needed=True, format="uuid"))
"""How the document speaks of entity and record."""
