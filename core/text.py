"""Text as a search sees it: without case, accents and punctuation."""

import re
import unicodedata

# NFD leaves a barred d whole. Old fonts and code pages put eth or the African d where đ was meant; they look the same.
_BARRED = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
_GAP = re.compile(r"[\W_]+")
MARKS = "\u0300-\u036f"
"""The marks of western letters, Vietnamese ones among them: a range for regular expressions."""
_MARKS = re.compile(f"[{MARKS}]+")
_INVISIBLE = frozenset(("Mn", "Me", "Cf"))


def normalize(text: str) -> str:
    """Reduce text to what two people typing the same name would agree on.

    ``"Đặng  Thị-Bưởi"`` becomes ``"dang thi buoi"``. Applying it twice changes nothing, and composed and
    decomposed input give the same result.
    """
    if text.isascii():
        return _GAP.sub(" ", text.lower()).strip()
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text).casefold())
    if not plain.isascii():
        plain = plain.translate(_BARRED)
    if not plain.isascii():
        plain = _bare(text)
    return _GAP.sub(" ", plain).strip()


def inside(title: str) -> str:
    """A title as it stands inside a sentence: ``"Giao dịch"`` becomes ``"giao dịch"``; an abbreviation stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def unaccented(text: str) -> str:
    """A text without case and Vietnamese marks, its punctuation as it is: ``"51F-Đặng"`` becomes ``"51f-dang"``."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).lower().replace("đ", "d")


def _bare(text: str) -> str:
    """What is left of any script without marks; slower than the way of nearly every Vietnamese name."""
    # A mark can fold to a letter and a letter can fold to a letter with a mark: decompose on both sides.
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold()).translate(_BARRED)
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c) not in _INVISIBLE)


def digits(text: str) -> str:
    """Keep the decimal digits alone, whatever script they are written in, as ``0`` to ``9``."""
    if text.isascii():
        return "".join(filter(str.isdecimal, text))
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())
