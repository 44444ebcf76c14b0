"""Saving the lines of documents: what is given becomes line objects, which are written in sets and told to the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from core.entity import drafts, relations
from core.entity.declaring import title_field
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.history import NOBODY
from core.entity.kind_lines import MOST
from core.entity.kinds import identifier
from core.entity.line import Line
from core.entity.values import Pair, apply, json_value, unsettable, value_of
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

Told = dict[str, Any]
"""A line as the log keeps it: its values that are not empty, by field."""


def load(context: "Context", records: Sequence[Entity]) -> None:
    """Read the lines of records of one entity, a statement for each kind of lines, unless they are there already."""
    for name, spec in type(records[0]).__lines__.items() if records else ():
        waiting = {record.id: record for record in records if name not in record.__dict__}
        if not waiting:
            continue
        found: dict[UUID, list[Line]] = defaultdict(list)
        model, table = spec.target, spec.target.__table__
        wanted = sa.select(model).where(table.c.tenant_id == context.tenant, table.c.document_id.in_(waiting))
        for line in context.session.scalars(wanted.order_by(table.c.position, table.c.id)):
            found[line.document_id].append(line)
        for record_id, record in waiting.items():
            set_committed_value(record, name, found[record_id])


class Lines:
    """The lines of a set of records that are about to be saved, with what their values say of them."""

    def __init__(
        self,
        context: "Context",
        resource: Resource,
        rows: Sequence[Mapping[str, Any]],
        records: Sequence[Entity] = (),
    ) -> None:
        self._context = context
        self._kinds = resource.marked(resource.model.__lines__)
        with context.session.no_autoflush:
            load(context, records)
        self._before = {record.id: self._told(record) for record in records}
        self._present = {record.id: {name: list(getattr(record, name)) for name in self._kinds} for record in records}
        self._rows = {name: _Rows(context, resource, spec, rows) for name, spec in self._kinds.items()}

    def begin(self, record: Entity, values: Mapping[str, Any]) -> list[Pair]:
        """Give a new record its lines; gives what is wrong with them, as ``(field, message)``."""
        for name in self._kinds:
            set_committed_value(record, name, [])
        needed = [name for name, spec in self._kinds.items() if spec.required and not values.get(name)]
        return self.put(record, {**dict.fromkeys(needed), **values})

    def put(self, record: Entity, values: Mapping[str, Any]) -> list[Pair]:
        """Replace the lines of a record by those of its values. Kept ones are known by their ids; others are new."""
        problems: list[Pair] = []
        for name, spec in self._kinds.items():
            if name not in values:
                continue
            given = [] if values[name] is None else values[name]
            refusal = unsettable(spec) or _misshapen(spec, given)
            if refusal is not None:
                problems.append((name, refusal))
                continue
            found, wrong = self._rows[name].read(getattr(record, name), given)
            set_committed_value(record, name, found)
            problems += [(".".join((name, *path)), text) for path, text in wrong]
        return problems

    def changes(self, record: Entity) -> dict[str, list[Any]]:
        """What is different now, for the log: of each kind of lines those that went or were changed, and what came.

        Of a changed line what differs and what it is called by. Where nothing but their order is different, two empty
        lists.
        """
        found: dict[str, list[Any]] = {}
        before = self._before.get(record.id, {})
        for name, now in self._told(record).items():
            was = before.get(name, {})
            if list(was.items()) != list(now.items()):
                title = title_field(self._kinds[name].target)
                found[name] = [_differing(was, now, title), _differing(now, was, title)]
        return found

    def save(self, records: Sequence[Entity]) -> None:
        """Write what came and went, in one statement each; what was changed went with the record itself."""
        for name, spec in self._kinds.items():
            self._delete(spec.target, [line for record in records for line in self._gone(record, name)])
            new = {record.id: self._new(record, name) for record in records}
            drafts.insert(self._context, [line for lines in new.values() for line in lines])
            for record in records:
                if sa.inspect(record).persistent:
                    self._attach(new[record.id])
        if self._kinds:
            self._context.session.flush()

    def _gone(self, record: Entity, name: str) -> list[Line]:
        """The lines that it had and has not any more."""
        kept = {line.id for line in getattr(record, name)}
        return [line for line in self._present.get(record.id, {}).get(name, ()) if line.id not in kept]

    def _new(self, record: Entity, name: str) -> list[Line]:
        """The lines that are not saved yet, complete; an entity's own rule may have added some."""
        lines: list[Line] = getattr(record, name)
        for position, line in enumerate(lines):
            line.position, line.document_id = position, record.id
        found = [line for line in lines if sa.inspect(line).key is None]
        for line in found:
            for column in drafts.insertable(type(line)):
                if line.__dict__.get(column.name) is None:
                    setattr(line, column.name, self._default(column))
        return found

    def _default(self, column: "sa.Column[Any]") -> Any:
        if column.name == "tenant_id":
            return self._context.tenant
        default: Any = column.default
        return None if default is None else default.arg(None) if default.is_callable else default.arg

    def _delete(self, model: type[Line], lines: Sequence[Line]) -> None:
        if lines:
            table, ids = model.__table__, [line.id for line in lines]
            mine = (table.c.tenant_id == self._context.tenant, table.c.id.in_(ids))
            self._context.session.connection().execute(sa.delete(table).where(*mine))
            for line in lines:
                self._context.session.expunge(line)

    def _attach(self, lines: Sequence[Line]) -> None:
        """Let lines that were just inserted be the session's, as if it had read them."""
        for line in lines:
            make_transient_to_detached(line)
            self._context.session.add(line)

    def _told(self, record: Entity) -> dict[str, dict[UUID, Told]]:
        """The lines of a record as the log keeps them, in their order."""
        return {name: {line.id: _told(line) for line in getattr(record, name)} for name in type(record).__lines__}


