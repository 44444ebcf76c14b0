"""What steps write: constants, copies of other fields, days from now, and texts in the language of message templates.

Beside the fields that messages know, texts may name what a request brought: ``{{ input.name }}``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import marshmallow as ma
import sqlalchemy as sa

from core.automation.contract import Task
from core.context import Context
from core.entity.entity import Entity, Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import NO_SUCH_FIELD
from core.entity.format import show
from core.entity.reference import Reference
from core.entity.schema import api_field
from core.entity.values import value_of
from core.i18n import translator
from core.messages import fields, templates
from core.messages.language import TemplateError
from core.rules.reading import fields_of

_ = translator("core")

INPUT = "input"
_LINKS = frozenset(("link", "links"))


class Book:
    """The fields of the records of tasks and of what they are linked with, looked up with one query for each link."""

    def __init__(self, context: Context, tasks: Sequence[Task], paths: Iterable[str]) -> None:
        self._context = context
        self._linked: dict[UUID, Entity] = {}
        for path in set(paths):
            self._look_up(tasks, path)

    def _look_up(self, tasks: Sequence[Task], path: str) -> None:
        name, _dot, _rest = path.partition(".")
        for resource in {id(task.resource): task.resource for task in tasks}.values():
            spec = fields_of(self._context, resource).get(name)
            if spec is None or spec.kind.name != "link":
                continue
            wanted = {value_of(task.record, spec) for task in tasks if task.record is not None} - set(self._linked)
            model = target_class(spec)
            statement = sa.select(model).where(
                model.tenant_id == self._context.tenant, model.id.in_(wanted), model.deleted_at.is_(None)
            )
            for one in self._context.session.scalars(statement):
                self._linked[one.id] = one

    def record(self, task: Task, path: str) -> tuple[Resource, Entity] | None:
        """The record whose field a path names: the task's own, or one it is linked with; None where there is none."""
        name, dot, _rest = path.partition(".")
        if task.record is None or not dot or name == "custom":
            return (task.resource, task.record) if task.record is not None else None
        spec = fields_of(self._context, task.resource).get(name)
        if spec is None or spec.kind.name != "link":
            raise InvalidError({path: [NO_SUCH_FIELD]})
        found = self._linked.get(value_of(task.record, spec))
        return (self._context.resource(type(found)), found) if found is not None else None

    def value(self, task: Task, path: str) -> tuple[Field | None, Any]:
        """What a path names, with its field."""
        if path.partition(".")[0] == INPUT:
            return None, inside(task.input, path.partition(".")[2])
        there = self.record(task, path)
        if there is None:
            return None, None
        resource, record = there
        name = path if record is task.record else path.partition(".")[2]
        if name == "id":
            return None, record.id
        spec = fields_of(self._context, resource).get(name)
        if spec is None:
            raise InvalidError({path: [NO_SUCH_FIELD]})
        return spec, value_of(record, spec)


def fill(context: Context, task: Task, text: str) -> str:
    """A text with what it names. Raises InvalidError."""
    try:
        names = templates.fields_of(text)
        found = {name: inside(task.input, name.partition(".")[2]) for name in names if name.startswith(f"{INPUT}.")}
        if task.record is not None:
            found |= fields.values(context, task.resource, task.record, names)
        return templates.render(context, text, found)
    except TemplateError as error:
        raise InvalidError({"": [one.label for one in error.problems]}) from None


def is_template(value: str) -> bool:
    """Whether a text is to be filled in."""
    return "{{" in value or "{%" in value


def inside(given: Any, path: str) -> Any:
    """A value within what a request brought."""
    for name in filter(None, path.split(".")):
        given = given.get(name) if isinstance(given, Mapping) else None
    return given


def paths_of(said: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The paths that the values of a step are copied from."""
    return (str(one["from"]) for one in said if "from" in one)


def written(
    context: Context, book: Book, task: Task, target: Resource, said: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The values that a step writes into a record of an entity."""
    known, found = context.all_fields(target), {}
    for one in said:
        spec = known.get(one["field"])
        if spec is None:
            raise InvalidError({one["field"]: [NO_SUCH_FIELD]})
        found[one["field"]] = _value(context, book, task, spec, one)
    return found


def _value(context: Context, book: Book, task: Task, spec: Field, one: Mapping[str, Any]) -> Any:
    if "from" in one:
        source, value = book.value(task, one["from"])
        if spec.kind.name == "record" and isinstance(value, UUID):
            return str(Reference(task.resource.name, value)) if source is None else None
        if value is None or isinstance(value, spec.kind.python):
            return value
        return _typed(context, spec, show(context, source, value).text if source else str(value))
    if "days" in one:
        return _from_today(context, spec, int(one["days"]))
    value = one.get("value")
    if isinstance(value, str) and is_template(value):
        return _typed(context, spec, fill(context, task, value))
    return constant(spec, value)


def constant(spec: Field, value: Any) -> Any:
    """A value from JSON, as the API takes it. Raises InvalidError."""
    try:
        made = api_field(spec, allow_none=True)
        made.validators = []
        return made.deserialize(value)
    except ma.ValidationError as error:
        raise InvalidError(
            {spec.name: [str(text) for text in error.messages] if isinstance(error.messages, list) else [str(error)]}
        ) from None


def _typed(context: Context, spec: Field, text: str) -> Any:
    """A text as somebody would have typed it into the field."""
    if spec.kind.name in _LINKS:
        return constant(spec, text or None)
    try:
        return spec.kind.parse(text, spec, context.company.zone)
    except ValueError as error:
        raise InvalidError({spec.name: [error.args[0]]}) from None


def _from_today(context: Context, spec: Field, days: int) -> Any:
    day = context.today() + timedelta(days=days)
    if spec.kind.python is datetime:
        return datetime.combine(day, time(9), context.company.zone)
    return day
