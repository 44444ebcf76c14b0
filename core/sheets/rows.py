"""Rows of a file as values of an entity, and what stands in the way."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.identity import Identity, keys_of
from core.entity.query import STANDARD
from core.entity.values import json_value, value_of
from core.i18n import Label, translator
from core.parse import Notation, is_blank, text
from core.sheets.documents import gathered
from core.sheets.errors import Rejected
from core.sheets.plan import OWNER, Plan, importable
from core.sheets.reader import Row
from core.text import normalize

_ = translator("core")
SHOWN = 500
"""Characters of a cell that are kept of a wrong row; longer ones are cut, the file itself stays."""
LINKS = frozenset(("link", "links"))
TITLES = 20_000
"""Titles of linked records that are remembered at most."""

Key = tuple[Any, ...]


@dataclass(slots=True)
class Parsed:
    """One row of the file, read."""

    number: int
    cells: Row
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[Label]] = field(default_factory=dict)
    """Field to what is wrong; the empty name is the row as a whole."""
    key: Key | None = None
    """What tells the record from others; None where the row leaves one of them open."""
    match: UUID | None = None
    """The record that is the same."""
    before: dict[str, Any] = field(default_factory=dict)
    """Of an overwritten record: what the row replaced."""
    more: list["Parsed"] = field(default_factory=list)
    """Of a document: the further rows, which are lines of it."""
    lines: dict[str, list["Parsed"]] = field(default_factory=dict)
    """Of a document: the rows that its lines of each kind come from."""

    @property
    def rows(self) -> list["Parsed"]:
        """It and the further ones."""
        return [self, *self.more]

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with any of them."""
        return not any(row.errors for row in self.rows)

    def wrong(self, name: str, message: Label) -> None:
        """Note what is wrong with a field."""
        self.errors.setdefault(name, []).append(message)

    def shown(self) -> list[str]:
        """The cells as text, for the page of wrong rows."""
        return [(text(cell) or "")[:SHOWN] for cell in self.cells]