class _Rows:
    """One kind of lines in a set of records: reads what is given of each line."""

    def __init__(self, context: "Context", resource: Resource, spec: Field, rows: Sequence[Mapping[str, Any]]) -> None:
        model: type[Line] = spec.target
        self._context, self._fields = context, resource.all_line_fields(spec)
        given = [one for values in rows if isinstance(values.get(spec.name), list) for one in values[spec.name]]
        self._related = relations.Related(
            context, resource, self._fields, [one for one in given if isinstance(one, dict)]
        )
        self._drafts = drafts.Drafts(context, model, self._fields)

    def read(
        self, present: Sequence[Line], given: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Line], list[tuple[tuple[str, ...], Label]]]:
        """The lines as they shall be, and what is wrong with them: the place, the field, the message."""
        known = {line.id: line for line in present}
        found: list[Line] = []
        wrong: list[tuple[tuple[str, ...], Label]] = []
        for position, row in enumerate(given):
            values = dict(row)
            line, problems = self._line(known, values)
            line.position = position
            problems = problems or list(line.check())
            wrong += [((str(position), *filter(None, (name,))), text) for name, text in problems]
            found.append(line)
        return found, wrong

    def _line(self, known: dict[UUID, Line], values: dict[str, Any]) -> tuple[Line, list[Pair]]:
        """A line by its id, which no second row may name, or a new one."""
        line, problems = None, list[Pair]()
        if (named := values.pop("id", None)) is not None:
            line = known.pop(_identifier(named), None)
            problems = [] if line else [("id", _("There is no such line."))]
        if line is None:
            line, found = self._drafts.make(values)
            return line, [*problems, *found, *self._related.problems(values)]
        old = {name: value_of(line, self._fields[name]) for name in values if name in self._fields}
        return line, [*apply(self._context, line, self._fields, values), *self._related.problems(values, old)]


def _misshapen(spec: Field, given: Any) -> Label | None:
    """What is wrong with a list of lines before one looks into them, or None."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return _("Write a list of lines.")
    if len(given) > MOST:
        return _("At most %(n)s.", n=MOST)
    return _("At least one line is needed.") if spec.required and not given else None


def _identifier(value: Any) -> UUID:
    try:
        return identifier(value)
    except ValueError:
        return NOBODY


def _told(line: Line) -> Told:
    specs = type(line).__fields__.items()
    values = {name: json_value(spec, value_of(line, spec)) for name, spec in specs if not spec.expression}
    return {name: value for name, value in values.items() if value not in (None, "", [], False)}


def _differing(these: Mapping[UUID, Told], others: Mapping[UUID, Told], title: str) -> list[Told]:
    """Those lines that are not the same among the others; of one that is there too what differs, and its name."""
    found: list[Told] = []
    for key, told in these.items():
        other = others.get(key)
        if told != other:
            kept = {
                name: value
                for name, value in told.items()
                if other is None or name == title or value != other.get(name)
            }
            found.append({"id": str(key), **kept})
    return found
