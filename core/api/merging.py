"""Merging through the API: what is sent, and what is answered."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from core.api.body import read_json, values_in
from core.bulk.merging import MOST
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.schema import Body, class_name, loader, worded
from core.i18n import translator

_ = translator("core")


class MergeRequestSchema(Body):
    """Which records become one, and the values it has."""

    keep = worded(
        ma.fields.UUID(required=True, metadata={"description": _("The record that is kept.")}),
        _("This does not name a record."),
    )
    merge = worded(
        ma.fields.List(
            ma.fields.UUID(),
            required=True,
            validate=ma.validate.Length(1, MOST - 1),
            metadata={"description": _("The others: they go into the recycle bin and lead to it from then on.")},
        ),
        _("Write a list of records' ids."),
    )
    values = worded(
        ma.fields.Dict(
            keys=ma.fields.String(),
            load_default=dict,
            metadata={
                "description": _(
                    "Values that were chosen, as in a change. The others are those of the record that is kept, and "
                    "where it has none, of the others; links to several are united."
                )
            },
        ),
        _("Write an object of fields and values."),
    )


def merged_schema(resource: Resource, record: type[ma.Schema]) -> type[ma.Schema]:
    """What a merge answers."""
    about = _("The bulk operation, to be looked at and taken back at /api/v1/bulk-operations/{id}.")
    fields: dict[str, Any] = {
        "record": ma.fields.Nested(record, required=True),
        "operation": ma.fields.UUID(required=True, metadata={"description": about}),
    }
    return ma.Schema.from_dict(fields, name=f"{class_name(resource)}Merged")


def read_merge(turn: Context, resource: Resource, change_loader: ma.Schema) -> tuple[UUID, list[UUID], dict[str, Any]]:
    """The record to keep, the others, and the chosen values. Raises :class:`InvalidError`."""
    asked = values_in(turn, resource, loader(MergeRequestSchema), read_json())
    try:
        values = values_in(turn, resource, change_loader, asked["values"])
    except InvalidError as error:
        raise InvalidError({f"values.{name}": texts for name, texts in error.errors.items()}) from None
    return asked["keep"], asked["merge"], values
