"""Conditions of automations: *all of* and *any of*, nested, over a record, its links, and what it was before.

They are asked of a whole set of records in one statement.

As JSON a group is ``{"all": [...]}`` or ``{"any": [...]}``, and a condition the list's own, taken apart::

    {"field": "customer.name", "operator": "contains", "value": "Lan"}
    {"field": "state", "operator": "eq", "value": "booked", "of": "old"}
    {"field": "state", "operator": "changed"}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import replacement_traverse

from core.context import Context
from core.entity.entity import Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import NO_SUCH_FIELD, Filter, condition
from core.i18n import translator
from core.rules.reading import fields_of

_ = translator("core")

ALL, ANY = "all", "any"
OLD, NEW = "old", "new"
CHANGED = "changed"
DEEPEST, MOST = 4, 50
_LONGEST = 4000
_LONGEST_PATH = 2
"""A link's field, and no field of its links: people cannot follow more."""
_LINKS = frozenset(("link", "links"))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition."""

    field: str
    """A field's name, or a link's and a field's of the record it leads to: ``customer.name``."""
    operator: str
    value: str = ""
    of: str = NEW
    """Of the record as it is now, or as it was before the change that started the run."""

    def written(self) -> dict[str, Any]:
        """As JSON."""
        said = {"field": self.field, "operator": self.operator}
        said |= {"value": self.value} if self.operator != CHANGED else {}
        return said | ({"of": OLD} if self.of == OLD else {})


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions, of which all or any must hold; of none all do."""

    members: "tuple[Condition | Group, ...]" = ()
    every: bool = True

    def written(self) -> dict[str, Any]:
        """As JSON."""
        return {ALL if self.every else ANY: [one.written() for one in self.members]}

    def tests(self) -> Iterator[Condition]:
        """Every condition within."""
        for one in self.members:
            yield from one.tests() if isinstance(one, Group) else (one,)


EVERYTHING = Group()


def read(said: Any, depth: int = 1) -> Group:
    """Conditions from JSON. Raises InvalidError where they are none."""
    kind = next((one for one in (ALL, ANY) if isinstance(said, Mapping) and set(said) == {one}), None)
    if kind is None:
        if said:
            raise _unreadable()
        return EVERYTHING
    members = said[kind]
    if not isinstance(members, list) or depth > DEEPEST:
        raise _unreadable()
    return Group(tuple(_member(one, depth) for one in members), kind == ALL)


def _member(said: Any, depth: int) -> Condition | Group:
    if isinstance(said, Mapping) and "field" in said:
        values = {name: str(said[name]) for name in ("field", "operator", "value", "of") if said.get(name) is not None}
        if set(said) <= {"field", "operator", "value", "of"} and values.get("of", NEW) in {OLD, NEW}:
            return Condition(**{"operator": "eq", **values})
    elif said:
        return read(said, depth + 1)
    raise _unreadable()


def _unreadable() -> InvalidError:
    return InvalidError({"conditions": [_("These conditions cannot be read.")]})


def holds(
    context: Context, resource: Resource, group: Group, given: sa.FromClause | None = None
) -> sa.ColumnElement[bool]:
    """Conditions in SQL, over the entity's own table in the statement's FROM.

    ``given`` has a row for each record, whose JSON column ``values`` says what changed: ``{field: [old, new]}``;
    without it nothing did. Raises InvalidError naming a condition that cannot be.
    """
    if sum(1 for _one in group.tests()) > MOST:
        raise InvalidError({"conditions": [_("At most %(n)s conditions.", n=MOST)]})
    return _group(context, resource, group, given)


def _group(context: Context, resource: Resource, group: Group, given: sa.FromClause | None) -> sa.ColumnElement[bool]:
    parts = [
        _group(context, resource, one, given) if isinstance(one, Group) else _test(context, resource, one, given)
        for one in group.members
    ]
    if not parts:
        return sa.true()
    # What cannot be said of an empty field does not hold.
    return sa.and_(*parts) if group.every else sa.or_(*(sa.func.coalesce(one, sa.false()) for one in parts))


def _test(context: Context, resource: Resource, test: Condition, given: sa.FromClause | None) -> sa.ColumnElement[bool]:
    if len(test.value) > _LONGEST:
        raise InvalidError({"conditions": [_("This value is too long.")]})
    name, _dot, rest = _split(test.field)
    spec = fields_of(context, resource).get(name)
    if spec is None or (rest and spec.kind.name not in _LINKS):
        raise InvalidError({"conditions": [NO_SUCH_FIELD]})
    if test.operator == CHANGED:
        if rest:
            raise InvalidError({"conditions": [_("Only a field of the record itself can be looked back at.")]})
        return sa.false() if given is None else given.c["values"].has_key(name)
    if rest:
        return _through(context, resource, spec, replace(test, field=rest))
    if test.operator not in spec.kind.operators:
        raise InvalidError({"conditions": [_("This field has no such comparison.")]})
    if test.of == NEW:
        return condition(context, resource, Filter(spec, test.operator, test.value))
    return _before(context, resource, Filter(replace(spec, search=False), test.operator, test.value), given)


def _split(path: str) -> tuple[str, str, str]:
    """A field's first part and the rest; a company's own field has a point in its name."""
    if path.startswith("custom."):
        own, dot, rest = path.removeprefix("custom.").partition(".")
        return f"custom.{own}", dot, rest
    return path.partition(".")


def _through(context: Context, resource: Resource, spec: Field, test: Condition) -> sa.ColumnElement[bool]:
    """A condition on what a link leads to: on any of them, where there are several. Without any it does not hold."""
    if test.of == OLD or test.operator == CHANGED:
        raise InvalidError({"conditions": [_("Only a field of the record itself can be looked back at.")]})
    if test.field.removeprefix("custom.").count("."):
        raise InvalidError({"conditions": [_("Only fields of records that are linked directly can be compared.")]})
    try:
        target = context.resource(target_class(spec))
    except LookupError:
        raise InvalidError({"conditions": [NO_SUCH_FIELD]}) from None
    table, other = resource.model.__table__, target.model.__table__.alias()
    wanted = ClauseAdapter(other).traverse(_test(context, target, test, None))
    found = sa.exists().where(other.c.tenant_id == context.tenant, other.c.deleted_at.is_(None), wanted)
    if spec.kind.name == "link":
        return found.where(other.c.id == table.c[spec.column]).correlate(table)
    pairs = resource.model.__links__[spec.name]
    among = (pairs.c.tenant_id == context.tenant, pairs.c.left_id == table.c.id, pairs.c.right_id == other.c.id)
    return found.where(*among).correlate(table)


def _before(context: Context, resource: Resource, one: Filter, given: sa.FromClause | None) -> sa.ColumnElement[bool]:
    """A condition on what a field was: where the change did not touch it, on what it is."""
    spec = one.field
    if spec.kind.name == "links":
        raise InvalidError({"conditions": [_("Only a field of the record itself can be looked back at.")]})
    now = condition(context, resource, one)
    if given is None:
        return now
    table = resource.model.__table__
    there = table.c.custom if spec.key else table.c[spec.column]
    old = given.c["values"][spec.name][0]
    was = _own_before(table, spec, old) if spec.key else _as_column(spec, old, there.type)
    held = sa.case((given.c["values"].has_key(spec.name), was), else_=there)
    return replacement_traverse(now, {}, lambda element, **_options: held if element is there else None)


def _own_before(table: sa.Table, spec: Field, old: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The company's own fields as they were."""
    kept = sa.func.jsonb_strip_nulls(sa.func.jsonb_build_object(sa.literal(spec.key, sa.Text), old))
    return (table.c.custom - sa.literal(spec.key, sa.Text)).op("||", return_type=JSONB())(kept)


def _as_column(spec: Field, old: sa.ColumnElement[Any], type_: Any) -> sa.ColumnElement[Any]:
    """A value of the log as its column holds it."""
    if isinstance(type_, JSONB):
        return sa.type_coerce(old, JSONB())
    if spec.kind.many:
        every = sa.func.jsonb_path_query_array(old, sa.text("'$[*]'"))
        value = sa.func.jsonb_array_elements_text(every).column_valued("value")
        listed = sa.select(sa.func.array_agg(value)).scalar_subquery()
        return sa.func.coalesce(sa.cast(listed, ARRAY(sa.String)), sa.cast([], ARRAY(sa.String)))
    text = old.op("#>>")(sa.cast([], ARRAY(sa.Text)))
    return sa.cast(text, type_)


def problems(context: Context, resource: Resource, groups: Sequence[Group]) -> list[Any]:
    """What is wrong with conditions, in words."""
    found: list[Any] = []
    for group in groups:
        try:
            holds(context, resource, group)
        except InvalidError as error:
            found += [text for texts in error.errors.values() for text in texts]
    return found
