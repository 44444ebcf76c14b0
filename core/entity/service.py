"""Creating, changing and deleting records: the one way in, whatever the door.

Every function works in the caller's transaction and takes a set of records where it can; the history is written in
the same transaction. Nothing here knows a request.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from core.access.visibility import Branch, Named, branches, require_reach, values_of
from core.approvals import holding
from core.context import Context
from core.db.base import now
from core.db.prepared import PreparedRecord
from core.entity import drafts, identity, relations, tree
from core.entity.asks import unanswered
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError, RowErrorsError, StaleError
from core.entity.fields import Field
from core.entity.history import Entry, announce, write
from core.entity.integrity import saving
from core.entity.lines import Lines
from core.entity.numbers import take
from core.entity.reference import take_along
from core.entity.values import Pair, apply, json_value, search_text, value_of
from core.i18n import Label, translator
from core.rules.applying import follow
from core.rules.reading import CHANGED, CREATED

_ = translator("core")
E = TypeVar("E", bound=Entity)
Values = dict[str, Any]


def get(context: Context, model: type[E], record_id: UUID, *, deleted: bool = False, lock: bool = False) -> E:
    """One record that the person may see. Raises :class:`MissingError`: absent, foreign and hidden look alike."""
    resource, session = context.resource(model), context.session
    asked = _Asked(model, tuple(branches(context, resource)), deleted, resource)
    values = {**values_of(context), "record": record_id}
    record: E | None
    if lock or session.has(model, record_id):
        statement = sa.select(model).where(*_conditions(asked))
        record = session.scalar(statement.with_for_update() if lock else statement, values)
    else:
        record = _prepared(asked, session.dialect).one(session, values)
    if record is None:
        raise MissingError(resource.name, record_id)
    return record


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides the statement that reads one record."""

    model: type[Entity]
    branches: tuple[Branch, ...]
    deleted: bool
    resource: Resource = field(compare=False)


@lru_cache(maxsize=500)
def _prepared(asked: _Asked, dialect: sa.Dialect) -> PreparedRecord[Any]:
    return PreparedRecord(asked.model, _conditions(asked), dialect)


@lru_cache(maxsize=500)
def _conditions(asked: _Asked) -> tuple[sa.ColumnElement[bool], ...]:
    """Put together once: that took a tenth of a record's page."""
    table, values = asked.model.__table__, Named()
    return (
        table.c.tenant_id == values.tenant,
        table.c.id == sa.bindparam("record", type_=sa.Uuid),
        sa.or_(sa.false(), *(branch.condition(asked.resource, values) for branch in asked.branches)),
        table.c.deleted_at.is_not(None) == asked.deleted,
    )


def create(context: Context, model: type[E], values: Values) -> E:
    """Save one new record. Raises :class:`InvalidError` naming each field that is wrong."""
    try:
        return create_many(context, model, [values])[0]
    except RowErrorsError as error:
        raise InvalidError(error.rows[0]) from None


def create_many(context: Context, model: type[E], rows: Sequence[Values], *, action: str = "created") -> list[E]:
    """Save new records, all or none. Raises :class:`RowErrorsError` with what is wrong in each row."""
    return _create(context, model, rows, action, _add)


def insert_many(context: Context, model: type[E], rows: Sequence[Values], *, action: str = "created") -> list[E]:
    """As :func:`create_many`, for thousands: what comes back is to be read and not the session's to change."""
    return _create(context, model, rows, action, drafts.insert)


def _add(context: Context, records: Sequence[Entity]) -> None:
    context.session.add_all(records)
    context.session.flush()


def _create(
    context: Context,
    model: type[E],
    rows: Sequence[Values],
    action: str,
    save: Callable[[Context, Sequence[Entity]], None],
) -> list[E]:
    resource = context.resource(model)
    context.require(resource.name, "create")
    fields, whole = context.all_fields(resource), rows
    lines, rows = Lines(context, resource, whole), _without_lines(resource, whole)
    related, made = relations.Related(context, resource, fields, rows), drafts.Drafts(context, model, fields)
    records: list[E] = []
    errors: dict[int, dict[str, list[Label]]] = {}
    for position, values in enumerate(rows):
        record, problems = made.make(values)
        problems += [*related.problems(values), *_guarded(context, resource, None, whole[position])]
        problems += lines.begin(record, whole[position])
        if found := InvalidError.of(problems or made.check(record)):
            errors[position] = found.errors
        records.append(record)
    if errors:
        raise RowErrorsError(errors)
    with saving(context, resource):
        _prepare(context, resource, records, records)
        if resource.before_save:  # it may have filled in what is searched
            for record in records:
                record.search_norm = search_text(record, fields)
        _number(context, resource, fields, records)
        save(context, records)
        lines.save(records)
    _write_links(context, resource, fields, records, rows)
    relations.adopt_files(context, resource, fields, records)
    identity.remember(context, resource, records)
    entries = [
        Entry(record, action, {**made.log(record, given), **lines.changes(record)})
        for record, given in zip(records, rows, strict=True)
    ]
    write(context, resource, entries)
    announce(context, resource, entries)
    follow(context, resource, records, CREATED)
    _tell(context, resource, records, CREATED)
    return records