class RowReader:
    """Turns rows into values; what they point at and what they are the same as is looked up a batch at a time."""

    def __init__(self, context: Context, resource: Resource, plan: Plan, width: int | None = None) -> None:
        """``width`` is the number of columns of the table: cells beyond it are an error of their row.

        Raises :class:`Rejected` where the plan compares by a field that the person may not fill, or not any more.
        """
        self._context, self._resource, self._plan, self._width = context, resource, plan, width
        fields = importable(context, resource)
        self._columns = [(index, fields[name]) for index, name in sorted(plan.columns.items()) if name in fields]
        self._parsers = [(index, spec, self._parser(index, spec)) for index, spec in self._columns]
        self._telling = [spec.name for _index, spec in self._columns if not spec.writable]
        self._titles: dict[str, dict[str, UUID | None]] = {}
        self._matches = plan.duplicates != "add" and bool(plan.match)
        if self._matches:
            self._refuse_blind({spec.name for _index, spec in self._columns})

    def _refuse_blind(self, filled: Collection[str]) -> None:
        """Without a value to compare, every row would look new: a hidden field must not make duplicates."""
        for name in self._plan.match:
            if name not in filled:
                spec = self._context.all_fields(self._resource).get(name)
                title = spec.title if spec else name
                raise Rejected(
                    _(
                        "“%(field)s” tells what is there already, and you cannot fill it. Match the columns again.",
                        field=title,
                    )
                )

    def _parser(self, index: int, spec: Field) -> Callable[[Any], Any]:
        if spec.kind.name in LINKS:
            return lambda cell: self._linked(spec, cell)
        order, mark = self._plan.notations.get(index, ("dmy", None))
        notation = Notation(order, mark, self._context.company.currency)
        parse, zone = spec.kind.parse, self._context.zone
        return lambda cell: parse(cell, spec, zone, notation)

    def read(self, batch: Iterable[tuple[int, Row]]) -> list[Parsed]:
        """Parse a batch, gather the rows of each document, and find the records that they are the same as."""
        rows = [Parsed(number, cells) for number, cells in batch]
        # A plan made for any array would compare each record with each value; one made for this array hashes it.
        self._plan_statements("force_custom_plan")
        for index, spec in self._columns:
            if spec.kind.name in LINKS:
                self._look_up(index, spec, rows)
        for row in rows:
            self._parse(row)
        found = gathered(self._plan, rows) if self._plan.lines else rows
        for row in found:
            self._tell(row)
        if self._matches:
            self._match(found)
        # What is saved next has its foreign keys checked row by row: their plans must not be made for each.
        self._plan_statements("auto")
        return found

    def _plan_statements(self, mode: str) -> None:
        self._context.session.connection().exec_driver_sql(f"SET LOCAL plan_cache_mode TO {mode}")

    def _parse(self, row: Parsed) -> None:
        cells = row.cells
        if self._width is not None and len(cells) > self._width:
            row.wrong(
                "", _("This row has more cells than there are columns. Put text with a comma into quotation marks.")
            )
        for index, spec, parse in self._parsers:
            cell = cells[index] if index < len(cells) else None
            if is_blank(cell):
                continue
            try:
                row.values[spec.name] = parse(cell)
            except ValueError as error:
                row.wrong(spec.name, error.args[0] if error.args else _("This is not a valid value."))

    def _tell(self, row: Parsed) -> None:
        """Note what tells the record from others; what can do no more than that is not set."""
        if self._matches and row.right:
            key = tuple([row.values.get(name) for name in self._plan.match])
            row.key = None if None in key else key
        for name in self._telling:
            row.values.pop(name, None)

    def _linked(self, spec: Field, cell: Any) -> Any:
        known = self._titles[spec.name]
        found = []
        for name in _names(spec, cell):
            if name not in known:
                raise ValueError(_("There is no “%(name)s” among %(what)s.", name=name, what=spec.title))
            record = known[name]
            if record is None:
                raise ValueError(_("Several are called “%(name)s”: nobody can tell which is meant.", name=name))
            found.append(record)
        return found if spec.kind.name == "links" else found[0]

    def _look_up(self, index: int, spec: Field, rows: Sequence[Parsed]) -> None:
        """Find linked records by what people call them: as it is written, or else without case, and accents if it can be."""
        known = self._titles.setdefault(spec.name, {})
        if len(known) > TITLES:
            known.clear()
        cells = (row.cells[index] for row in rows if index < len(row.cells) and not is_blank(row.cells[index]))
        wanted = {name for cell in cells for name in _names(spec, cell)} - known.keys()
        model = target_class(spec)
        title = model.__table__.c[title_field(model)]
        known.update(self._found(model, title, wanted, lambda name: name))
        wanted -= known.keys()
        alone = [name for name, other in model.__fields__.items() if other.search] == [title_field(model)]
        spoken = normalize if alone else str.lower
        column = model.__table__.c.search_norm if alone else sa.func.lower(title, type_=sa.Text())
        like = self._found(model, column, {spoken(name) for name in wanted}, spoken)
        known.update({name: like[spoken(name)] for name in wanted if spoken(name) in like})

    def _found(
        self, model: type[Entity], column: sa.ColumnElement[str], names: set[str], spoken: Callable[[str], str]
    ) -> dict[str, UUID | None]:
        """The records whose titles fit; None for one that several share."""
        if not names:
            return {}
        table = model.__table__
        statement = sa.select(table.c.id, table.c[title_field(model)]).where(
            table.c.tenant_id == self._context.tenant,
            table.c.deleted_at.is_(None),
            visible(self._context, self._context.resource(model)),
            _among([column], [(name,) for name in names]),
        )
        found: dict[str, UUID | None] = {}
        for record_id, name in self._context.session.execute(statement):
            found[spoken(name)] = None if spoken(name) in found else record_id
        return found

    def _match(self, rows: Sequence[Parsed]) -> None:
        keys = {row.key for row in rows if row.key is not None}
        found = self._same(keys) if keys else {}
        for row in rows:
            for one in row.rows:
                one.match = found.get(row.key) if row.key is not None else None

    def _same(self, keys: set[Key]) -> dict[Key, UUID]:
        table = self._resource.model.__table__
        fields = {**self._context.fields(self._resource), OWNER: STANDARD[OWNER]}
        columns = [column(self._resource, fields[name]) for name in self._plan.match]
        statement = sa.select(table.c.id, *columns).where(
            table.c.tenant_id == self._context.tenant,
            table.c.deleted_at.is_(None),
            visible(self._context, self._resource),
            _among(columns, keys),
            *self._known_by(keys),
        )
        # Of several that are the same the oldest: its id comes first.
        rows = self._context.session.execute(statement.order_by(table.c.id.desc()))
        return {tuple(row[1:]): row[0] for row in rows}

    def _known_by(self, keys: set[Key]) -> list[sa.ColumnElement[bool]]:
        """Where a field of the key identifies, its values lead to the records: their own table has no index for it."""
        fields = self._resource.model.__fields__
        for position, name in enumerate(self._plan.match):
            if name not in fields or not fields[name].identifies:
                continue
            known = [keys_of(fields[name], key[position]) for key in keys]
            if not all(known):  # a value that identifies nobody may still be the same
                continue
            values = _array(Identity.__table__.c.value, {value for some in known for _scheme, value in some})
            found = sa.select(Identity.record_id).where(
                Identity.tenant_id == self._context.tenant,
                Identity.scheme == fields[name].scheme,
                Identity.value == sa.any_(values),
            )
            return [self._resource.model.__table__.c.id.in_(found)]
        return []


