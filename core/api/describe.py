"""What the OpenAPI document says of an operation: its parameters, its body and its answers."""

from collections.abc import Iterable, Iterator
from typing import Any

import marshmallow as ma

from core.api.bulk_operations import BulkOperationSchema
from core.api.duplicates import AskedSchema, AskSchema, DuplicatesSchema
from core.api.grouping import RegroupRequestSchema
from core.api.idempotency import KEY
from core.api.listing import COUNTS, sortable
from core.api.merging import MergeRequestSchema, merged_schema
from core.api.operations import Operation
from core.api.problems import PROBLEMS
from core.api.shapes import HistorySchema, page_schema
from core.api.sharing import AccessSchema, SharedSchema, ShareRequestSchema, TransferredSchema, TransferRequestSchema
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.filters import OPERATORS
from core.entity.identity import identifying
from core.entity.presets import PRESETS
from core.entity.query import MOST, PAGE, STANDARD
from core.entity.schema import change_schema, class_name, create_schema, record_fields, record_schema
from core.i18n import Label, Text, translator
from core.web.errors import TEXTS

_ = translator("core")
Json = dict[str, Any]

_ETAG: Json = {"ETag": {"schema": {"type": "string"}, "description": _("The version of the record.")}}
_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    409: {"Retry-After": {"schema": {"type": "string"}}},
    412: _ETAG,
    429: {"Retry-After": {"schema": {"type": "string"}}},
}
_TYPES: dict[str, Json] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "money": {"type": "number"},
    "percent": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"},
    "datetime": {"type": "string", "format": "date-time"},
    "link": {"type": "string", "format": "uuid"},
    "links": {"type": "string", "format": "uuid"},
}
_BODIES: dict[str, type[ma.Schema]] = {
    "share": ShareRequestSchema,
    "transfer": TransferRequestSchema,
    "merge": MergeRequestSchema,
    "regroup": RegroupRequestSchema,
    "ask": AskSchema,
}
_ANSWERS: dict[str, type[ma.Schema]] = {
    "changes": HistorySchema,
    "share": SharedSchema,
    "regroup": SharedSchema,
    "transfer": TransferredSchema,
    "access": AccessSchema,
    "duplicates": DuplicatesSchema,
    "ask": AskedSchema,
}
_BOOLEAN: Json = {"type": "boolean"}
_TEXT: Json = {"type": "string"}


