"""A table in a file, whatever the file is: its sheets, its header, its rows as a stream.

    with open_table(path) as table:
        for number, row in table.numbered():
            ...

Nothing is believed of a file's name. A workbook is scanned, then parsed by a child process under limits; a CSV is read
line by line. Whatever is wrong with a file is a :class:`Rejected`, on opening or while rows come.
"""

import itertools
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from core.sheets.cells import Row, Value
from core.sheets.csvfile import detect_dialect, read_csv
from core.sheets.errors import Rejected
from core.sheets.header import Header, find_header, is_blank_row
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.scan import scan_xlsx
from core.sheets.sniff import Kind, sniff
from core.sheets.workbook import open_sheet

__all__ = ["Header", "Rejected", "Row", "Table", "Value", "open_table"]

SAMPLE: Final = 200
"""Rows that are looked at to find the header and the columns that hold anything."""
BATCH: Final = 1000


class Table:
    """One sheet of a file, opened. Reading it a second time parses the file again."""

    def __init__(self, about: "About", rows: Generator[Row], again: Callable[[], Generator[Row]]) -> None:
        self.kind = about.kind
        self.sheets = about.sheets
        self.sheet = about.sheet
        self.encoding = about.encoding
        self.delimiter = about.delimiter
        self._again = again
        self._source = rows
        self._sample: list[Row] | None = list(itertools.islice(rows, (about.header_row or 0) + SAMPLE))
        self.header = find_header(self._sample, about.header_row)

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """Give the rows below the header that show anything, with their numbers in the file, counted from 1.

        A row is as long as the header. One with more cells keeps them: then something is wrong with the row, such as
        a delimiter inside an unquoted text.
        """
        width = len(self.header.names)
        first = self.header.row + self.header.height
        for number, row in enumerate(itertools.islice(self._take(), first - 1, None), first):
            if not is_blank_row(row):
                yield number, row if len(row) == width else _fitted(row, width)

    def rows(self) -> Iterator[Row]:
        """Give the rows of :meth:`numbered` alone."""
        return (row for _number, row in self.numbered())

    def batches(self, size: int = BATCH) -> Iterator[list[tuple[int, Row]]]:
        """Give the rows of :meth:`numbered` so many at a time."""
        rows = self.numbered()
        while batch := list(itertools.islice(rows, size)):
            yield batch

    def close(self) -> None:
        """Let go of the file and of the process that reads it."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> Iterator[Row]:
        """All rows: those that were looked at and the rest of them; later, all from the beginning."""
        sample, self._sample = self._sample, None
        if sample is not None:
            return itertools.chain(sample, self._source)
        self._source = self._again()
        return self._source


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a table before its first row."""

    kind: Kind
    header_row: int | None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    """The one that is read; a CSV has none."""
    encoding: str | None = None
    delimiter: str | None = None


def open_table(
    path: Path | str,
    sheet: str | None = None,
    *,
    header_row: int | None = None,
    csv_limits: CsvLimits = AS_WORKBOOKS,
) -> Table:
    """Open a CSV, XLSX or XLS file by its content.

    Without ``sheet``, the first that holds anything; without ``header_row`` (counted from 1), the header is looked for.
    """
    path = Path(path)
    kind = sniff(path)
    if kind == "csv":
        dialect = detect_dialect(path, csv_limits)
        about = About(kind=kind, header_row=header_row, encoding=dialect.encoding, delimiter=dialect.delimiter)
        return Table(about, read_csv(path, dialect, csv_limits), lambda: read_csv(path, dialect, csv_limits))
    if kind == "xlsx":
        scan_xlsx(path)
    opened = open_sheet(path, sheet)
    about = About(kind=kind, header_row=header_row, sheets=opened.sheets, sheet=opened.sheet)
    return Table(about, opened.rows, lambda: open_sheet(path, opened.sheet).rows)


def _fitted(row: Row, width: int) -> Row:
    """Pad a short row with nothing; cut from a long one only what shows nothing."""
    if len(row) <= width:
        return row + [None] * (width - len(row))
    while len(row) > width and row[-1] is None:
        row.pop()
    return row
