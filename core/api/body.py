"""What a program sends: JSON into the values a service takes, or an error that names each field."""

from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
import orjson
from flask import abort, request

from core.context import Context
from core.entity.custom import PREFIX
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.filters import NO_SUCH_FIELD
from core.entity.schema import CUSTOM, api_field
from core.i18n import Label

_SCHEMA = "_schema"
_INNERMOST = "value"
Errors = dict[str, list[Label]]


def read_json() -> Any:
    """The request's body. Answers 415 for anything but JSON, 413 for too much, 400 for what cannot be read."""
    if not request.is_json:
        abort(415)
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        abort(400)


def read_values(context: Context, resource: Resource, schema: ma.Schema) -> dict[str, Any]:
    """The values in the request's body, the company's own under ``custom.<key>``. Raises :class:`InvalidError`."""
    return values_in(context, resource, schema, read_json())


def read_body(schema: ma.Schema) -> dict[str, Any]:
    """The values in the body of a request that concerns no record. Raises :class:`InvalidError`."""
    values, errors = _loaded(schema, read_json())
    if errors:
        raise InvalidError(errors)
    return values


def values_in(context: Context, resource: Resource, schema: ma.Schema, document: Any) -> dict[str, Any]:
    """As :func:`read_values`, of a part of the body."""
    values, errors = _loaded(schema, document)
    # What is hidden is refused like what does not exist, whatever was sent.
    hidden = context.hidden(resource).intersection(document if isinstance(document, dict) else ())
    values = {name: value for name, value in values.items() if name not in hidden}
    errors |= {name: [NO_SUCH_FIELD] for name in hidden}
    given = values.pop(CUSTOM.name, None)
    if given:
        own, wrong = _own(context, resource, given)
        values |= own
        errors |= wrong
    if errors:
        raise InvalidError(errors)
    return values


def _loaded(schema: ma.Schema, document: Any) -> tuple[dict[str, Any], Errors]:
    try:
        return schema.load(document), {}
    except ma.ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return dict(valid), dict(_named(error.messages))


def _own(context: Context, resource: Resource, given: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
    """Values of the company's own fields, each read by its kind."""
    fields = context.fields(resource)
    values: dict[str, Any] = {}
    errors: Errors = {}
    for key, value in given.items():
        name = f"{PREFIX}{key}"
        if name not in fields:
            errors[name] = [NO_SUCH_FIELD]
            continue
        read = ma.Schema.from_dict({_INNERMOST: api_field(fields[name], allow_none=True)})()
        read.fields[_INNERMOST].validators = []
        found, wrong = _loaded(read, {_INNERMOST: value})
        values[name] = found.get(_INNERMOST)
        errors |= {f"{name}{path.removeprefix(_INNERMOST)}": texts for path, texts in wrong.items()}
    return values, errors


def _named(messages: Any, path: str = "") -> Iterator[tuple[str, list[Label]]]:
    """Errors by the path of their field: ``address.street``; the empty name is the body as a whole."""
    if not isinstance(messages, dict):
        yield path, list(messages)
        return
    for name, inner in messages.items():
        yield from _named(inner, path if name == _SCHEMA else f"{path}.{name}" if path else str(name))
