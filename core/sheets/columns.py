"""Columns of a table that is written, and values as XLSX and CSV want them."""

import datetime as dt
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from core.i18n import Label, translator
from core.sheets.cells import neutralise
from core.sheets.errors import grouped

_ = translator("core")

ColumnKind = Literal["text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean", "any"]
"""``any`` writes each value as what it is, such as the cells of a file that are given back."""
Rows = Iterable[Sequence[Any]]
Values = Sequence[Any]
Converters = dict[str, Callable[[Values], Values]]

MAX_TEXT: Final = 32_767
_BATCH: Final = 500
MAX_PRECISION: Final = 15
"""Digits a number in a sheet keeps; longer ones are written as text."""

_EXACT: Final = 10**MAX_PRECISION

_FIRST_DAY: Final = dt.date(1900, 3, 1)
"""Before it spreadsheet programs disagree about dates, so those are written as text."""
_UNWRITABLE: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")

_FORMATS: Final[dict[str, str]] = {
    "integer": "#,##0",
    "decimal": "#,##0.00##",
    "money": "#,##0",
    "percent": "0.00%",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
}
_WIDTHS: Final[dict[str, float]] = {"text": 24, "money": 16, "datetime": 18}
_WIDTH: Final = 12.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that is written. Percentages are given as points: 12.5 shows as 12,5 %."""

    title: Label
    kind: ColumnKind = "text"
    width: float | None = None
    """In characters; None for what the kind usually needs."""
    number_format: str | None = None
    """As spreadsheet programs write it; None for the usual one of the kind."""

    @property
    def shown_width(self) -> float:
        """The width to write."""
        return self.width if self.width is not None else _WIDTHS.get(self.kind, _WIDTH)

    @property
    def shown_format(self) -> str | None:
        """The number format to write; None for text."""
        return self.number_format or _FORMATS.get(self.kind)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Rows given column by column, many rows at a time: a third of the work, where they come from a query."""

    parts: Iterable[Sequence[Values]]


@dataclass(slots=True)
class Tally:
    """Counts rows while they pass."""

    count: int = 0
    most: int | None = None

    def add(self, rows: int) -> None:
        """Count some. Raises ValueError, with a text, where a file has no room for them."""
        self.count += rows
        if self.most is not None and self.count > self.most:
            raise ValueError(_("A sheet holds at most %(rows)s rows. Export as CSV instead.", rows=grouped(self.most)))


def converted(
    columns: Sequence[Column], rows: Rows | Blocks, kinds: Converters, tally: Tally
) -> Iterator[tuple[Any, ...]]:
    """Each row with its values as the file's format wants them."""
    convert = [kinds[column.kind] for column in columns]
    for part in rows.parts if isinstance(rows, Blocks) else _parts(rows, len(columns)):
        tally.add(len(part[0]))
        yield from zip(*(make(values) for make, values in zip(convert, part, strict=True)), strict=True)


def _parts(rows: Rows, width: int) -> Iterator[Sequence[Values]]:
    every = iter(rows)
    while batch := list(itertools.islice(every, _BATCH)):
        if any(len(row) != width for row in batch):
            raise ValueError(f"Every row must have {width} values.")
        yield list(zip(*batch, strict=True))


def titles_of(columns: Sequence[Column]) -> list[str]:
    """Titles as text, told apart where two columns have the same."""
    taken: dict[str, int] = {}
    titles = []
    for column in columns:
        title = str(column.title)
        while title in taken:
            taken[str(column.title)] += 1
            title = f"{column.title} ({taken[str(column.title)]})"
        taken[title] = 1
        titles.append(title)
    return titles


# Values in a sheet


def each(make: Callable[[Any], Any]) -> Callable[[Values], Values]:
    """A converter of many values from that of one; nothing stays nothing."""

    def convert(values: Values) -> Values:
        if values.count(None) == len(values):  # nobody fills in every field
            return values
        return [None if value is None else make(value) for value in values]

    return convert


def filled(make: Callable[[Any], Any]) -> Callable[[Values], Values]:
    """As :func:`each`, of lists and the like: an empty one is nothing too."""
    return lambda values: [make(value) if value else None for value in values]