def update(
    context: Context, record: Entity, values: Values, *, version: int | None = None, answered: bool = False
) -> bool:
    """Change one record; False where nothing differs. ``answered``: what :attr:`Resource.asks` would ask is settled.

    Raises :class:`StaleError` when it is not at ``version`` any more, :class:`InvalidError` naming each field.
    """
    if version is not None and record.version != version:
        raise StaleError(record)
    return bool(update_many(context, [record], values, answered=answered))


def update_many(
    context: Context, records: Sequence[Entity], values: Values, *, action: str = "changed", answered: bool = False
) -> list[Entity]:
    """Set the same values on records of one entity, all or none; gives those that differ now."""
    try:
        return update_each(context, [(record, values) for record in records], action=action, answered=answered)
    except RowErrorsError as error:
        raise InvalidError(next(iter(error.rows.values()))) from None


def update_each(
    context: Context, changes: Sequence[tuple[Entity, Values]], *, action: str = "changed", answered: bool = False
) -> list[Entity]:
    """Change records of one entity, each its own way, all or none; gives those that differ now.

    Raises :class:`RowErrorsError` with what is wrong in each.
    """
    if not changes:
        return []
    records, whole = [record for record, _values in changes], [values for _record, values in changes]
    resource = context.resource(type(records[0]))
    require_reach(context, resource, "edit", [record.id for record in records])
    fields = context.all_fields(resource)
    lines, rows = Lines(context, resource, whole, records), _without_lines(resource, whole)
    related = relations.Related(context, resource, fields, rows)
    before = relations.linked(context, resource, fields, records, {name for values in rows for name in values})
    entries: list[Entry] = []
    given: list[Values] = []
    errors: dict[int, dict[str, list[Label]]] = {}
    with saving(context, resource), context.session.no_autoflush:
        for position, (record, values) in enumerate(zip(records, rows, strict=True)):
            old = {name: value_of(record, fields[name]) for name in values if name in fields}
            problems = [*_guarded(context, resource, record, whole[position]), *related.problems(values, old)]
            problems += [] if answered or problems else unanswered(context, resource, record, values)
            problems += [*apply(context, record, fields, values), *lines.put(record, whole[position])]
            problems += [] if problems else record.check()
            if found := InvalidError.of(problems):
                errors[position] = found.errors
                continue
            changed = _differences(record, fields, old, before.get(record.id, {}), values) | lines.changes(record)
            if changed:
                entries.append(Entry(record, action, changed))
                given.append(values)
        if errors:
            context.session.expire_all()
            raise RowErrorsError(errors)
        touched = [entry.record for entry in entries]
        _prepare(context, resource, records, touched)
        for entry in entries:
            entry.values |= _followed(resource, fields, entry)
            _stamp(context, entry.record, fields)
        _flush(context, records)
        lines.save(touched)
        tree.refuse_circles(context, resource, touched)
    for entry in entries:
        entry.values |= lines.changes(entry.record)
    _write_links(context, resource, fields, touched, given)
    relations.adopt_files(context, resource, fields, touched)
    identity.learn(context, resource, [(entry.record, entry.values) for entry in entries])
    holding.void(context, resource, entries)
    take_along(context, resource, entries)
    write(context, resource, entries)
    announce(context, resource, entries)
    follow(context, resource, touched, CHANGED)
    _tell(context, resource, touched, CHANGED)
    return touched


def derive_each(context: Context, changes: Sequence[tuple[E, Values]]) -> None:
    """Set fields that follow from something else, such as whether stock is low: told like a change, and nobody's to set."""
    if not changes:
        return
    resource = context.resource(type(changes[0][0]))
    fields = context.all_fields(resource)
    entries: list[Entry] = []
    for record, values in changes:
        old = {name: value_of(record, fields[name]) for name in values}
        for name, value in values.items():
            setattr(record, fields[name].column, value)
        if changed := _differences(record, fields, old, {}, values):
            entries.append(Entry(record, "changed", changed))
    _flush(context, [record for record, _values in changes])
    write(context, resource, entries)
    announce(context, resource, entries)


def _without_lines(resource: Resource, rows: Sequence[Values]) -> Sequence[Values]:
    """The values of the records' own fields."""
    kinds = resource.model.__lines__
    return [{name: one for name, one in row.items() if name not in kinds} for row in rows] if kinds else rows


def _prepare(context: Context, resource: Resource, rows: Sequence[Entity], records: Sequence[Entity]) -> None:
    """The last before ``records`` of ``rows`` are written: the entity's own rule, then what only an approval opens."""
    if resource.before_save and records:
        resource.before_save(context, records)
    if held := holding.unapproved(context, resource, records):
        context.session.expire_all()
        raise RowErrorsError({place: held[one.id] for place, one in enumerate(rows) if one.id in held})


