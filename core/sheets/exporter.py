"""Taking records out: what the list shows, or the ticked rows, as XLSX or CSV, streamed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import of_lines
from core.entity.history import note
from core.entity.kind_address import in_one_line
from core.entity.query import Query, count, list_fields, matching
from core.entity.stream import stream
from core.i18n import translator
from core.sheets.columns import Blocks, Column, Values, each, filled
from core.sheets.writer import Tally, csv_chunks, write_csv, write_xlsx

_ = translator("core")
WITHOUT = {"file", "image"}


def exportable(context: Context, resource: Resource) -> dict[str, Field]:
    """Every field a file may have: what a list may show, and what links into modules that are off, as text."""
    return {**list_fields(context, resource), **context.asleep(resource)}


def columns_of(context: Context, resource: Resource, names: Sequence[str] = ()) -> list[Field]:
    """The fields to export: those named, or all of them."""
    fields = exportable(context, resource)
    chosen = [fields[name] for name in names if name in fields] if names else list(fields.values())
    return [spec for spec in chosen if spec.kind.name not in WITHOUT]


def by_lines(context: Context, query: Query, name: str) -> Query:
    """The query with a row for each line of a kind, beside whatever else of its record: an import reads it again.

    Raises :class:`InvalidError` for lines that there are not.
    """
    resource = query.resource
    lines = resource.lines.get(name)
    if lines is None:
        raise InvalidError({"lines": [_("Choose one of the listed values.")]})
    fields = {**resource.line_fields(lines), **context.asleep(resource, lines)}
    query.lines = lines
    query.columns = [
        *(query.columns or columns_of(context, resource)),
        *(of_lines(lines, spec) for spec in fields.values()),
    ]
    return query


def rows_of(context: Context, query: Query, most: int | None = None) -> int:
    """How many rows a query's file has, counted no further than one beyond ``most``."""
    records, _more = count(context, query, None if most is None else most + 1)
    if query.lines is None:
        return records
    table = query.lines.target.__table__
    mine = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.document_id.in_(matching(context, query))
    )
    limited = mine.limit(None if most is None else most + 1).subquery()
    return max(records, context.session.scalar(sa.select(sa.func.count()).select_from(limited)) or 0)


def export_xlsx(
    context: Context,
    resource: Resource,
    target: Path | BinaryIO,
    query: Query | None = None,
    *,
    limit: int | None = None,
    passed: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write a workbook; gives the number of rows. ``passed`` is told now and then how many have been read."""
    query = _prepared(context, resource, query)
    rows = _blocks(context, query, limit, passed)
    count = write_xlsx(target, _headings(context, query), rows, sheet=resource.plural)
    record(context, resource, count)
    return count


def export_csv(context: Context, resource: Resource, target: Path | BinaryIO, query: Query | None = None) -> int:
    """Write a CSV; gives the number of rows."""
    query = _prepared(context, resource, query)
    count = write_csv(target, _headings(context, query), _blocks(context, query))
    record(context, resource, count)
    return count


def csv_stream(context: Context, resource: Resource, query: Query | None = None) -> Iterator[bytes]:
    """The bytes of a CSV piece by piece, for a streamed answer; at its end, however it came, a line is in the log.

    It has the context's session for itself, and commits.
    """
    query = _prepared(context, resource, query)
    tally = Tally()
    try:
        yield from csv_chunks(_headings(context, query), _blocks(context, query), tally)
    finally:
        context.session.rollback()  # whatever the cursor was at when the reader went away
        record(context, resource, tally.count)
        context.session.commit()


def with_ids(query: Query, ids: Sequence[UUID]) -> Query:
    """The query, of these records alone."""
    wanted = sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))
    query.conditions = [*query.conditions, query.resource.model.__table__.c.id == wanted]
    return query


def _prepared(context: Context, resource: Resource, query: Query | None) -> Query:
    context.require(resource.name, "export")
    query = query or Query(resource)
    query.columns = query.columns or columns_of(context, resource)
    query.verb = "export"
    return query


def _headings(context: Context, query: Query) -> list[Column]:
    money = "#,##0" if context.company.money_places == 0 else "#,##0.00"
    return [
        Column(
            spec.title,
            spec.kind.sheet,  # type: ignore[arg-type] # each kind names one of the writer's
            number_format="0" if spec.is_year else money if spec.kind.sheet == "money" else None,
        )
        for spec in query.columns
    ]


def _blocks(
    context: Context, query: Query, limit: int | None = None, passed: Callable[[int], None] = lambda _rows: None
) -> Blocks:
    making = [_cells(spec) for spec in query.columns]

    def parts() -> Iterator[list[Values]]:
        written = 0
        for part in stream(context, query):
            left = None if limit is None else limit - written
            yield [make(values[:left]) for make, values in zip(making, part, strict=True)]
            written += len(part[0])
            passed(written)
            if limit is not None and written >= limit:
                return

    return Blocks(parts())


def _cells(spec: Field) -> Callable[[Values], Values]:
    """How the values of a field become cells."""
    titles = {choice.value: str(choice.title) for choice in spec.choices}
    making: dict[str, Callable[[Values], Values]] = {
        "choice": lambda values: [titles.get(value, value) for value in values],
        "multi_choice": filled(lambda found: ", ".join(titles.get(one, one) for one in found)),
        "address": filled(in_one_line),
        **dict.fromkeys(("phones", "emails"), filled(_labelled)),
        "time": each(lambda value: f"{value:%H:%M}"),
    }
    return making.get(spec.kind.name, lambda values: values)


def _labelled(pairs: Sequence[dict[str, str]]) -> str:
    """Several values in one cell, as an import reads them again."""
    return "; ".join(f"{one['value']} ({label})" if (label := one.get("label")) else one["value"] for one in pairs)


def record(context: Context, resource: Resource, count: int) -> None:
    """Leave a line in the log: who took how many records out."""
    note(context, resource.name, "exported", values={"count": count})