def _text_cells(values: Values) -> Values:
    """Nearly all columns of text can be written as they are: that is asked of all values at once."""
    try:
        together = "".join(filter(None, values))
    except TypeError:
        return each(_text_cell)(values)
    if together.isprintable() and "" not in values and max(map(len, filter(None, values)), default=0) <= MAX_TEXT:
        return values
    return each(_text_cell)(values)


def _text_cell(value: Any) -> str | None:
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = _UNWRITABLE.sub("\ufffd", text)
    return text[: MAX_TEXT - 1] + "…" if len(text) > MAX_TEXT else text or None


def _number_cell(value: Any) -> float | str | None:
    if isinstance(value, int) and -_EXACT < value < _EXACT:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    number, text = (value if isinstance(value, Decimal) else Decimal(str(value))), str(value)
    if not number.is_finite():
        return None
    if len(text) > MAX_PRECISION and len(number.normalize().as_tuple().digits) > MAX_PRECISION:
        return f"{number:f}"
    return float(number)


def _percent_cell(value: Any) -> float | str | None:
    return _number_cell(Decimal(str(value)).scaleb(-2))


def _date_cell(value: dt.date) -> dt.date | str:
    day = value.date() if isinstance(value, dt.datetime) else value
    return day if day >= _FIRST_DAY else _date_text(day)


def _moment_cells(values: Values) -> list[Any]:
    return [
        None
        if value is None
        else value
        if type(value) is dt.datetime and value.year > _FIRST_DAY.year and not (value.microsecond or value.tzinfo)
        else _moment_cell(value)
        for value in values
    ]


def _moment_cell(value: dt.date) -> dt.datetime | str:
    moment = _moment(value)
    return moment if moment.date() >= _FIRST_DAY else _moment_text(moment)


def _moment(value: dt.date) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None, microsecond=0)
    return dt.datetime.combine(value, dt.time())


def _word(value: Any) -> str:
    return str(_("Yes") if value else _("No"))


# Values in a CSV


def _number_text(value: Any) -> str:
    """A point and no grouping. Three decimals would read as thousands in Vietnam, so they get a fourth."""
    number = Decimal(str(value))
    if not number.is_finite():
        return ""
    whole, point, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}{point}{fraction}{'0' if len(fraction) == len('000') else ''}" if fraction else whole


def _date_text(value: dt.date) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def _moment_text(value: dt.date) -> str:
    moment = _moment(value)
    return f"{_date_text(moment)} {moment:%H:%M:%S}" if moment.second else f"{_date_text(moment)} {moment:%H:%M}"


def _any_cell(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, dt.date)):
        return _word(value) if isinstance(value, bool) else _text_cell(_clock(value))
    if isinstance(value, dt.date):
        return _moment_cell(value) if isinstance(value, dt.datetime) else _date_cell(value)
    return _number_cell(value)


def _any_text(value: Any) -> str:
    if isinstance(value, bool):
        return _word(value)
    if isinstance(value, (int, float, Decimal)):
        return _number_text(value)
    if isinstance(value, dt.date):
        return _moment_text(value) if isinstance(value, dt.datetime) else _date_text(value)
    return _plain_text(_clock(value))


def _clock(value: Any) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    return str(value)


def _plain_text(value: Any) -> str:
    return neutralise(_UNWRITABLE.sub("\ufffd", str(value)))


CELLS: Final[Converters] = {
    "text": _text_cells,
    "integer": each(_number_cell),
    "decimal": each(_number_cell),
    "money": each(_number_cell),
    "percent": each(_percent_cell),
    "date": each(_date_cell),
    "datetime": _moment_cells,
    "boolean": each(_word),
    "any": each(_any_cell),
}
TEXTS: Final[Converters] = {
    "text": each(_plain_text),
    "integer": each(_number_text),
    "decimal": each(_number_text),
    "money": each(_number_text),
    "percent": each(lambda value: f"{_number_text(value)}%"),
    "date": each(_date_text),
    "datetime": each(_moment_text),
    "boolean": each(_word),
    "any": each(_any_text),
}