def _tell(context: Context, resource: Resource, records: Sequence[Entity], event: str) -> None:
    if resource.after_save and records:
        resource.after_save(context, records, event)


def _guarded(context: Context, resource: Resource, record: Entity | None, values: Values) -> Iterable[Pair]:
    return resource.guard(context, record, values) if resource.guard else ()


def delete(context: Context, records: Sequence[Entity]) -> None:
    """Put records into the recycle bin; they stay where others point at them."""
    _require_delete(context, records)
    _set_deleted(context, records, "deleted")


def discard(
    context: Context, records: Sequence[Entity], *, action: str, values: dict[str, list[Any]] | None = None
) -> None:
    """Put records into the recycle bin on behalf of something larger, such as the undoing of an import.

    Whether the person may do that larger thing has been asked already; ``action`` and ``values`` are what the log
    will say.
    """
    _set_deleted(context, records, action, values=values)


def revive(context: Context, records: Sequence[Entity], *, action: str) -> None:
    """The opposite of :func:`discard`."""
    _set_deleted(context, records, action, alive=True)


def restore(context: Context, records: Sequence[Entity]) -> None:
    """Take records out of the recycle bin again."""
    _require_delete(context, records)
    _set_deleted(context, records, "restored", alive=True)


def _require_delete(context: Context, records: Sequence[Entity]) -> None:
    for model in {type(record) for record in records}:
        ids = [record.id for record in records if type(record) is model]
        require_reach(context, context.resource(model), "delete", ids)


def _set_deleted(
    context: Context,
    records: Sequence[Entity],
    action: str,
    *,
    alive: bool = False,
    values: dict[str, list[Any]] | None = None,
    moment: datetime | None = None,
) -> None:
    """Into the bin or out of it, and with each record what is part of it: by the moment they know each other again."""
    if not records:
        return
    resource = context.resource(type(records[0]))
    fields = context.all_fields(resource)
    parts = relations.parts_of(context, resource, [record.id for record in records])
    moment = None if alive else moment or now()
    for record in records:
        record.deleted_at = moment
        _stamp(context, record, fields)
    with saving(context, resource):
        _flush(context, records)
    entries = [Entry(record, action, values or {}) for record in records]
    holding.void(context, resource, entries)
    write(context, resource, entries)
    announce(context, resource, entries)
    _tell(context, resource, records, "restored" if alive else "deleted")
    for some in parts:
        _set_deleted(context, some, action, alive=alive, moment=moment)


def _stamp(context: Context, record: Entity, fields: dict[str, Field]) -> None:
    record.updated_at, record.updated_by_id = now(), context.user.id if context.user else None
    record.search_norm = search_text(record, fields)


def _number(context: Context, resource: Resource, fields: dict[str, Field], records: Sequence[Entity]) -> None:
    """Give out document numbers, as late as can be: others wait for the counter until the commit."""
    for spec in fields.values():
        if spec.kind.name == "number":
            taken = take(context, f"{resource.name}.{spec.name}", spec.prefix, len(records))
            for record, number in zip(records, taken, strict=True):
                setattr(record, spec.name, number)
                record.search_norm = search_text(record, fields)


def _flush(context: Context, records: Iterable[Entity]) -> None:
    try:
        context.session.flush()
    except StaleDataError:
        context.session.expire_all()
        raise StaleError(next(iter(records))) from None


def _write_links(
    context: Context, resource: Resource, fields: dict[str, Field], records: Sequence[Entity], rows: Sequence[Values]
) -> None:
    for name, spec in fields.items():
        if spec.kind.name == "links":
            pairs = [
                (record.id, values[name] or []) for record, values in zip(records, rows, strict=True) if name in values
            ]
            relations.replace_links(context, resource, name, pairs)


def _differences(
    record: Entity, fields: dict[str, Field], old: Values, links: dict[str, list[UUID]], values: Values
) -> dict[str, list[Any]]:
    changed: dict[str, list[Any]] = {}
    for name in values:
        spec = fields[name]
        was, is_ = old[name], value_of(record, spec)
        if spec.kind.name == "links":
            was, is_ = sorted(links.get(name, [])), sorted(set(values[name] or []))
        if was != is_:
            changed[name] = [json_value(spec, was), json_value(spec, is_)]
    return changed


def _followed(resource: Resource, fields: dict[str, Field], entry: Entry) -> dict[str, list[Any]]:
    """What the entity's own rule filled in beside what was given, such as a document's total."""
    if not resource.before_save:
        return {}
    attributes = sa.inspect(entry.record).attrs
    columns = {name: spec for name, spec in fields.items() if spec.column in attributes and name not in entry.values}
    found = {}
    for name, spec in columns.items():
        new, _same, old = attributes[spec.column].history
        was, is_ = [json_value(spec, one[0]) if one else None for one in (old, new)]
        if new and was != is_:
            found[name] = [was, is_]
    return found


__all__ = [
    "Pair", "Values", "create", "create_many", "delete", "derive_each", "get", "insert_many", "restore", "update",
    "update_each", "update_many",
]  # fmt: skip
