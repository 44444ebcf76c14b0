"""Columns of a table that is written, and values as XLSX and CSV want them."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from core.i18n import Label, translator
from core.sheets.cells import neutralise

_ = translator("core")

ColumnKind = Literal["text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean"]
Rows = Iterable[Sequence[Any]]
Converters = dict[str, Callable[[Any], Any]]

MAX_TEXT: Final = 32_767
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


def converted(columns: Sequence[Column], rows: Rows, kinds: Converters) -> Iterator[list[Any]]:
    """Each row with its values as the file's format wants them."""
    convert = [kinds[column.kind] for column in columns]
    for row in rows:
        yield [None if value is None else make(value) for make, value in zip(convert, row, strict=True)]


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
    number = Decimal(str(value))
    if not number.is_finite():
        return None
    digits = number.as_tuple().digits
    if len(digits) > MAX_PRECISION and len(number.normalize().as_tuple().digits) > MAX_PRECISION:
        return f"{number:f}"
    return float(number)


def _percent_cell(value: Any) -> float | str | None:
    return _number_cell(Decimal(str(value)).scaleb(-2))


def _date_cell(value: dt.date) -> dt.date | str:
    day = value.date() if isinstance(value, dt.datetime) else value
    return day if day >= _FIRST_DAY else _date_text(day)


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


CELLS: Final[Converters] = {
    "text": _text_cell,
    "integer": _number_cell,
    "decimal": _number_cell,
    "money": _number_cell,
    "percent": _percent_cell,
    "date": _date_cell,
    "datetime": _moment_cell,
    "boolean": _word,
}
TEXTS: Final[Converters] = {
    "text": lambda value: neutralise(_UNWRITABLE.sub("\ufffd", str(value))),
    "integer": _number_text,
    "decimal": _number_text,
    "money": _number_text,
    "percent": lambda value: f"{_number_text(value)}%",
    "date": _date_text,
    "datetime": _moment_text,
    "boolean": _word,
}
