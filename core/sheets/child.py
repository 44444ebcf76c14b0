"""The process that parses workbooks: ``python -m core.sheets.child PATH [SHEET]``.

A hostile file can make the parser abort or eat all memory, and neither can be caught. So it works here, under limits
of its own, and hands rows to :mod:`core.sheets.workbook` line by line: a JSON object first, then arrays of rows, then
an object that says it is done. JSON has no dates: each batch names the cells that are written as text and of what kind.
It imports the parser and nothing of the application.
"""

import datetime as dt
import itertools
import math
import resource
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import orjson

from core.sheets.limits import MAX_COLUMNS, MAX_ROWS

MEMORY = 1 << 30
CPU_SECONDS = 60
BATCH = 250
MAX_EXACT = 2**53
"""Whole numbers below it are exact in a cell."""

_MOMENTS = {dt.datetime: "datetime", dt.date: "date", dt.time: "time"}

Cell = Any
Typed = tuple[int, int, str, str]


def main() -> int:
    """Parse what the command line names; the exit status is zero when every row was handed over."""
    limit()
    path, sheet = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else None)  # noqa: PLR2004 - there are two arguments
    try:
        for frame in frames(path, sheet):
            sys.stdout.buffer.write(orjson.dumps(frame) + b"\n")
        sys.stdout.buffer.flush()
    except MemoryError:
        return 1
    return 0


def limit() -> None:
    """Bound memory and time for good, before a byte of the file is read."""
    for kind, wanted in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        *(((resource.RLIMIT_AS, MEMORY),) if sys.platform == "linux" else ()),  # elsewhere it cannot be set
    ):
        hard = resource.getrlimit(kind)[1]
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (bound, bound))


def frames(path: str, sheet: str | None) -> Iterator[dict[str, Any]]:
    """What is sent, in order; an error is a frame as well."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.visible == calamine.SheetVisibleEnum.Visible
        ]
        chosen = _choose(book, names, sheet)
        if chosen is None:
            yield {"error": "sheet", "sheets": names}
            return
        yield {"sheets": names, "sheet": chosen.name}
        yield from _rows(chosen, path)
    except calamine.PasswordError:
        yield {"error": "password"}
    except calamine.CalamineError:
        yield {"error": "damaged"}


def _choose(book: Any, names: list[str], wanted: str | None) -> Any:
    """The sheet that was asked for, or the first that holds anything, or the first; None if there is no such sheet."""
    if wanted is not None:
        return book.get_sheet_by_name(wanted) if wanted in names else None
    first = None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            return sheet
        first = first or sheet
    return first


def _rows(sheet: Any, path: str) -> Iterator[dict[str, Any]]:
    from core.sheets.styles import percent_columns

    last_row, last_column = sheet.end or (-1, -1)
    if last_row >= MAX_ROWS or last_column >= MAX_COLUMNS:
        yield {"error": "size"}
        return
    skipped = sheet.start[1] if sheet.start else 0
    percent = percent_columns(path, sheet.name)
    count = 0
    rows = sheet.iter_rows()
    while batch := list(itertools.islice(rows, BATCH)):
        count += len(batch)
        yield pack(batch, skipped, percent)
    yield {"end": count}


def pack(batch: Iterable[list[Cell]], skipped: int, percent: frozenset[int]) -> dict[str, Any]:
    """Make one frame of rows, moving them right by the columns the parser left out."""
    typed: list[Typed] = []
    packed: list[list[Any]] = []
    for number, cells in enumerate(batch):
        row: list[Any] = [None] * skipped
        for column, cell in enumerate(cells, skipped):
            plain, kind = _plain(cell, as_percent=column in percent)
            if kind:
                typed.append((number, column, kind, plain))
            row.append(plain)
        packed.append(row)
    return {"rows": packed, "typed": typed}


def _plain(cell: Cell, *, as_percent: bool) -> tuple[Any, str]:
    """Give a cell as JSON has it, and the kind it really is of where JSON has none."""
    if isinstance(cell, str):
        return cell or None, ""
    if isinstance(cell, float):
        return _number(cell, as_percent=as_percent), ""
    if kind := _MOMENTS.get(type(cell)):
        return cell.isoformat(), kind
    if isinstance(cell, dt.timedelta):
        return _duration(cell), ""
    return cell, ""


def _number(cell: float, *, as_percent: bool) -> float | str:
    """Cells know no whole numbers; and what is no number becomes text, which its column will refuse by row."""
    if not math.isfinite(cell):
        return str(cell)
    if as_percent:
        points = Decimal(f"{cell:.15g}") * 100
        return f"{points.normalize():f}%"
    return int(cell) if cell.is_integer() and abs(cell) < MAX_EXACT else cell


def _duration(length: dt.timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


if __name__ == "__main__":
    sys.exit(main())
