"""Requests made from the document alone: each operation, with an id in every place where it takes one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from uuid_utils.compat import uuid7

from core.context import Context
from core.db.base import metadata
from core.entity.entity import Resource, target_class
from core.entity.query import STANDARD
from core.plugin.boot import Registry

CUSTOMER = "core.customer"
METHODS = ("get", "post", "put", "patch", "delete")
REFERENCES = frozenset(("link", "links", "file", "image"))
OF_THE_ENTITY = frozenset(("record_id", "record", "ids", "keep", "merge"))
NAMED = {
    "delivery": "core_webhook_delivery", "link_id": "core_public_link", "operation_id": "core_bulk_operation", "person": "core_user",
    "request_id": "core_access_request",
    "run_id": "core_automation_run", "template": "core_message_template",
}  # fmt: skip
"""Ids that are called otherwise than the table they are of."""
SAMPLES = {"date": "2026-03-01", "date-time": "2026-03-01T08:00:00+07:00", "email": "an@example.com", "field": "name"}
Json = dict[str, Any]


class Place(NamedTuple):
    """Where an operation takes an id: ``path``, ``query`` or ``body``, and what it is called there."""

    where: str
    name: str


class Answer(NamedTuple):
    """What somebody learns from a request."""

    status: int
    headers: tuple[str | None, ...]
    text: str


@dataclass(frozen=True)
class Operation:
    """One operation as the document describes it."""

    method: str
    path: str
    said: Json
    parameters: tuple[Json, ...]
    schemas: Json = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def entity(self) -> str:
        """Whose operation it is: the name of an entity, or of a part of core."""
        found: str = self.said["tags"][0]
        return found

    @property
    def body(self) -> Json:
        """The schema of what is sent; an empty one where nothing is."""
        content = self.said.get("requestBody", {}).get("content", {})
        return self.resolved(content.get("application/json", {}).get("schema", {}))

    def resolved(self, schema: Json) -> Json:
        """A schema itself, where there is a reference to it."""
        name = schema.get("$ref", "").rpartition("/")[2]
        found: Json = self.schemas[name] if name else schema
        return found

    def ids(self) -> Iterator[str]:
        """Whatever the description calls an id, but for places in lists, filters by what something is not, and
        those that ask as the plain one does, of trees without what lies below."""
        said = {one["name"]: one["schema"] for one in self.parameters} | self.body.get("properties", {})
        for name, schema in said.items():
            formats = {schema.get("format"), schema.get("items", {}).get("format")}
            if "uuid" in formats and name != "cursor" and not name.endswith(("__ne", "__in", "__exact")):
                yield name

    def named(self, where: str) -> Iterator[str]:
        """The parameters of the path, or of the query."""
        return (one["name"] for one in self.parameters if one["in"] == where)


def operations(document: Json) -> list[Operation]:
    """Every operation of a document."""
    schemas = document["components"]["schemas"]
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                said = item[method]
                both = (*item.get("parameters", ()), *said.get("parameters", ()))
                last = {(one["in"], one["name"]): one for one in both if "name" in one}
                found.append(Operation(method, path, said, tuple(last.values()), schemas))
    return found


@dataclass(frozen=True)
class Asker:
    """Somebody at the door."""

    name: str
    client: FlaskClient
    context: Context | None = None
    """Who they are; nobody has none."""
    boss: bool = False
    """What is anybody's is theirs."""
    owned_only: bool = False
    """They work in the company: of what everybody there shares they may know."""

    def ask(self, operation: Operation, request: Json) -> Answer:
        """What they are answered."""
        answer = self.client.open(method=operation.method.upper(), headers={"If-Match": "*"}, **request)
        told = tuple(answer.headers.get(name) for name in ("ETag", "Location", "Retry-After"))
        return Answer(answer.status_code, told, answer.get_data().decode(errors="replace"))


