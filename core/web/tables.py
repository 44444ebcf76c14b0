"""A table that a page shows, as a file: a workbook to count on with, or a PDF to hand over."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, abort, send_file

from core.context import Context
from core.entity.format import money, number, show_day
from core.i18n import Label
from core.reports import paper
from core.reports.periods import Days
from core.reports.sheet import XLSX
from core.sheets.columns import Column
from core.sheets.writer import write_xlsx


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in it: the last row is the total where there is one."""

    title: Label
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    days: Days | None = None


def send_table(turn: Context, table: Table, kind: str) -> Response:
    """The file of a table: ``xlsx`` or ``pdf``."""
    file, name = io.BytesIO(), f"{table.title} {turn.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        write_xlsx(file, table.columns, table.rows, sheet=table.title)
        file.seek(0)
        return send_file(file, XLSX, as_attachment=True, download_name=name)
    if kind != "pdf":
        abort(404)
    rows = [
        [_text(turn, column, value) for column, value in zip(table.columns, row, strict=True)] for row in table.rows
    ]
    drawn = paper.table(turn, table.title, [one.title for one in table.columns], rows, table.days)
    return send_file(io.BytesIO(drawn), paper.PDF, as_attachment=True, download_name=name)


def _text(turn: Context, column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, Decimal) and column.kind == "money":
        return money(turn, value)
    return number(value) if isinstance(value, int | Decimal) else str(value)
