"""What a record would become if it were saved now: the totals that a form shows while somebody types.

The entity's own rule runs, on values that may be half of what is needed, and nothing of it stays.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.entity import drafts, relations
from core.entity.declaring import DeclaredRow
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.line import Line
from core.entity.lines import Lines
from core.entity.values import Pair, apply, value_of

if TYPE_CHECKING:
    from core.context import Context

Given = dict[str, list[Line]]


@contextmanager
def rehearsed(
    context: "Context", resource: Resource, values: Mapping[str, Any], record: Entity | None = None
) -> "Iterator[tuple[Entity, Given] | None]":
    """A record with these values after its entity's rule, and its lines in the order they were given.

    Values that do not fit are left out, and so are lines without the numbers they need. None where the record itself
    has not got those yet.
    """
    savepoint = context.session.begin_nested()
    try:
        with context.session.no_autoflush:
            found, lines = _filled(context, resource, values, record)
            whole = _is_countable(context.all_fields(resource), found)
            if whole and resource.before_save:
                resource.before_save(context, [found])
            yield (found, lines) if whole else None
    finally:
        savepoint.rollback()


def _filled(
    context: "Context", resource: Resource, values: Mapping[str, Any], record: Entity | None
) -> tuple[Entity, Given]:
    fields = context.all_fields(resource)
    own = {name: value for name, value in values.items() if name in fields}
    # Nobody learns by a total what stands in a record they may not see.
    for name, _text in relations.Related(context, resource, fields, [own]).problems(own):
        own.pop(name)
    lines = Lines(context, resource, [values], [record] if record else [])
    if record is None:
        record, _problems = drafts.Drafts(context, resource.model, fields).make(own)
        problems = lines.begin(record, values)
    else:
        apply(context, record, fields, own)
        problems = lines.put(record, values)
    given: Given = {name: list(getattr(record, name)) for name in resource.model.__lines__}
    _blank_out(given, problems)
    for name, some in given.items():
        countable = [line for line in some if _is_countable(type(line).__fields__, line)]
        getattr(record, name)[:] = countable
    return record, given


def _blank_out(given: Given, problems: list[Pair]) -> None:
    """Take links that lead nowhere out of lines again; other values that do not fit were never put in."""
    for path, _text in problems:
        name, *rest = path.split(".")
        if len(rest) == len(("position", "field")):
            line = given[name][int(rest[0])]
            spec = type(line).__fields__.get(rest[1])
            if spec is not None and spec.kind.name == "link":
                setattr(line, spec.column, None)


def _is_countable(fields: Mapping[str, Field], row: DeclaredRow) -> bool:
    """Whether it has the numbers it cannot be without."""
    numbers = (spec for spec in fields.values() if spec.kind.python in {int, Decimal} and not spec.expression)
    return all(value_of(row, spec) is not None for spec in numbers if spec.required or spec.default is not None)
