"""What a cell holds, and text that a spreadsheet program would run."""

import datetime as dt
import unicodedata

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | None
Row = list[Value]

_ACTIVE = frozenset("=+-@|%＝＋－＠")
_ACTIVE_AT_ONCE = frozenset("\t\r\n")
_QUOTES = frozenset("'\"‘’“”`´")
GUARD = "'"
"""What is put before text that must not run."""


def neutralise(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet program could take for a formula."""
    return GUARD + text if _is_active(text) else text


def restore(text: str) -> str:
    """Take away the one apostrophe that :func:`neutralise` would have put there; anything else stays as it is."""
    bare = text.removeprefix(GUARD)
    return bare if bare != text and _is_active(bare) else text


def _is_active(text: str) -> bool:
    """Look past what programs skip before a formula: blanks, control characters, byte-order marks and quotes."""
    if text[:1] in _ACTIVE_AT_ONCE:
        return True
    for character in text:
        if character in _ACTIVE:
            return True
        if not (character in _QUOTES or character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}):
            return False
    return False


def column_letter(index: int) -> str:
    """Name a column as spreadsheet programs do: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
