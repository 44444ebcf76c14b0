"""New records before they are saved. What all of a set have in common is worked out once: files bring in thousands."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa

from core.db import bulk
from core.db.base import now
from core.entity.declaring import DeclaredRow
from core.entity.entity import Entity
from core.entity.fields import TODAY, Field
from core.entity.kinds import TextKind
from core.entity.values import Pair, json_value, put, searchable, settled, unsettable, value_of
from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")
E = TypeVar("E", bound=DeclaredRow)
PLAIN = frozenset(("text", "long_text"))
"""Kinds whose values have no form to be held to but their length."""


class Drafts(Generic[E]):
    """Makes new records of one entity, or new lines of a document."""

    def __init__(self, context: "Context", model: type[E], fields: dict[str, Field]) -> None:
        self._context, self._fields = context, fields
        self._new: Callable[[], E] = sa.inspect(model).class_manager.new_instance
        self._blank: dict[str, Any] = {}
        self._made: list[tuple[str, Callable[[Any], Any]]] = []
        for column in insertable(model):
            self._default(column)
        self._blank |= _standard(context, model)
        self._blank |= {spec.column: context.today() for spec in fields.values() if spec.default is TODAY}
        self._made = [(name, default) for name, default in self._made if self._blank.get(name) is None]
        self._own = {
            spec.key: [] if spec.kind.many else spec.kind.to_json(spec.default)
            for spec in fields.values()
            if spec.key and (spec.kind.many or spec.default is not None)
        }
        self._needed = [name for name, spec in fields.items() if spec.required and not _fills_itself(spec)]
        self._columns = {
            name: spec.column
            for name, spec in fields.items()
            if not spec.key and not spec.expression and spec.kind.name != "links"
        }
        self._searched = [(column, fields[name]) for name, column in self._columns.items() if fields[name].search]
        self._texts = {
            name: spec.kind.longest(spec)
            for name, spec in fields.items()
            if isinstance(spec.kind, TextKind) and spec.kind.name in PLAIN and name in self._columns and spec.writable
        }
        self._always = [name for name in self._columns if _fills_itself(fields[name])]
        self._always += [name for name, spec in fields.items() if spec.key and _fills_itself(spec)]
        self._checks = model.check is not DeclaredRow.check
        self._is_found = "search_norm" in model.__table__.c

    def _default(self, column: "sa.Column[Any]") -> None:
        default: Any = column.default
        if default is not None and default.is_callable:
            self._made.append((column.name, default.arg))
        else:
            self._blank[column.name] = default.arg if default is not None and default.is_scalar else None

    def make(self, values: dict[str, Any]) -> tuple[E, list[Pair]]:
        """A record with these values and the defaults of the others, and what is wrong with it."""
        record = self._new()
        # Straight into its dictionary: nothing is known of the record yet that a change could be compared with.
        held = record.__dict__
        held.update(self._blank)
        for name, default in self._made:
            held[name] = default(None)
        if self._own:
            held["custom"] = dict(self._own)
        problems: list[Pair] = [(name, _("This field is needed.")) for name in self._needed if name not in values]
        for name, value in values.items():
            if type(value) is str and 0 < len(value) <= self._texts.get(name, 0) and _is_plain(value):
                held[name] = value  # nearly all that files hold
            else:
                problems += self._set(record, held, name, value)
        if self._is_found:
            held["search_norm"] = searchable([(spec, held[column]) for column, spec in self._searched])
        return record, problems

    def _set(self, record: E, held: dict[str, Any], name: str, value: Any) -> list[Pair]:
        spec = self._fields.get(name)
        refusal = unsettable(spec)
        if refusal is not None or spec is None:
            return [(name, refusal or "")]
        clean, problem = settled(self._context, spec, value)
        if problem is not None:
            return [(name, problem)]
        if name not in self._columns:
            if spec.key:
                put(record, spec, clean)
        elif clean is not None:
            held[self._columns[name]] = clean
        return []

    def check(self, record: E) -> list[Pair]:
        """The rules of the trade that it breaks."""
        return list(record.check()) if self._checks else []

    def log(self, record: E, given: dict[str, Any]) -> dict[str, list[Any]]:
        """What it begins with, for the change log: ``[None, value]`` for each field that is not empty."""
        found: dict[str, list[Any]] = {}
        held = record.__dict__
        for name in (*given, *(one for one in self._always if one not in given)):
            spec, column = self._fields[name], self._columns.get(name)
            value = held[column] if column else value_of(record, spec) if spec.key else given[name]
            if value:
                found[name] = [None, value if type(value) is str else json_value(spec, value)]
        return found


def _standard(context: "Context", model: type[DeclaredRow]) -> dict[str, Any]:
    """What stands in every new row beside its fields."""
    if not issubclass(model, Entity):
        return {"tenant_id": context.tenant}
    person, moment = context.user.id if context.user else None, now()
    return {
        "tenant_id": context.tenant, "version": 1, "owner_id": person,
        "created_by_id": person, "updated_by_id": person, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


def _is_plain(value: str) -> bool:
    """Whether it is text that nothing has to be done with before it is kept."""
    return value.isprintable() and not value.isspace()


def _fills_itself(spec: Field) -> bool:
    """Whether a field has a value though nobody gave it one."""
    return (
        spec.default is not None
        or bool(spec.expression)
        or spec.kind.many
        or spec.kind.name == "number"
        or (spec.kind.name == "boolean" and not spec.key)
    )


def insertable(model: type[DeclaredRow]) -> "list[sa.Column[Any]]":
    """The columns of a new record; the others the database fills."""
    columns = model.__table__.columns
    return [one for one in columns if one.computed is None and (one.default is not None or one.server_default is None)]


def insert(context: "Context", records: Sequence[DeclaredRow]) -> None:
    """Save drafts of one class in one statement, without making them the session's."""
    if records:
        names = [column.name for column in insertable(type(records[0]))]
        rows = [{name: held[name] for name in names} for held in (record.__dict__ for record in records)]
        context.session.flush()
        bulk.insert(context.session, type(records[0]).__table__, rows)
