"""Where the header of a table is, and what its columns are called.

Excel files made for people start with a title, the company's name, a date, an empty line; their headers may take two
rows, of which the upper groups the lower.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.i18n import translator
from core.sheets.cells import Row, Value, column_letter

_ = translator("core")

LOOK: Final = 25
"""Rows among which the header is looked for."""
_SHARE: Final = 0.7
"""Labels a header has at least, of the most that any of those rows has; a title line has fewer."""
_MAX_LABEL: Final = 120


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns and the row they stand in, counted from 1 as spreadsheet programs do.

    ``names`` are distinct; a column without a name and without data has an empty one.
    """

    row: int
    names: tuple[str, ...]
    height: int = 1


def is_blank_row(row: Sequence[Value]) -> bool:
    """Tell whether a row shows nothing."""
    return all(_empty(cell) for cell in row)


def find_header(sample: Sequence[Row], row: int | None = None) -> Header:
    """Find the header among the first rows of a table, or take the one at ``row`` (counted from 1) for it."""
    usual = _usual_length(sample)
    if row is not None:
        chosen = [sample[row - 1]] if 0 < row <= len(sample) else [[]]
        return Header(row, _names(chosen, sample[row:], usual))
    index = _find([cells[:usual] for cells in sample[:LOOK]])
    if index and _stacked(sample[index - 1], sample[index]):
        index, height = index - 1, 2
    else:
        height = 2 if index + 1 < len(sample) and _stacked(sample[index], sample[index + 1]) else 1
    rows = sample[index : index + height]
    return Header(index + 1, _names(rows, sample[index + height :], usual), height)


def _usual_length(sample: Sequence[Row]) -> int:
    """Cells most rows have. More, in a row of a CSV, come from a delimiter inside a text and are no columns."""
    lengths = Counter(len(row) for row in sample if not is_blank_row(row))
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def _find(sample: Sequence[Row]) -> int:
    counts = [_labels(row) for row in sample]
    most = max(counts, default=0)
    filled = [index for index, row in enumerate(sample) if not is_blank_row(row)]
    likely = (index for index in filled if counts[index] and counts[index] >= _SHARE * most)
    return next(likely, filled[0] if filled else 0)


def _labels(row: Row) -> int:
    """Count what could be names of columns; none in a row where something could not."""
    texts = {_label(cell) for cell in row if _is_label(cell)}
    others = sum(not _empty(cell) and not _is_label(cell) for cell in row)
    return len(texts) if others <= len(texts) // 4 else 0


def _empty(cell: Value) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_label(cell: Value) -> bool:
    return isinstance(cell, str) and len(cell) <= _MAX_LABEL and any(c.isalpha() for c in cell) and "@" not in cell


def _label(cell: Value) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _stacked(upper: Row, lower: Row) -> bool:
    """Tell whether two rows are one header: the lower names what the upper only groups, and leaves out the rest."""
    above = {index for index, cell in enumerate(upper) if not _empty(cell)}
    below = {index for index, cell in enumerate(lower) if not _empty(cell)}
    if not all(_is_label(row[index]) for row, found in ((upper, above), (lower, below)) for index in found):
        return False
    groups = above & below
    return bool(above - below) and bool(below - above) and all(g + 1 in below and g + 1 not in above for g in groups)


def _names(rows: Sequence[Row], data: Sequence[Row], usual: int) -> tuple[str, ...]:
    filled = {index for row in data for index, cell in enumerate(row[:usual]) if not _empty(cell)}
    labelled = {index for row in rows for index, cell in enumerate(row) if not _empty(cell)}
    width = max(filled | labelled, default=-1) + 1
    given = [_given(rows, index) for index in range(width)]
    names = [
        name or (str(_("Column %(letter)s", letter=column_letter(index))) if index in filled else "")
        for index, name in enumerate(given)
    ]
    return tuple(_numbered(names))


def _given(rows: Sequence[Row], index: int) -> str:
    """The name of a column: of two rows the lower, preceded by its group where another column is called the same."""
    labels = [_label(row[index]) if index < len(row) else "" for row in rows]
    lower = labels[-1]
    if len(rows) == 1 or not lower:
        return lower or labels[0]
    twins = Counter(_label(cell) for cell in rows[-1])[lower]
    group = next((_label(cell) for cell in reversed(rows[0][: index + 1]) if not _empty(cell)), "")
    return f"{group} {lower}".strip() if twins > 1 else lower


def _numbered(names: Sequence[str]) -> list[str]:
    """Tell columns of one name apart: Phone, Phone (2)."""
    taken = set(names)
    seen: set[str] = set()
    result = []
    for name in names:
        distinct, number = name, 1
        while name and distinct in seen | (taken - {name}):
            number += 1
            distinct = f"{name} ({number})"
        seen.add(distinct)
        result.append(distinct)
    return result