@dataclass(frozen=True)
class Asking:
    """How requests are put together: which table an id is looked for in, and what else must be sent along."""

    registry: Registry
    known: Mapping[str, str]
    """What is asked for by its value: a telephone number, words to search for."""

    def places(self, operation: Operation) -> Iterator[Place]:
        """Where an id can be put."""
        for where in ("path", "query"):
            yield from (
                Place(where, name) for name in operation.named(where) if self.table(operation, name) is not None
            )
        properties = operation.body.get("properties", {})
        yield from (Place("body", name) for name in properties if self.table(operation, name) is not None)

    def table(self, operation: Operation, name: str) -> sa.Table | None:
        """The table that an id of this name is looked for in; None for what is no id."""
        resource = self.registry.resources.get(operation.entity)
        if resource is not None:
            spec = {**resource.fields, **STANDARD}.get(name.partition("__")[0])
            if spec is not None:
                operator = name.partition("__")[2]
                points = spec.kind.name in REFERENCES and operator in {"", "eq", "has"}
                return _tables()["core_file"] if points and spec.target is None else _target(spec) if points else None
        if name in OF_THE_ENTITY:
            if name == "ids" and (part := _tables().get(f"core_{operation.entity.removesuffix('s')}")) is not None:
                return part
            return self.registry.resources[self._about(operation)].model.__table__
        word = name.removesuffix("_id").removesuffix("s")
        nested = f"{resource.model.__tablename__}_{word}" if resource else ""
        return _tables().get(nested) if nested in _tables() else _tables().get(NAMED.get(name, f"core_{word}"))

    def _about(self, operation: Operation) -> str:
        """The entity that an operation of any entity is tried with."""
        return operation.entity if operation.entity in self.registry.resources else CUSTOMER

    def request(self, operation: Operation, asker: Asker, place: Place | None = None, put: UUID | None = None) -> Json:
        """What to send, with an id put into one place and the asker's own into the others."""

        def given(where: str, name: str) -> str:
            if place == (where, name):
                return str(put)
            table = self.table(operation, name)
            return str((own(asker, table) or uuid7()) if table is not None else "core")

        query = {
            one["name"]: self.known.get(one["name"])
            or self._value(operation, one["schema"], given("query", one["name"]), one["name"])
            for one in operation.parameters
            if one["in"] == "query"
            and (one.get("required") or one["name"] in self.known or place == ("query", one["name"]))
        }
        steps = {
            one["name"]: one["schema"].get("enum", [given("path", one["name"])])[0]
            for one in operation.parameters
            if one["in"] == "path"
        }
        request: Json = {
            "path": operation.path.format(**steps),
            "query_string": query,
        }
        if schema := operation.body:
            properties = schema["properties"]
            people = (name for name in properties if self.table(operation, name) is _tables()["core_user"])
            put_in = [place.name] if place and place.where == "body" else []
            wanted = dict.fromkeys((*schema.get("required", ()), *people, *put_in))
            request["json"] = {
                name: self._value(operation, properties[name], given("body", name), name) for name in wanted
            }
        return request

    def _value(self, operation: Operation, schema: Json, reference: str, name: str) -> Any:
        """A value that a schema allows."""
        schema = operation.resolved(schema)
        types = schema.get("type", "object")
        kind = types if isinstance(types, str) else types[0]
        if kind == "array":
            return [self._value(operation, schema["items"], reference, name)]
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("format") == "uuid" or self.table(operation, name) is not None:
            return reference
        if name == "entity":
            return self._about(operation)
        plain: Json = {"integer": int(schema.get("minimum", 1)), "number": 1, "boolean": True, "object": {}}
        return plain.get(kind, SAMPLES.get(schema.get("format", name), "1" if "pattern" in schema else "Mới"))


def _tables() -> dict[str, sa.Table]:
    return {table.name: table for table in metadata.tables.values() if table.schema is None}


def _target(spec: Any) -> sa.Table:
    table: sa.Table = target_class(spec).__table__
    return table


def own(asker: Asker, table: sa.Table) -> UUID | None:
    """The newest that an asker has in a table, or that is everybody's there."""
    if asker.context is None:
        return None
    person = asker.context.user.id if asker.context.user else None
    if table.name == "core_user":
        return person
    return newest(asker.context, table, *(one == person for one in _holders(table) if not asker.boss))


def _holders(table: sa.Table) -> list[sa.Column[Any]]:
    """The column that says whose a row is, where one does."""
    return [table.c[name] for name in ("owner_id", "user_id") if name in table.c][:1]


def newest(context: Context, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> UUID | None:
    """The newest row of a company that meets conditions, not in the recycle bin unless they say so."""
    alive = [table.c.deleted_at.is_(None)] if "deleted_at" in table.c and not conditions[1:] else []
    statement = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, *conditions, *alive)
    found = context.session.scalar(statement.order_by(table.c.id.desc()).limit(1))
    context.session.rollback()
    return found


def kept(context: Context, table: sa.Table, asker: Asker, where: str) -> list[UUID]:
    """Ids that a company has and an asker does not: of a living row, and of one in the recycle bin."""
    person = asker.context.user.id if asker.context and asker.context.user else None
    foreign = sa.and_(sa.true(), *(one.is_distinct_from(person) for one in _holders(table)))
    found = [newest(context, table, foreign)]
    if "deleted_at" in table.c and where != "query":
        found.append(newest(context, table, foreign, table.c.deleted_at.is_not(None)))
    return [one for one in found if one is not None]


def owned(registry: Registry) -> list[Resource]:
    """The entities whose records are somebody's."""
    return [one for one in registry.resources.values() if one.owned]


def needed(registry: Registry) -> Iterator[Resource]:
    """What an owned record cannot be without, such as the stage of a deal."""
    for one in owned(registry):
        for spec in one.fields.values():
            if spec.kind.name == "link" and spec.required:
                yield registry.resource_of(target_class(spec))
