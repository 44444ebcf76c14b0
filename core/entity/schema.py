"""The API's contract, derived from the declaration: marshmallow schemas, and a fast dump held equal to them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import marshmallow as ma

from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.kind_lines import MOST as MOST_LINES
from core.entity.kinds import KINDS
from core.entity.query import STANDARD
from core.i18n import Label, Text, translator

_ = translator("core")

Row = Mapping[str, Any]

CUSTOM = Field(title=_("Own fields"), name="custom", kind=KINDS["text"], readonly=True, required=False)
"""The column of a company's own fields, read as it is: it holds the values as the API writes them."""

_NEEDED = _("This field is needed.")
_SHAPES: dict[str, Text] = {
    "integer": _("A whole number is needed, such as 12."),
    "decimal": _("A number is needed, such as “1250.5”."),
    "money": _("A number is needed, such as “1250.5”."),
    "percent": _("A number is needed, such as “1250.5”."),
    "boolean": _("Write true or false."),
    "date": _("Write a day as 2026-12-31."),
    "time": _("Write a time as 08:30."),
    "datetime": _("Write a moment with its zone, as 2026-12-31T08:30:00+07:00."),
    "link": _("This does not name a record."),
    "links": _("Write a list of records' ids."),
    "multi_choice": _("Write a list of the listed values."),
    **dict.fromkeys(("phones", "emails"), _("Write a list of objects with value and label.")),
}
_WRITTEN_AS_THEY_ARE = frozenset(KINDS) - {"decimal", "money", "percent", "time"}
"""Kinds whose values orjson writes by itself as their schema would (of times it loses a zero).

Moments come from the database in UTC."""
_SHAPE = _("This is not a valid value.")


class Body(ma.Schema):
    """What a program sends; says what is wrong in the reader's language."""

    error_messages = {"unknown": _("There is no such field."), "type": _("A JSON object is needed.")}  # type: ignore[dict-item] # a Text is passed on as it is and becomes a string when it is read


def class_name(resource: Resource) -> str:
    """The schema's name in OpenAPI: plugin and entity, ``KennelStay``; core's go without the plugin."""
    words = resource.entity.split("_") if resource.plugin == "core" else resource.name.replace(".", "_").split("_")
    return "".join(word.capitalize() for word in words)


def record_fields(resource: Resource) -> dict[str, Field]:
    """What the API answers of a record beside its id and version, by name."""
    return {**resource.fields, CUSTOM.name: CUSTOM, **STANDARD}


def record_schema(resource: Resource, own: Mapping[str, Field] | None = None) -> type[ma.Schema]:
    """What the API answers for one record; ``own`` are the company's own fields, where they are known."""
    fields: dict[str, Any] = {
        "id": ma.fields.UUID(required=True, dump_only=True),
        "version": ma.fields.Integer(required=True, dump_only=True),
    }
    for name, spec in record_fields(resource).items():
        fields[name] = api_field(spec, allow_none=nullable(spec), dump_only=not spec.writable)
    for spec in resource.lines.values():
        fields[spec.name] = _lines(resource, spec, _line_answer(spec), dump_only=not spec.writable)
    fields[CUSTOM.name] = _custom(own)
    return ma.Schema.from_dict(fields, name=class_name(resource))


def create_schema(resource: Resource) -> type[ma.Schema]:
    """What a new record takes."""
    return _input_schema(resource, "Create", needed=lambda spec: spec.required and spec.default is None)


def change_schema(resource: Resource) -> type[ma.Schema]:
    """What a change of a record takes: any part of it."""
    return _input_schema(resource, "Change", needed=lambda _spec: False)


def _input_schema(resource: Resource, suffix: str, *, needed: Callable[[Field], bool]) -> type[ma.Schema]:
    fields: dict[str, Any] = {
        name: api_field(spec, allow_none=nullable(spec), required=needed(spec))
        for name, spec in resource.fields.items()
        if spec.writable
    }
    for spec in resource.lines.values():
        if spec.writable:
            fields[spec.name] = _lines(resource, spec, _line_input(spec), suffix, required=needed(spec))
    return Body.from_dict({**fields, CUSTOM.name: _custom(None)}, name=f"{class_name(resource)}{suffix}")


