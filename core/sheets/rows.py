"""Rows of a file as values of an entity, and what stands in the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.values import json_value, value_of
from core.i18n import Label, translator
from core.parse import is_blank, text
from core.sheets.plan import Plan, importable
from core.sheets.reader import Row
from core.text import normalize

_ = translator("core")
SHOWN = 500
"""Characters of a cell that are kept of a wrong row; longer ones are cut, the file itself stays."""


@dataclass(slots=True)
class Parsed:
    """One row of the file, read."""

    number: int
    cells: Row
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[Label]] = field(default_factory=dict)
    match: UUID | None = None
    """The record that is the same."""
    before: dict[str, Any] = field(default_factory=dict)
    """Of an overwritten record: what the row replaced."""

    def key(self, plan: Plan) -> tuple[Any, ...] | None:
        """What tells the record from others; None where the row leaves one of them open."""
        found = tuple(self.values.get(name) for name in plan.match)
        return found if found and None not in found else None

    def shown(self) -> list[str]:
        """The cells as text, for the page of wrong rows and the file to mend."""
        return [(text(cell) or "")[:SHOWN] for cell in self.cells]


class RowReader:
    """Turns rows into values; the titles of linked records are looked up a batch at a time."""

    def __init__(self, context: Context, resource: Resource, plan: Plan) -> None:
        self._context, self._resource, self._plan = context, resource, plan
        fields = importable(context, resource)
        self._columns = [(index, fields[name]) for index, name in sorted(plan.columns.items()) if name in fields]
        self._titles: dict[str, dict[str, UUID | None]] = {}

    def read(self, batch: Iterable[tuple[int, Row]]) -> list[Parsed]:
        """Parse a batch and find the records its rows are the same as."""
        rows = [Parsed(number, cells) for number, cells in batch]
        for _index, spec in self._columns:
            if spec.kind.name in {"link", "links"}:
                self._look_up(spec, rows)
        for row in rows:
            self._parse(row)
        self._match(rows)
        return rows

    def _parse(self, row: Parsed) -> None:
        zone = self._context.company.zone
        for index, spec in self._columns:
            cell = row.cells[index] if index < len(row.cells) else None
            if is_blank(cell):
                continue
            try:
                if spec.kind.name in {"link", "links"}:
                    row.values[spec.name] = self._linked(spec, cell)
                else:
                    row.values[spec.name] = spec.kind.parse(cell, spec, zone)
            except ValueError as error:
                message = error.args[0] if error.args else _("This is not a valid value.")
                row.errors.setdefault(spec.name, []).append(message)

    def _linked(self, spec: Field, cell: Any) -> Any:
        known = self._titles[spec.name]
        found = []
        for name in _names(spec, cell):
            record = known.get(normalize(name))
            if record is None:
                raise ValueError(_("There is no “%(name)s” among %(what)s.", name=name, what=spec.title))
            found.append(record)
        return found if spec.kind.name == "links" else found[0]

    def _look_up(self, spec: Field, rows: Sequence[Parsed]) -> None:
        """Find linked records by what people call them; a name that several share finds none."""
        index = next(index for index, one in self._columns if one is spec)
        known = self._titles.setdefault(spec.name, {})
        names = {
            normalize(name): name
            for row in rows
            if index < len(row.cells) and not is_blank(row.cells[index])
            for name in _names(spec, row.cells[index])
        }
        wanted = {key: name for key, name in names.items() if key not in known}
        if not wanted:
            return
        model = target_class(spec)
        table = model.__table__
        title = table.c[title_field(model)]
        statement = sa.select(table.c.id, title).where(
            table.c.tenant_id == self._context.tenant,
            table.c.deleted_at.is_(None),
            visible(self._context, self._context.resource(model)),
            sa.or_(title.in_(wanted.values()), sa.func.lower(title).in_([name.lower() for name in wanted.values()])),
        )
        for record_id, name in self._context.session.execute(statement):
            key = normalize(name)
            known[key] = None if key in known and known[key] != record_id else record_id

    def _match(self, rows: Sequence[Parsed]) -> None:
        if self._plan.duplicates == "add" or not self._plan.match:
            return
        keys = {key for row in rows if not row.errors and (key := row.key(self._plan)) is not None}
        found = self._same(keys) if keys else {}
        for row in rows:
            key = row.key(self._plan) if not row.errors else None
            if key is not None and key in found:
                row.match = found[key]

    def _same(self, keys: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], UUID]:
        table = self._resource.model.__table__
        fields = self._context.fields(self._resource)
        columns = [column(self._resource, fields[name]) for name in self._plan.match]
        condition = columns[0].in_([key[0] for key in keys]) if len(columns) == 1 else sa.tuple_(*columns).in_(keys)
        statement = sa.select(table.c.id, *columns).where(
            table.c.tenant_id == self._context.tenant,
            table.c.deleted_at.is_(None),
            visible(self._context, self._resource),
            condition,
        )
        return {tuple(row[1:]): row[0] for row in self._context.session.execute(statement)}


def _names(spec: Field, cell: Any) -> list[str]:
    whole = text(cell) or ""
    parts = whole.split(",") if spec.kind.name == "links" else [whole]
    return [part.strip() for part in parts if part.strip()]


def in_turns(rows: Sequence[Parsed], plan: Plan) -> list[list[Parsed]]:
    """Split a batch so that no turn holds the same record twice: the second finds what the first has made."""
    turns: list[list[Parsed]] = [[]]
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = row.key(plan) if plan.duplicates != "add" else None
        if key is not None and key in seen:
            turns.append([])
            seen = set()
        if key is not None:
            seen.add(key)
        turns[-1].append(row)
    return turns


def before(fields: Mapping[str, Field], record: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record that a row is about to overwrite, as the batch keeps them."""
    return {name: json_value(fields[name], value_of(record, fields[name])) for name in values if name in fields}
