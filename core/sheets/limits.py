"""How much one table may hold. The child process imports it too, so there is nothing else in here."""

from typing import Final, NamedTuple

MAX_FILE: Final = 25 << 20
MAX_ROWS: Final = 200_001
"""Two hundred thousand and their header."""
MAX_COLUMNS: Final = 256


class CsvLimits(NamedTuple):
    """How much a CSV may hold: it is read line by line, so an installation may allow more than of a workbook."""

    size: int = MAX_FILE
    rows: int = MAX_ROWS
    """Its header counts."""


AS_WORKBOOKS: Final = CsvLimits()