def _names(spec: Field, cell: Any) -> list[str]:
    whole = text(cell) or ""
    parts = whole.split(",") if spec.kind.name == "links" else [whole]
    return [part.strip() for part in parts if part.strip()]


def _among(columns: Sequence[sa.ColumnElement[Any]], keys: Iterable[Key]) -> sa.ColumnElement[bool]:
    """Equal to one of many values, sent as one array for each column: single parameters cost more than the query."""
    arrays = [_array(column, values) for column, values in zip(columns, zip(*keys, strict=True), strict=True)]
    if len(columns) == 1:
        return columns[0] == sa.any_(arrays[0])
    wanted = sa.func.unnest(*arrays).table_valued(*(f"k{number}" for number in range(len(columns))), name="wanted")
    return sa.tuple_(*columns).in_(sa.select(*wanted.render_derived().c))


def _array(column: sa.ColumnElement[Any], values: Iterable[Any]) -> sa.ColumnElement[Any]:
    # Of unlimited length: a cast to a column's own would cut what is too long for it, and find what was not meant.
    kind = ARRAY(sa.Text() if isinstance(column.type, sa.String) else column.type)
    return sa.cast(sa.literal(list(values), kind), kind)


def in_turns(rows: Sequence[Parsed]) -> list[list[Parsed]]:
    """Split a batch so that no turn holds the same record twice: the second finds what the first has made."""
    turns: list[list[Parsed]] = [[]]
    seen: set[Key] = set()
    for row in rows:
        if row.key is not None and row.key in seen:
            turns.append([])
            seen = set()
        if row.key is not None:
            seen.add(row.key)
        turns[-1].append(row)
    return turns


def before(
    fields: Mapping[str, Field], record: Entity, values: Mapping[str, Any], linked: Mapping[str, Sequence[UUID]]
) -> dict[str, Any]:
    """The values of a record that a row is about to overwrite, as the batch keeps them; ``linked`` are its pairs."""
    return {
        name: json_value(
            fields[name],
            list(linked.get(name, ())) if fields[name].kind.name == "links" else value_of(record, fields[name]),
        )
        for name in values
        if name in fields
    }
