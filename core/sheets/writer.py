"""Tables to files, as a stream: XLSX and CSV that open as what they are and never run.

Text stays text, whatever it starts with; numbers and dates are real ones, in the formats of the country.
"""

import csv
import datetime as dt
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.i18n import Label
from core.sheets.cells import neutralise
from core.sheets.columns import CELLS, TEXTS, Blocks, Column, ColumnKind, Rows, Tally, converted, titles_of

__all__ = ["Blocks", "Column", "ColumnKind", "Tally", "csv_chunks", "write_csv", "write_xlsx"]

MAX_ROWS: Final = 1_048_575
"""Rows of a sheet below its header, by the format."""
_SHEET_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_LENGTH: Final = 31
_CSV_BATCH: Final = 500


def write_xlsx(
    target: Path | str | BinaryIO, columns: Sequence[Column], rows: Rows | Blocks, *, sheet: Label = "Data"
) -> int:
    """Write one sheet with a frozen, bold, filterable header; give the number of rows.

    ``rows`` is taken one at a time and memory stays flat. Moments are written as the clock they carry shows.
    """
    tally = Tally(most=MAX_ROWS)
    written = converted(columns, rows, CELLS, tally)
    # The fast writer takes the header from the first row, so a table without rows is not for it.
    first = next(written, None)
    # Nor one whose columns hold this and that: it has one format for all cells of a column.
    fast = _fast_writer() if first is not None and all(column.kind != "any" for column in columns) else None
    every = itertools.chain([] if first is None else [first], written)
    with _whole(target):
        destination = str(target) if isinstance(target, Path) else target
        if fast is not None:
            _write_fast(fast, destination, columns, every, _sheet_name(sheet))
        else:
            _write_slow(destination, columns, every, _sheet_name(sheet))
    return tally.count


def write_csv(target: Path | str | BinaryIO, columns: Sequence[Column], rows: Rows | Blocks) -> int:
    """Write UTF-8 with a byte-order mark, by which Excel knows it; give the number of rows."""
    tally = Tally()
    chunks = csv_chunks(columns, rows, tally)
    if not isinstance(target, (str, Path)):
        for chunk in chunks:
            target.write(chunk)
        return tally.count
    with _whole(target), Path(target).open("wb") as file:
        file.writelines(chunks)
    return tally.count


@contextmanager
def _whole(target: Path | str | BinaryIO) -> Iterator[None]:
    """Leave no half of a file behind when its rows fail."""
    try:
        yield
    except BaseException:
        if isinstance(target, (str, Path)):
            Path(target).unlink(missing_ok=True)
        raise


def csv_chunks(columns: Sequence[Column], rows: Rows | Blocks, tally: Tally | None = None) -> Iterator[bytes]:
    """Give the bytes of a CSV piece by piece, as for a streamed answer.

    Everything is quoted: no reader can then mistake a semicolon inside a text for its delimiter.
    """
    titles: Sequence[Any] = [neutralise(title) for title in titles_of(columns)]
    lines = itertools.chain([titles], converted(columns, rows, TEXTS, tally or Tally()))
    mark = "\ufeff"
    while batch := list(itertools.islice(lines, _CSV_BATCH)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(batch)
        yield (mark + buffer.getvalue()).encode("utf-8", errors="replace")
        mark = ""


def _sheet_name(title: Label) -> str:
    return _SHEET_FORBIDDEN.sub(" ", str(title)).strip(" '")[:_SHEET_LENGTH].strip(" '") or "Data"


def _fast_writer() -> Any:
    """The writer in Rust, or None on a platform it was not built for."""
    try:
        import rustpy_xlsxwriter
    except ImportError:
        return None
    return rustpy_xlsxwriter


def _write_fast(
    writer: Any, target: str | BinaryIO, columns: Sequence[Column], rows: Iterator[Sequence[Any]], sheet: str
) -> None:
    titles = titles_of(columns)
    formats = [writer.Format() for _column in columns]
    for made, column in zip(formats, columns, strict=True):
        if wanted := column.shown_format:
            made.set_num_format(wanted)
    writer.write_worksheet(
        (dict(zip(titles, row, strict=True)) for row in rows),
        target,
        sheet_name=sheet,
        freeze_row=1,
        autofilter=True,
        header_format=writer.Format().set_bold(),
        column_widths=[column.shown_width for column in columns],
        column_formats=formats,
    )


def _write_slow(target: str | BinaryIO, columns: Sequence[Column], rows: Iterator[Sequence[Any]], sheet: str) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(sheet)
        bold, dates = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        for index, column in enumerate(columns):
            wanted = column.shown_format
            page.set_column(
                index, index, column.shown_width, book.add_format({"num_format": wanted}) if wanted else None
            )
        page.freeze_panes(1, 0)
        page.write_row(0, 0, titles_of(columns), bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                _write_cell(page, last, index, value, dates if columns[index].kind == "any" else None)
        page.autofilter(0, 0, last, max(0, len(columns) - 1))


def _write_cell(page: Any, row: int, column: int, value: Any, dates: Any) -> None:
    """Write what is there; ``dates`` is the format of days and moments in a column that has none."""
    if isinstance(value, str):
        page.write_string(row, column, value)
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, dates)
    elif value is not None:
        page.write_number(row, column, value)