class Describer:
    """Describes the operations of one entity."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._record = record_schema(resource)

    def of(self, operation: Operation) -> Json:
        """The operation object."""
        described: Json = {
            "operationId": f"{operation.name}{class_name(self._resource)}",
            "summary": Text("core", operation.summary.message, {"entity": self._resource.plural}),
            "tags": [self._resource.name],
            "parameters": list(self._parameters(operation)),
            "responses": {
                str(operation.success): self._success(operation),
                **{str(status): PROBLEMS[status] for status in operation.errors},
            },
        }
        if operation.name == "read":
            described["responses"]["304"] = {"description": _("The version in If-None-Match."), "headers": _ETAG}
            if self._resource.merges:
                place = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
                described["responses"]["301"] = {"description": _("It was merged into another one."), "headers": place}
        if operation.large:
            later = {"description": _("It is many: a job does it."), "content": _json(BulkOperationSchema)}
            described["responses"]["202"] = later
        if operation.sends:
            described["requestBody"] = {"required": True, "content": _json(self._body(operation))}
        return described

    def _success(self, operation: Operation) -> Json:
        described: Json = {"description": operation.summary.message.partition(":")[0]}
        if operation.name == "list":
            described["content"] = _json(page_schema(self._resource, self._record))
        elif operation.name in _ANSWERS:
            described["content"] = _json(_ANSWERS[operation.name])
        elif operation.prints:
            described["content"] = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
        elif operation.name == "merge":
            described["content"] = _json(merged_schema(self._resource, self._record))
        elif operation.name != "delete":
            described |= {"content": _json(self._record), "headers": dict(_ETAG)}
        if operation.name == "create":
            described["headers"]["Location"] = {"schema": {"type": "string", "format": "uri-reference"}}
        return described

    def _body(self, operation: Operation) -> type[ma.Schema]:
        if operation.name in _BODIES:
            return _BODIES[operation.name]
        return (create_schema if operation.name == "create" else change_schema)(self._resource)

    def _parameters(self, operation: Operation) -> Iterator[Any]:
        if operation.name == "list":
            yield from _list_parameters(self._resource)
            yield from conditions({**self._resource.fields, **STANDARD}.values())
        if operation.name == "changes":
            yield from _paging()
        if operation.name == "duplicates":
            yield from _duplicate_parameters(self._resource)
        if operation.prints:
            yield _path("name", {"enum": [one.name for one in self._resource.prints]})
        if operation.name == "read":
            yield "IfNoneMatch"
        if operation.name in {"change", "delete"}:
            yield "IfMatch"
        if operation.writes:
            yield "IdempotencyKey"


def problem_response(status: int, schema: Any) -> Json:
    """The response object of an error."""
    title, _advice = TEXTS[status]
    described: Json = {"description": title, "content": {"application/problem+json": {"schema": schema}}}
    return described | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def shared_parameters() -> dict[str, Json]:
    """The headers that several operations take, by the names of their components."""
    key = {"type": "string", "pattern": f"^{KEY.pattern}$"}
    return {
        "IfMatch": _header("If-Match", _("The ETag of the version that is meant; * for any."), required=True),
        "IfNoneMatch": _header("If-None-Match", _("The ETag of the version that is known already.")),
        "IdempotencyKey": _header(
            "Idempotency-Key",
            _("A name of the request: sent again within a day, it has the first answer and no second effect."),
            key,
        ),
    }


def conditions(fields: Iterable[Field]) -> Iterator[Json]:
    """A parameter for each comparison of each field."""
    for spec in fields:
        for operator in spec.kind.operators:
            text = _("%(field)s: %(operator)s", field=spec.title, operator=OPERATORS[operator])
            described = _query(f"{spec.name}__{operator}", text, _condition(spec, operator))
            yield described | ({"style": "form", "explode": False} if operator == "in" else {})


def _condition(spec: Field, operator: str) -> Json:
    if operator == "empty":
        return _BOOLEAN
    if operator == "preset":
        return {"type": "string", "enum": list(PRESETS)}
    if spec.choices:
        # Examples and no more: records may keep a value that was declared once.
        value: Json = {"type": "string", "examples": [choice.value for choice in spec.choices]}
    else:
        value = _TYPES.get(spec.kind.name, _TEXT)
    return {"type": "array", "items": value} if operator == "in" else value


def _list_parameters(resource: Resource) -> Iterator[Json]:
    orders = [f"{sign}{name}" for name in sortable(resource) for sign in ("", "-")]
    names = ["id", "version", *record_fields(resource), *resource.lines]
    yield from _paging()
    yield _query("q", _("Words to search for, without accents if you like."), _TEXT)
    yield _query("sort", _("The order; - stands for descending."), {"enum": orders, "default": "-updated_at"})
    yield _query(
        "count", _("How far to count what matches."), {"type": "string", "enum": list(COUNTS), "default": "capped"}
    )
    described = _query(
        "fields", _("The fields to answer; all where nothing is said."), {"type": "array", "items": {"enum": names}}
    )
    yield described | {"style": "form", "explode": False}
    yield _query("deleted", _("What lies in the recycle bin instead."), {"type": "boolean", "default": False})


def _duplicate_parameters(resource: Resource) -> Iterator[Json]:
    for name, spec in identifying(resource.model).items():
        yield _query(name, spec.title, _TEXT)
    yield _query("record", _("The record that is being changed: it is no duplicate of itself."), _TYPES["link"])


def _paging() -> Iterator[Json]:
    size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}
    yield _query("limit", _("How many at most."), size)
    yield _query("cursor", _("The next_cursor of the page before."), _TEXT)


def _query(name: str, description: Label, schema: Json) -> Json:
    return {"in": "query", "name": name, "description": description, "schema": schema}


def _path(name: str, schema: Json) -> Json:
    return {"in": "path", "name": name, "required": True, "schema": _TEXT | schema}


def _header(name: str, description: Label, schema: Json = _TEXT, *, required: bool = False) -> Json:
    return {"in": "header", "name": name, "description": description, "required": required, "schema": schema}


def _json(schema: type[ma.Schema]) -> Json:
    return {"application/json": {"schema": schema}}
