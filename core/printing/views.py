"""Records as templates of documents see them: by the names of their fields, no more than whoever prints may know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from core.context import Context
from core.entity.entity import Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.format import show_row
from core.entity.query import MOST, STANDARD, Query, read_page
from core.messages.fields import plain


class Chosen(str):
    """The value of a choice: compared as it is, read as it is called."""

    __slots__ = ("called",)
    called: str

    def __str__(self) -> str:
        return self.called


class Reader:
    """Reads records for one print, and what they link to, a set at a time."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._rows: dict[str, dict[UUID, Mapping[str, Any]]] = defaultdict(dict)

    def views(self, resource: Resource, ids: Iterable[UUID]) -> list["RecordView"]:
        """The records of these ids that may be seen, in this order."""
        wanted = list(ids)
        rows = self.rows(resource, wanted)
        return [RecordView(self, resource, rows[one], wanted) for one in wanted if one in rows]

    def rows(self, resource: Resource, ids: Iterable[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """Their fields, by id; what was read once is not read again."""
        known = self._rows[resource.name]
        missing = [one for one in dict.fromkeys(ids) if one not in known]
        for start in range(0, len(missing), MOST):
            part = missing[start : start + MOST]
            same = resource.model.__table__.c.id.in_(part)
            query = Query(resource, list(self.fields(resource).values()), conditions=[same], limit=len(part))
            known |= {one: {} for one in part} | {row["id"]: row for row in read_page(self.context, query).rows}
        return {one: row for one, row in known.items() if row}

    def fields(self, resource: Resource) -> dict[str, Field]:
        """Declared, the company's own and the standard ones."""
        return {**self.context.fields(resource), **STANDARD}


class RecordView:
    """One record: ``record.arrives``, ``record.customer.phone``, ``record["custom.breed"]``.

    What a role hides is empty. Names that are no fields are errors of the template.
    """

    __slots__ = ("_batch", "_reader", "_resource", "_row")

    def __init__(self, reader: Reader, resource: Resource, row: Mapping[str, Any], batch: Iterable[UUID] = ()) -> None:
        self._reader, self._resource, self._row, self._batch = reader, resource, row, batch

    def __getitem__(self, name: str) -> Any:
        spec = self._reader.fields(self._resource).get(name)
        if spec is None:
            if name in self._reader.context.all_fields(self._resource):
                return None
            raise KeyError(name)
        return self._value(spec)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return str(self._row.get(title_field(self._resource.model)) or "")

    def _value(self, spec: Field) -> Any:
        value = self._row.get(spec.name)
        if value is None:
            return None
        if spec.kind.name == "link":
            return self._linked(spec, value)
        shown = plain(self._reader.context, spec, self._row)
        if spec.kind.name == "choice":
            chosen = Chosen(value)
            chosen.called = str(shown)
            return chosen
        return shown

    def _linked(self, spec: Field, record_id: UUID) -> "LinkView | str":
        title = show_row(self._reader.context, spec, dict(self._row)).text
        try:
            target = self._reader.context.resource(target_class(spec))
        except LookupError:  # its module is off
            return title
        rows = self._reader.rows(self._resource, self._batch)
        batch = [row[spec.name] for row in rows.values() if row.get(spec.name)]
        return LinkView(self._reader, target, record_id, title, batch)


class LinkView:
    """A record that another one points at: its name for everybody, its fields for those who may see it."""

    __slots__ = ("_batch", "_id", "_reader", "_resource", "_title")

    def __init__(self, reader: Reader, resource: Resource, record_id: UUID, title: str, batch: Iterable[UUID]) -> None:
        self._reader, self._resource, self._id, self._title, self._batch = reader, resource, record_id, title, batch

    def __str__(self) -> str:
        return self._title

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._known():
            raise AttributeError(name)
        if not self._reader.context.can(self._resource.name, "see"):
            return None
        row = self._reader.rows(self._resource, [*self._batch, self._id]).get(self._id)
        return getattr(RecordView(self._reader, self._resource, row, self._batch), name) if row else None

    def _known(self) -> Iterable[str]:
        return {**self._reader.context.all_fields(self._resource), **STANDARD}
