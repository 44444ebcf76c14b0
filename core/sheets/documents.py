"""Rows of a file that are lines of documents: which belong together, and what they say of their document.

The rows of one document stand together and agree in the fields that tell documents from each other. A row that says
nothing of a document goes on with the one above, as files made for people do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.entity.declaring import title_field
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.kind_lines import MOST
from core.entity.kinds import identifier
from core.entity.values import json_value, value_of
from core.i18n import Label, translator
from core.parse import text
from core.sheets.cells import Row
from core.sheets.errors import Rejected, Scattered

if TYPE_CHECKING:
    from core.sheets.plan import Plan
    from core.sheets.rows import Parsed

_ = translator("core")
Values = Mapping[str, Any]


class Documents:
    """Tells the rows that begin a document from those that go on with the one above. Without lines every row is one."""

    def __init__(self, plan: "Plan") -> None:
        self._by_rows = not plan.lines
        self._key = [index for index, name in sorted(plan.columns.items()) if name in plan.match]
        self._own = [index for index, name in plan.columns.items() if plan.lines_of(name) is None]
        self.key: tuple[str, ...] = ()
        """What tells the document of the last row from others, as it is written."""

    def begins(self, cells: Row) -> bool:
        """Whether a row begins a document; to be asked of every row in turn."""
        if self._by_rows:
            return True
        key, before = _written(cells, self._key), self.key
        if any(key):
            self.key = key
            return key != before
        if any(_written(cells, self._own)):
            self.key = ()
            return True
        return False


def _written(cells: Row, indexes: Iterable[int]) -> tuple[str, ...]:
    return tuple((text(cells[index]) or "") if index < len(cells) else "" for index in indexes)


class Watch:
    """Looks whether the rows of each document of a file stand together, and are no more than a document has room for."""

    def __init__(self, plan: "Plan") -> None:
        self._documents, self._seen = Documents(plan), set[int]()
        self._first = self._count = 0

    def look(self, batch: Iterable[tuple[int, Row]]) -> None:
        """At the next rows. Raises :class:`Rejected` for what could not be brought in as it is."""
        for number, cells in batch:
            self._look(number, cells)

    def _look(self, number: int, cells: Row) -> None:
        if not self._documents.begins(cells):
            self._count += 1
            if self._count > MOST:
                raise Rejected(
                    _("The rows from %(row)s on are one document, which holds at most %(n)s.", row=self._first, n=MOST)
                )
            return
        self._first, self._count = number, 1
        # Files have more documents than one wants to keep the names of.
        if (mark := hash(self._documents.key)) in self._seen and self._documents.key:
            raise Scattered(
                _(
                    "Row %(row)s: more of “%(document)s”, which began further up. Sort the file so that the rows of a "
                    "document stand together.",
                    row=number, document=" ".join(self._documents.key).strip(),
                )
            )  # fmt: skip
        self._seen.add(mark)


def parts(rows: Iterable[tuple[int, Row]], plan: "Plan", least: int) -> Iterator[list[tuple[int, Row]]]:
    """Rows so many at a time, each part ending with a document."""
    documents, part = Documents(plan), list[tuple[int, Row]]()
    for pair in rows:
        if documents.begins(pair[1]) and len(part) >= least:
            yield part
            part = []
        part.append(pair)
    if part:
        yield part


def gathered(plan: "Plan", rows: Sequence["Parsed"]) -> list["Parsed"]:
    """The first row of each document with the values of all of its rows; lines are lists under the name of their kind."""
    documents, heads = Documents(plan), list["Parsed"]()
    for row in rows:
        if documents.begins(row.cells) or not heads:
            heads.append(row)
        else:
            heads[-1].more.append(row)
    for head in heads:
        _gather(plan, head)
    return heads


def _gather(plan: "Plan", head: "Parsed") -> None:
    for row in head.rows:
        said, row.values = row.values, {} if row is not head else row.values
        of_lines: dict[str, dict[str, Any]] = {}
        for name, value in list(said.items()):
            if (kind := plan.lines_of(name)) is not None:
                of_lines.setdefault(kind, {})[name.removeprefix(f"{kind}.")] = said.pop(name)
            elif head.values.setdefault(name, value) != value:
                row.wrong(name, _("Row %(row)s says something else of the same document.", row=head.number))
        for kind, values in of_lines.items():
            head.values.setdefault(kind, []).append(values)
            head.lines.setdefault(kind, []).append(row)


def spread(head: "Parsed") -> None:
    """Let one wrong row of a document keep all of them out: half a document would be another one."""
    wrong = next((row for row in head.rows if row.errors), None)
    for row in head.rows if wrong else ():
        if wrong is not None and not row.errors:
            row.wrong("", _("Row %(row)s of the same document is wrong.", row=wrong.number))


def refuse(head: "Parsed", errors: Mapping[str, Sequence[Label]]) -> None:
    """Tell the rows what is wrong: of ``goods.2.price`` the row of that line."""
    for name, messages in errors.items():
        kind, *place = name.split(".")
        row, told = head, name
        if kind in head.lines:
            row = head.lines[kind][int(place[0])] if place else head
            told = ".".join((kind, *place[1:])) if place[1:] else ""
        for message in messages:
            row.wrong(told, message)


def placed(resource: Resource, record: Entity, values: Values) -> dict[str, Any]:
    """Values with the ids of the lines that are meant: a line is the same where it is called the same.

    Where the file does not say what lines are called, it is by what they link to; where it does not say that either,
    by their order.
    """
    found = dict(values)
    for name, spec in resource.lines.items():
        if name in values:
            fields, rows = spec.target.__fields__, values[name]
            links = [one for one, other in fields.items() if other.kind.name == "link"]
            told = [one for one in (title_field(spec.target), *links) if any(one in row for row in rows)]
            found[name] = _placed({one: fields[one] for one in told}, getattr(record, name), rows)
    return found


def _placed(told: Mapping[str, Field], lines: Sequence[Any], rows: Sequence[Values]) -> list[dict[str, Any]]:
    left, found = list(lines), list[dict[str, Any]]()
    for row in rows:
        same = (one for one in left if all(value_of(one, spec) == row.get(name) for name, spec in told.items()))
        line = next(same, None)
        if line is not None:
            left.remove(line)
        found.append({**row, "id": line.id} if line is not None else dict(row))
    return found


def kept_lines(resource: Resource, record: Entity, names: Iterable[str]) -> dict[str, Any]:
    """The lines of a record that are about to be overwritten, as the batch keeps them."""
    kept: dict[str, Any] = {}
    for name in set(names) & resource.lines.keys():
        fields = {key: one for key, one in resource.line_fields(resource.lines[name]).items() if one.writable}
        kept[name] = [
            {"id": str(line.id), **{key: json_value(one, value_of(line, one)) for key, one in fields.items()}}
            for line in getattr(record, name)
        ]
    return kept


def put_back(resource: Resource, record: Entity, kept: Values) -> dict[str, Any]:
    """Kept lines as values again; those that are gone by now become new ones."""
    found: dict[str, Any] = {}
    for name, spec in resource.lines.items():
        if name in kept:
            there = {line.id for line in getattr(record, name)}
            fields = {key: one for key, one in resource.line_fields(spec).items() if one.writable}
            found[name] = [_values(fields, there, row) for row in kept[name]]
    return found


def _values(fields: Mapping[str, Field], there: set[UUID], row: Values) -> dict[str, Any]:
    values = {key: fields[key].kind.from_json(value) for key, value in row.items() if key in fields}
    line = identifier(row["id"])
    return {**values, "id": line} if line in there else values
