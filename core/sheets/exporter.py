"""Taking records out: what the list shows, or the ticked rows, as XLSX or CSV, streamed."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.query import Query, list_fields, read_all
from core.entity.tables import Change
from core.sheets.columns import Column
from core.sheets.writer import csv_chunks, write_csv, write_xlsx

WITHOUT = {"file", "image"}


def columns_of(context: Context, resource: Resource, names: Sequence[str] = ()) -> list[Field]:
    """The fields to export: those named, or all of them."""
    fields = list_fields(context, resource)
    chosen = [fields[name] for name in names if name in fields] if names else list(fields.values())
    return [spec for spec in chosen if spec.kind.name not in WITHOUT]


def export_xlsx(
    context: Context,
    resource: Resource,
    target: Path | BinaryIO,
    query: Query | None = None,
    *,
    limit: int | None = None,
) -> int:
    """Write a workbook; gives the number of rows."""
    query = _prepared(context, resource, query)
    rows = itertools.islice(_rows(context, query), limit)
    count = write_xlsx(target, _headings(context, query), rows, sheet=resource.plural)
    record(context, resource, count)
    return count


def export_csv(context: Context, resource: Resource, target: Path | BinaryIO, query: Query | None = None) -> int:
    """Write a CSV; gives the number of rows."""
    query = _prepared(context, resource, query)
    count = write_csv(target, _headings(context, query), _rows(context, query))
    record(context, resource, count)
    return count


def csv_stream(context: Context, resource: Resource, query: Query | None = None) -> Iterator[bytes]:
    """The bytes of a CSV piece by piece, for a streamed answer."""
    query = _prepared(context, resource, query)
    return csv_chunks(_headings(context, query), _rows(context, query))


def _prepared(context: Context, resource: Resource, query: Query | None) -> Query:
    context.require(resource.name, "export")
    query = query or Query(resource)
    query.columns = query.columns or columns_of(context, resource)
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


def _rows(context: Context, query: Query) -> Iterator[list[Any]]:
    cells = [(spec.name, _cell(context, spec)) for spec in query.columns]
    for page in read_all(context, query):
        for row in page:
            yield [make(row) if make is not None else row[name] for name, make in cells]


def _cell(context: Context, spec: Field) -> Callable[[Any], Any] | None:
    """How a row's value becomes a cell; None where it is one already."""
    name, kind = spec.name, spec.kind.name
    if kind in {"choice", "multi_choice"}:
        titles = {choice.value: str(choice.title) for choice in spec.choices}
        if kind == "choice":
            return lambda row: titles.get(row[name], row[name])
        return lambda row: ", ".join(titles.get(one, one) for one in row[name] or ())
    if kind == "link":
        return lambda row: row[f"{name}__title"]
    if kind == "links":
        return lambda row: ", ".join(row[f"{name}__title"])
    if kind == "address":
        return lambda row: _address(row[name])
    if kind == "datetime":
        zone = context.company.zone
        return lambda row: row[name].astimezone(zone).replace(tzinfo=None) if row[name] else None
    if kind == "time":
        return lambda row: f"{row[name]:%H:%M}" if row[name] else None
    return None


def _address(value: dict[str, str] | None) -> str | None:
    parts = [value.get(part) for part in ("street", "ward", "province")] if value else []
    return ", ".join(part for part in parts if part) or None


def record(context: Context, resource: Resource, count: int) -> None:
    """Leave a line in the log: who took how many records out."""
    context.session.execute(
        sa.insert(Change),
        {
            "tenant_id": context.tenant,
            "id": uuid7(),
            "at": now(),
            "entity": resource.name,
            "record_id": UUID(int=0),
            "record_title": "",
            "user_id": context.user.id if context.user else None,
            "user_name": context.user.name if context.user else "",
            "action": "exported",
            "source": context.source,
            "values": {"count": [None, count]},
        },
    )
