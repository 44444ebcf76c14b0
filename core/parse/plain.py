"""Text and yes-or-no."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any, Final

from core.i18n import translator
from core.text import normalize

_ = translator("core")

# Everything below a space but tab and line ends, what never shows, and the halves of characters.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")

_PLAINER = str.maketrans(
    dict.fromkeys("\u00a0\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u2010\u2011\u2013\u2212", "-")
    | {"’": "'", "＋": "+"}
)

MAX_TYPED: Final = 320
"""Characters of a number, a date, an address of e-mail. More is another column's text, and patterns are slow on it."""

_YES = frozenset(("yes", "y", "true", "t", "on", "1", "x", "co", "dung", "roi", "da"))
_NO = frozenset(("no", "n", "false", "f", "off", "0", "khong", "k", "ko", "sai", "chua"))
_TICKS = frozenset("✓✔☑✅🗸")
_CROSSES = frozenset("✗✘☐❌")


def is_blank(value: Any) -> bool:
    """Tell whether a cell or a form field was left empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def typed(value: Any) -> str:
    """Give what was typed with plain spaces, dashes and quotes, and without marks that do not show.

    Raises a bare :class:`ValueError` for what is far too long: the caller says what it wanted.
    """
    body = str(value)
    if len(body) > MAX_TYPED:
        raise ValueError
    if body.isascii():
        return body.strip()
    visible = "".join(c for c in body if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", visible).translate(_PLAINER).strip()


def text(value: Any) -> str | None:
    """Give any value as clean text: composed letters, no control characters, no blanks around it.

    Numbers lose a fraction of zero (a telephone number in a spreadsheet is ``912345678.0``); dates read dd/mm/yyyy.
    """
    if isinstance(value, str) and value.isprintable() and unicodedata.is_normalized("NFC", value):
        return value.strip() or None  # as nearly every cell is
    clean = _UNWANTED.sub("", unicodedata.normalize("NFC", _shown(value)))
    return _LINE_END.sub("\n", clean).strip() or None


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(_("Yes") if value else _("No"))
        case float() | Decimal():
            return _shown_number(Decimal(str(value)))
        case dt.date() | dt.time():
            return _shown_moment(value)
    return str(value)


def _shown_moment(value: dt.date | dt.time) -> str:
    day = value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else ""
    if not isinstance(value, (dt.datetime, dt.time)):
        return day
    return f"{day} {value.strftime('%H:%M:%S' if value.second else '%H:%M')}".strip()


def _shown_number(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def boolean(value: Any) -> bool | None:
    """Read có/không, yes/no, x, a tick, 1/0."""
    if is_blank(value):
        return None
    if isinstance(value, bool):
        return value
    shown = _shown(value).strip()
    word = normalize(shown)
    if shown in _TICKS or word in _YES:
        return True
    if shown in _CROSSES or word in _NO:
        return False
    raise ValueError(_("Not a yes or no. Write Có or Không, or x for yes."))
