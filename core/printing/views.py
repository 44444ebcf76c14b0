"""Records as templates of documents see them: by the names of their fields, no more than whoever prints may know."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity.declaring import title_field
from core.entity.entity import Resource, target_class
from core.entity.fields import Field
from core.entity.format import show_row
from core.entity.query import MOST, STANDARD, Query, read_page
from core.entity.titles import titles
from core.files.service import as_data
from core.files.storage import Storage
from core.messages.fields import plain

Row = Mapping[str, Any]


class Chosen(str):
    """The value of a choice: compared as it is, read as it is called."""

    __slots__ = ("called",)
    called: str

    def __str__(self) -> str:
        return self.called


class Reader:
    """Reads records for one print, what they link to and their lines, a set at a time."""

    def __init__(self, context: Context, storage: Storage) -> None:
        self.context, self.storage = context, storage
        self._rows: dict[str, dict[UUID, Row]] = defaultdict(dict)
        self._lines: dict[str, dict[UUID, list[View]]] = defaultdict(dict)

    def views(self, resource: Resource, ids: Iterable[UUID]) -> list["RecordView"]:
        """The records of these ids that may be seen, in this order."""
        wanted = list(ids)
        found = self.rows(resource, wanted)
        rows = {one: found[one] for one in wanted if one in found}
        return [RecordView(self, resource, rows[one], list(rows.values())) for one in wanted if one in rows]

    def rows(self, resource: Resource, ids: Iterable[UUID]) -> Mapping[UUID, Row]:
        """Their fields, by id; what was read once is not read again."""
        known = self._rows[resource.name]
        missing = [one for one in dict.fromkeys(ids) if one not in known]
        for start in range(0, len(missing), MOST):
            part = missing[start : start + MOST]
            same = resource.model.__table__.c.id.in_(part)
            query = Query(resource, list(self.fields(resource).values()), conditions=[same], limit=len(part))
            known |= {one: {} for one in part} | {row["id"]: row for row in read_page(self.context, query).rows}
        return {one: row for one, row in known.items() if row}

    def lines(self, resource: Resource, spec: Field, ids: Collection[UUID]) -> Mapping[UUID, list["View"]]:
        """The lines of one kind of several documents, by document, in their order."""
        known = self._lines[spec.target.__tablename__]
        if not known.keys() >= set(ids):
            fields = {**resource.line_fields(spec), **self.context.asleep(resource, spec)}
            rows = self._line_rows(spec.target.__table__, fields, ids)
            known |= {one: [] for one in ids}
            for row in rows:
                known[row["document_id"]].append(View(self, fields, row, rows, spec.target.__fields__))
        return known

    def _line_rows(self, table: sa.Table, fields: Mapping[str, Field], ids: Collection[UUID]) -> list[Row]:
        columns = [table.c[spec.column].label(name) for name, spec in fields.items()]
        statement = sa.select(table.c.document_id, *columns).where(
            table.c.tenant_id == self.context.tenant, table.c.document_id.in_(ids)
        )
        ordered = statement.order_by(table.c.document_id, table.c.position, table.c.id)
        rows = [dict(row) for row in self.context.session.connection().execute(ordered).mappings()]
        links = {name: target_class(spec) for name, spec in fields.items() if spec.kind.name == "link"}
        wanted: dict[Any, set[UUID]] = defaultdict(set)
        for name, model in links.items():
            wanted[model] |= {row[name] for row in rows if row[name]}
        called = titles(self.context, wanted)
        return [{**row, **{f"{name}__title": called.get(row[name]) for name in links}} for row in rows]

    def fields(self, resource: Resource) -> dict[str, Field]:
        """Declared, the company's own and the standard ones."""
        return {**self.context.fields(resource), **STANDARD}


class View:
    """Something with fields: ``line.quantity``, ``line["quantity"]``, ``line.product.code``.

    ``rows`` are its own values and those of its like: what they link to is read for all of them. Of ``hidden`` fields
    there is nothing to know; names that are no fields are errors of the template.
    """

    __slots__ = ("_fields", "_hidden", "_reader", "_row", "_rows")

    def __init__(
        self,
        reader: Reader,
        fields: Mapping[str, Field],
        row: Row,
        rows: Collection[Row],
        hidden: Collection[str] = (),
    ) -> None:
        self._reader, self._fields, self._row, self._rows, self._hidden = reader, fields, row, rows, hidden

    def __getitem__(self, name: str) -> Any:
        spec = self._fields.get(name)
        if spec is None:
            if name in self._hidden:
                return None
            raise KeyError(name)
        value = self._row.get(name)
        if value is None:
            return None
        if spec.kind.name == "link":
            return self._linked(spec, value)
        if spec.kind.name == "image":
            return as_data(self._reader.context, self._reader.storage, value)
        shown = plain(self._reader.context, spec, self._row)
        if spec.kind.name == "choice":
            chosen = Chosen(value)
            chosen.called = str(shown)
            return chosen
        return shown

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def _linked(self, spec: Field, record_id: UUID) -> "LinkView | str":
        title = show_row(self._reader.context, spec, dict(self._row)).text
        try:
            target = self._reader.context.resource(target_class(spec))
        except LookupError:  # its module is off
            return title
        return LinkView(self._reader, target, record_id, title, [row[spec.name] for row in self._rows])


class RecordView(View):
    """One record: ``record.arrives``, ``record.customer.phone``, ``record.goods``, ``record["custom.breed"]``."""

    __slots__ = ("_resource",)

    def __init__(self, reader: Reader, resource: Resource, row: Row, rows: Collection[Row]) -> None:
        hidden = {**reader.context.all_fields(resource), **resource.model.__lines__}
        super().__init__(reader, reader.fields(resource), row, rows, hidden)
        self._resource = resource

    def __getitem__(self, name: str) -> Any:
        spec = self._resource.lines.get(name)
        if spec is None:
            return super().__getitem__(name)
        return self._reader.lines(self._resource, spec, [row["id"] for row in self._rows])[self._row["id"]]

    def __str__(self) -> str:
        return str(self._row.get(title_field(self._resource.model)) or "")


class LinkView:
    """A record that another one points at: its name for everybody, its fields for those who may see it."""

    __slots__ = ("_id", "_like", "_reader", "_resource", "_title")

    def __init__(
        self, reader: Reader, resource: Resource, record_id: UUID, title: str, like: Collection[UUID | None]
    ) -> None:
        self._reader, self._resource, self._id, self._title, self._like = reader, resource, record_id, title, like

    def __str__(self) -> str:
        return self._title

    def __getattr__(self, name: str) -> Any:
        context, resource = self._reader.context, self._resource
        if name.startswith("_") or name not in {**context.all_fields(resource), **STANDARD}:
            raise AttributeError(name)
        if not context.can(resource.name, "see"):
            return None
        rows = self._reader.rows(resource, [one for one in self._like if one])
        return (
            getattr(RecordView(self._reader, resource, rows[self._id], list(rows.values())), name)
            if self._id in rows
            else None
        )
