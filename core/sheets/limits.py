"""How much one table may hold. The child process imports it too, so there is nothing else in here."""

from typing import Final

MAX_FILE: Final = 25 << 20
MAX_ROWS: Final = 200_001
"""Two hundred thousand and their header."""
MAX_COLUMNS: Final = 256
