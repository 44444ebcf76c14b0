"""CSV read as a stream, whatever program wrote it."""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.i18n import Text, translator
from core.sheets.cells import GUARD, Row, restore
from core.sheets.encoding import SAMPLE, detect_encoding
from core.sheets.errors import Rejected, grouped
from core.sheets.limits import AS_WORKBOOKS, MAX_COLUMNS, CsvLimits
from core.sheets.scan import check_size

_ = translator("core")

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_RECORDS: Final = 200
_DECLARED = re.compile(r'\ufeff?"?sep=([^\r\n])"?[\r\n]*', re.IGNORECASE)
"""The first line by which a file may tell Excel its delimiter."""
_END: Final = "\0"
"""Fed to the parser as a last line; the text itself has lost its NULs before."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file is written."""

    encoding: str
    delimiter: str
    declared: bool = False
    """The first line names the delimiter and is no row."""


def detect_dialect(path: Path, limits: CsvLimits = AS_WORKBOOKS) -> Dialect:
    """Find encoding and delimiter from the content."""
    check_size(path, limits.size)
    encoding = detect_encoding(path)
    with path.open("rb") as file:
        head = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(SAMPLE)).replace("\0", "")
    first, _end, _others = head.partition("\n")
    if declared := _DECLARED.fullmatch(first):
        return Dialect(encoding, declared[1], declared=True)
    return Dialect(encoding, detect_delimiter(head))


def detect_delimiter(sample: str) -> str:
    """Choose the delimiter that cuts most records into the same number of fields; of equals, the most fields.

    Records are cut by the CSV parser itself, so what is quoted does not count. A comma, where nothing cuts.
    """
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        records = [len(record) for record in itertools.islice(reader, _SAMPLE_RECORDS) if record]
    except csv.Error:
        return 0.0, 0
    fields, times = max(Counter(records).items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (times / len(records), fields) if fields > 1 else (0.0, 0)


def read_csv(path: Path, dialect: Dialect, limits: CsvLimits = AS_WORKBOOKS) -> Generator[Row]:
    """Give the records of a file one by one; a cell is text or None."""
    with path.open(encoding=dialect.encoding, errors="replace", newline="") as file:
        lines = _clean(file, compose=dialect.encoding == "cp1258")
        rows = _records(itertools.chain(lines, [_END]), dialect.delimiter, limits.rows)
        if dialect.declared:
            next(rows)
        yield from rows


def _clean(lines: Iterable[str], *, compose: bool) -> Iterator[str]:
    """Drop NULs, which no database keeps, and compose letters whose code page has no composed ones."""
    for line in lines:
        text = line.replace("\0", "")
        yield unicodedata.normalize("NFC", text) if compose else text


def _records(lines: Iterator[str], delimiter: str, most: int) -> Generator[Row]:
    reader = csv.reader(lines, delimiter=delimiter)
    started = 1
    try:
        for number, record in enumerate(reader, 1):
            if record == [_END]:
                return
            if record and record[-1].endswith(_END):  # the end came inside quotes
                raise Rejected(_unreadable(started))
            if len(record) > MAX_COLUMNS or number > most:
                raise Rejected(_too_large(most))
            yield [(restore(cell) if cell[:1] == GUARD else cell) or None for cell in record]
            started = reader.line_num + 1
    except csv.Error as error:
        raise Rejected(_unreadable(started)) from error


def _too_large(most: int) -> Text:
    return _(
        "The table is too large: at most %(rows)s rows and %(columns)s columns. Split it into several files.",
        rows=grouped(most - 1),
        columns=MAX_COLUMNS,
    )


def _unreadable(line: int) -> Text:
    return _("From line %(line)s on the file cannot be read: a quotation mark opened there is never closed.", line=line)