def _lines(resource: Resource, spec: Field, fields: Row, suffix: str = "", **options: Any) -> ma.fields.Field[Any]:
    """The lines of a document: a list in their order."""
    name = f"{class_name(resource)}{''.join(word.capitalize() for word in spec.name.split('_'))}Line{suffix}"
    base = Body if suffix else ma.Schema
    told = {"title": spec.title, **({"description": spec.help} if spec.help else {})}
    made = ma.fields.List(
        ma.fields.Nested(base.from_dict(dict(fields), name=name)),
        validate=ma.validate.Length(max=MOST_LINES),
        metadata=told,
        **options,
    )
    return worded(made, _("Write a list of lines."))


def _line_answer(spec: Field) -> Row:
    fields = spec.target.__fields__.items()
    shown = {name: api_field(one, allow_none=nullable(one), dump_only=not one.writable) for name, one in fields}
    return {"id": ma.fields.UUID(required=True, dump_only=True), **shown}


def _line_input(spec: Field) -> Row:
    """What a line takes. With the id of one that is there it is that one; it then keeps what is not said."""
    told: dict[str, Any] = {"metadata": {"description": _("The line that is meant; a line without it is new.")}}
    fields = spec.target.__fields__.items()
    taken = {name: api_field(one, allow_none=nullable(one)) for name, one in fields if one.writable}
    return {"id": worded(ma.fields.UUID(**told), _SHAPES["link"]), **taken}


def _custom(own: Mapping[str, Field] | None) -> ma.fields.Field[Any]:
    told: dict[str, Any] = {"metadata": {"description": _("The company's own fields, by their keys.")}}
    if own is None:
        return worded(ma.fields.Dict(keys=ma.fields.String(), **told), _("A JSON object is needed."))
    fields: dict[str, Any] = {spec.key: api_field(spec) for spec in own.values()}
    return ma.fields.Nested(Body.from_dict(fields, name="Custom"), **told)


def nullable(spec: Field) -> bool:
    """Whether a record may be without a value of this field."""
    always = spec.required or spec.default is not None or spec.kind.name == "boolean" or spec.kind.many
    return not always and spec.name not in {"created_at", "updated_at", CUSTOM.name}


def api_field(spec: Field, **options: Any) -> ma.fields.Field[Any]:
    """One field of a schema: the kind's own, with its title for the documentation and its errors in words."""
    told = {"title": spec.title, **({"description": spec.help} if spec.help else {})}
    made = spec.kind.schema(spec, metadata=told, **options)
    return worded(made, _SHAPES.get(spec.kind.name, _SHAPE))


def worded(made: ma.fields.Field[Any], shape: Label) -> ma.fields.Field[Any]:
    """Let a field say what is wrong in words that are translated when they are read."""
    words = {name: [_NEEDED if name in {"required", "null"} else shape] for name in made.error_messages}
    made.error_messages = words  # type: ignore[assignment] # marshmallow passes a list of messages on as it is
    if isinstance(made, ma.fields.List):
        worded(made.inner, shape)
    return made


def loader(schema: type[ma.Schema]) -> ma.Schema:
    """The schema that reads what programs send. It minds types and names alone.

    Bounds are in the documentation, and held by the service: it knows the company's own fields too, speaks the
    reader's language and is the same for every door.
    """
    made = schema()
    _unbind(made.fields)
    return made


def _unbind(fields: Mapping[str, ma.fields.Field[Any]]) -> None:
    for one in fields.values():
        one.validators = []
        if isinstance(one, ma.fields.List):
            _unbind({"": one.inner})
        if isinstance(one, ma.fields.Nested):
            _unbind(one.schema.fields)


def dumper(fields: Sequence[Field], own: Callable[[], Collection[str]]) -> Callable[[Row], dict[str, Any]]:
    """A function from the row of a query of these fields to what orjson writes; the same as the schema's dump, forty times cheaper.

    ``own`` gives the keys of the company's own fields; it is asked once, when a row has such values.
    """
    converted = [(spec.name, spec.kind.to_json) for spec in fields if spec.kind.name not in _WRITTEN_AS_THEY_ARE]
    keys: Collection[str] | None = None

    def dump(row: Row) -> dict[str, Any]:
        nonlocal keys
        found = {**row}
        for name, to_json in converted:
            found[name] = to_json(found[name])
        if values := found.get(CUSTOM.name):
            if keys is None:
                keys = own()
            found[CUSTOM.name] = {key: values[key] for key in keys if key in values}
        return found

    return dump
