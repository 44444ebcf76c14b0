"""Saving a part of a file: all that is right of it, whatever is wrong with the rest."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.sharing import set_owners
from core.access.visibility import visible
from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, RowErrorsError
from core.entity.lines import load
from core.entity.relations import linked
from core.i18n import translator
from core.sheets.documents import kept_lines, placed, refuse, spread
from core.sheets.plan import OWNER, Plan
from core.sheets.reader import Row
from core.sheets.rows import Parsed, RowReader, before, in_turns

_ = translator("core")
T = TypeVar("T")
Saved = tuple[Parsed, str, Entity | None]
"""A row, what became of it, and the record it has made or changed."""


def save(
    context: Context, resource: Resource, plan: Plan, reader: RowReader, chunk: Sequence[tuple[int, Row]]
) -> Iterator[Saved]:
    """Save what can be saved of a chunk, of a document all or nothing; gives each row with what became of it."""
    for position, turn in enumerate(in_turns(reader.read(chunk))):
        rows = turn if position == 0 else reader.read([(one.number, one.cells) for row in turn for one in row.rows])
        good = [row for row in rows if row.right]
        made = _create(context, resource, [row for row in good if row.match is None])
        if plan.duplicates == "overwrite":
            made |= _overwrite(context, resource, [row for row in good if row.match is not None])
        for row in rows:
            verdict, record = made.get(row.number, ("skipped", None))
            spread(row)
            yield from ((one, "wrong", None) if one.errors else (one, verdict, record) for one in row.rows)


def _create(context: Context, resource: Resource, rows: list[Parsed]) -> dict[int, tuple[str, Entity | None]]:
    def create(part: list[Parsed]) -> dict[int, tuple[str, Entity | None]]:
        values = [_without_owner(row) for row in part]
        with context.session.begin_nested():
            records = service.insert_many(context, resource.model, values, action="imported")
            pairs = zip(records, part, strict=True)
            if owners := {record.id: row.values[OWNER] for record, row in pairs if row.values.get(OWNER)}:
                set_owners(context, resource, owners, quietly=True)
        return {row.number: ("created", record) for row, record in zip(part, records, strict=True)}

    return attempt(rows, create, refuse)


def _overwrite(context: Context, resource: Resource, rows: list[Parsed]) -> dict[int, tuple[str, Entity | None]]:
    fields = context.fields(resource)
    names = {name for row in rows for name in row.values} - {OWNER}

    def overwrite(part: list[Parsed]) -> dict[int, tuple[str, Entity | None]]:
        found = locked(context, resource, _matches(part), sa.true())
        pairs = linked(context, resource, fields, list(found.values()), names)
        load(context, list(found.values()))
        changes = [(found[row.match], placed(resource, found[row.match], _without_owner(row))) for row in part]
        for row, (record, values) in zip(part, changes, strict=True):
            row.before = before(fields, record, values, pairs.get(record.id, {}))
            row.before |= kept_lines(resource, record, values)
        with context.session.begin_nested():
            changed = {record.id for record in service.update_each(context, changes)}
        return {row.number: _verdict(found[row.match], changed) for row in part}

    there = locked(context, resource, _matches(rows), visible(context, resource, "edit"))
    for row in rows:
        if row.match not in there:
            row.wrong("", _FOREIGN)
    return attempt([row for row in rows if row.match in there], overwrite, refuse)


def _without_owner(row: Parsed) -> service.Values:
    return {name: value for name, value in row.values.items() if name != OWNER}


def _matches(rows: Iterable[Parsed]) -> list[UUID]:
    return [row.match for row in rows if row.match is not None]


def _verdict(record: Entity, changed: set[UUID]) -> tuple[str, Entity | None]:
    return ("updated", record) if record.id in changed else ("skipped", None)


def locked(
    context: Context, resource: Resource, ids: Iterable[UUID], condition: sa.ColumnElement[bool]
) -> dict[UUID | None, Entity]:
    """The records of these ids that are alive and meet a condition, held against everybody else until the commit."""
    table = resource.model.__table__
    statement = (
        sa.select(resource.model)
        .where(
            table.c.tenant_id == context.tenant,
            table.c.id == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid))),
            table.c.deleted_at.is_(None),
            condition,
        )
        .order_by(table.c.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {record.id: record for record in context.session.scalars(statement)}


def attempt(
    rows: list[T], do: Callable[[list[T]], dict[int, Any]], refuse: Callable[[T, Mapping[str, Sequence[Any]]], None]
) -> dict[int, Any]:
    """Do something with a set of rows; those that stand in the way are told why, and it is done with the others.

    ``do`` leaves nothing behind when it raises.
    """
    while rows:
        try:
            return do(rows)
        except RowErrorsError as error:
            for position, messages in error.rows.items():
                refuse(rows[position], messages)
            rows = [row for position, row in enumerate(rows) if position not in error.rows]
        except (InvalidError, sa.exc.DataError) as error:
            if len(rows) == 1:
                refuse(rows[0], error.errors if isinstance(error, InvalidError) else {"": [_UNSTORABLE]})
                return {}
            # The database refused one of them and cannot say which: halve until it stands alone.
            middle = len(rows) // 2
            return attempt(rows[:middle], do, refuse) | attempt(rows[middle:], do, refuse)
    return {}


_UNSTORABLE = _("The database cannot hold one of these values.")
_FOREIGN = _("This record is there already, and you may not change it.")
