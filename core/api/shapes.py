"""Schemas of the API that belong to no entity, and the page that each entity has."""

from typing import Any

import marshmallow as ma

from core.entity.entity import Resource
from core.entity.schema import class_name
from core.i18n import translator

_ = translator("core")


class ProblemSchema(ma.Schema):
    """An error, as RFC 9457 has it."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": _("What is wrong, by the name of the field, parameter or header.")},
    )


class HistoryLineSchema(ma.Schema):
    """One thing that was done with a record."""

    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    user_id = ma.fields.UUID(required=True, allow_none=True)
    user_name = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    source = ma.fields.String(required=True)
    values = ma.fields.Dict(
        required=True,
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.Raw()),
        metadata={"description": _("Old and new value of each field.")},
    )


class HistorySchema(ma.Schema):
    """A page of what was done with a record."""

    items = ma.fields.List(ma.fields.Nested(HistoryLineSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class CompanyRefSchema(ma.Schema):
    """The company a token belongs to."""

    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    currency = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    locale = ma.fields.String(required=True)


class UserRefSchema(ma.Schema):
    """The person a token acts as."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)


class ModuleRefSchema(ma.Schema):
    """A module that is on."""

    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    version = ma.fields.String(required=True)


class MeSchema(ma.Schema):
    """Who one is, where, and what one may do."""

    company = ma.fields.Nested(CompanyRefSchema, required=True)
    user = ma.fields.Nested(UserRefSchema, required=True)
    administrator = ma.fields.Boolean(required=True)
    modules = ma.fields.List(ma.fields.Nested(ModuleRefSchema), required=True)
    permissions = ma.fields.Dict(
        required=True,
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": _("What may be done, by entity.")},
    )


def page_schema(resource: Resource, record: type[ma.Schema]) -> type[ma.Schema]:
    """What a list of an entity answers."""
    fields: dict[str, Any] = {
        "items": ma.fields.List(ma.fields.Nested(record), required=True),
        "next_cursor": ma.fields.String(
            required=True, allow_none=True, metadata={"description": _("Where the next page begins; null on the last.")}
        ),
        "total": ma.fields.Integer(required=True, allow_none=True),
        "total_is_capped": ma.fields.Boolean(
            required=True, metadata={"description": _("There are more than the total says.")}
        ),
    }
    return ma.Schema.from_dict(fields, name=f"{class_name(resource)}Page")
