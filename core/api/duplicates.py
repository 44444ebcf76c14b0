"""Who is there already, and asking for access, as programs do it."""

from typing import Any

import marshmallow as ma
from flask import request

from core.api.body import read_values
from core.api.of_record import PlainText, uuid
from core.api.parameters import Reader, read_parameters
from core.context import Context
from core.entity.duplicates import Match, duplicates
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.identity import identifying
from core.entity.schema import Body, loader, worded
from core.i18n import translator

_ = translator("core")
LONGEST_REASON = 300


class DuplicateSchema(ma.Schema):
    """A record with one of the values. Of one you may not see there is its owner's name, and nothing else."""

    fields_ = ma.fields.List(ma.fields.String(), required=True, data_key="fields")
    seen = ma.fields.Boolean(required=True)
    owner = ma.fields.String(required=True)
    entity = ma.fields.String(required=True, allow_none=True)
    id = ma.fields.UUID(required=True, allow_none=True)
    title = ma.fields.String(required=True, allow_none=True)


class DuplicatesSchema(ma.Schema):
    """Everybody who has one of the values."""

    items = ma.fields.List(ma.fields.Nested(DuplicateSchema), required=True)


class AskSchema(Body):
    """Why somebody wants to see a record."""

    reason = worded(
        PlainText(load_default="", validate=ma.validate.Length(max=LONGEST_REASON)),
        _("At most %(n)s characters.", n=LONGEST_REASON),
    )


class AskedSchema(ma.Schema):
    """If there is such a record, its owner has been asked."""

    asked = ma.fields.Boolean(required=True)


def read_duplicates(turn: Context, resource: Resource) -> dict[str, Any]:
    """The matches of the values among the address's parameters."""
    fields = {name: spec for name, spec in turn.fields(resource).items() if name in identifying(resource.model)}
    readers: dict[str, Reader] = {name: _reader(turn, spec) for name, spec in fields.items()}
    values, problems = read_parameters(request.args, {**readers, "record": uuid})
    if wrong := InvalidError.of(problems):
        raise wrong
    record = values.pop("record", None)
    return {"items": [_written(one) for one in duplicates(turn, resource, values, record)]}


def _reader(turn: Context, spec: Field) -> Reader:
    return lambda text: spec.kind.parse(text, spec, turn.company.zone)


def _written(one: Match) -> dict[str, Any]:
    return {
        "fields": list(one.fields),
        "seen": one.seen,
        "owner": one.owner,
        "entity": one.resource.name if one.resource else None,
        "id": str(one.id) if one.id else None,
        "title": one.title if one.seen else None,
    }


def read_reason(turn: Context, resource: Resource) -> str:
    """Why, as the body has it."""
    reason: str = read_values(turn, resource, loader(AskSchema))["reason"]
    return reason
