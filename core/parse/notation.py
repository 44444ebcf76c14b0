"""How one column of a file writes dates and numbers, found out once from its cells and used for each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from core.parse.dates import DateOrder, date_order
from core.parse.numbers import DecimalMark, decimal_mark


@dataclass(frozen=True, slots=True)
class Notation:
    """What to take for granted where a value alone could be read in two ways."""

    order: DateOrder = "dmy"
    mark: DecimalMark | None = None
    """The decimal sign, where it is known."""
    currency: str = "VND"

    @classmethod
    def of(cls, samples: Iterable[object], *, currency: str = "VND") -> Self:
        """That of a column, from as many of its cells as are at hand."""
        cells = list(samples)
        return cls(date_order(cells) or "dmy", decimal_mark(cells), currency)


USUAL: Final = Notation()
"""Day first, and a number's own separators decide."""
