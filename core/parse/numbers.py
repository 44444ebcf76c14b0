"""Numbers as they are written in Vietnam and elsewhere.

``1.234.567``, ``1,234,567.5``, ``1 234 567``, ``(1.000)``, ``2tr5``, ``1 tỷ 200 triệu``, ``500k``, ``12,5%``.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, Literal

from core.i18n import translator
from core.parse.plain import MAX_TYPED, is_blank, typed

DecimalMark = Literal[".", ","]

_ = translator("core")

MAX_LENGTH: Final = 28
"""Of a written number; decimal arithmetic keeps as many digits."""
_FLOAT_DIGITS: Final = 15
"""Digits a spreadsheet keeps of a number; what a float says beyond them is noise."""
_GROUP: Final = 3

_NOT_A_NUMBER = _("Not a number. Write it like 1.234.567 or 1.234,5.")
_NOT_WHOLE = _("A whole number is needed.")
_NOT_AN_AMOUNT = _("Not an amount. Write it like 1.234.567, 500k, 2tr5 or 1tỷ2.")
_NOT_A_PERCENTAGE = _("Not a percentage. Write it like 12,5 or 12,5%.")

_DIGITS = re.compile(r"[0-9]+(?:[.,' ][0-9]+)*|[.,][0-9]+")
_POWER = re.compile(r"([0-9]+(?:[.,][0-9]+)?)e([+-]?[0-9]{1,2})", re.IGNORECASE)

_UNITS: Final = {
    "k": 10**3, "ng": 10**3, "ngan": 10**3, "ngàn": 10**3, "nghin": 10**3, "nghìn": 10**3,
    "tr": 10**6, "trieu": 10**6, "triệu": 10**6,
    "ty": 10**9, "tỷ": 10**9, "ti": 10**9, "tỉ": 10**9,
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_STEP = re.compile(rf"([0-9][0-9.,]*)\s*({_UNIT})(?![^\W\d_])\s*")
_REST = re.compile(r"([0-9]{1,3})|(rưỡi|ruoi)")

_SIGNS: Final = {"VND": ("vnđ", "vnd", "đồng", "dong", "đ", "₫"), "USD": ("us$", "usd", "$"), "EUR": ("eur", "€")}


def decimal(value: Any, *, mark: DecimalMark | None = None) -> Decimal | None:
    """Read a number. ``mark`` is the decimal sign where it is known, as of a column (see :func:`decimal_mark`).

    Without it, one kind of separator that repeats groups thousands, and so does a single one before exactly three
    digits; of two kinds the last is the decimal sign. ``12%`` is 0.12.
    """
    return _read(value, mark, _NOT_A_NUMBER, hundredths=True)


def integer(value: Any, *, mark: DecimalMark | None = None) -> int | None:
    """Read a whole number; a fraction of zero is no fraction."""
    number = _read(value, mark, _NOT_WHOLE)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError(_NOT_WHOLE)
    return int(number)


def money(value: Any, *, currency: str = "VND", mark: DecimalMark | None = None) -> Decimal | None:
    """Read an amount of one currency, with or without its sign. Another currency's sign is an error, not a rate."""
    if isinstance(value, str) and len(value) <= MAX_TYPED:
        value = _without_sign(typed(value), currency)
    return _read(value, mark, _NOT_AN_AMOUNT)


def percent(value: Any, *, mark: DecimalMark | None = None) -> Decimal | None:
    """Read a percentage as its points: ``12,5%``, ``12,5`` and 12.5 are 12.5.

    The readers of files give a cell that is formatted as a percentage as text with its sign.
    """
    if isinstance(value, str) and len(value.strip()) > 1:
        value = value.strip().removesuffix("%")
    return _read(value, mark, _NOT_A_PERCENTAGE)


def decimal_mark(samples: Iterable[object]) -> DecimalMark | None:
    """Tell the decimal sign of a column from the values that leave no doubt; None when none does or they disagree."""
    found: set[DecimalMark] = set()
    for sample in samples:
        match = _DIGITS.search(sample) if isinstance(sample, str) else None
        if match and (sure := _sure_mark(match[0])):
            found.add(sure)
    return found.pop() if len(found) == 1 else None


def _read(value: Any, mark: DecimalMark | None, complaint: object, *, hundredths: bool = False) -> Decimal | None:
    if is_blank(value):
        return None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = from_cell(value)
        if not number.is_finite():
            raise ValueError(complaint)
        return number
    try:
        body = typed(value) if isinstance(value, str) else ""
        shift = 2 if hundredths and body.endswith("%") else 0
        return _signed(body.removesuffix("%") if shift else body, mark).scaleb(-shift)
    except ValueError:
        raise ValueError(complaint) from None


def from_cell(value: float | Decimal) -> Decimal:
    """Give the number a cell shows: 0.1 + 0.2 is 0.3."""
    if isinstance(value, float) and not value.is_integer():
        return Decimal(f"{value:.{_FLOAT_DIGITS}g}")
    return Decimal(value)


def _signed(text: str, mark: DecimalMark | None) -> Decimal:
    body = text.strip().lower()
    if body.startswith("(") and body.endswith(")"):
        return -_unsigned(body[1:-1].strip(), mark)
    if body.startswith("-"):
        return -_unsigned(body[1:].lstrip(), mark)
    return _unsigned(body.removeprefix("+").lstrip(), mark)


def _unsigned(body: str, mark: DecimalMark | None) -> Decimal:
    if len(body) > MAX_LENGTH:
        raise ValueError
    if _DIGITS.fullmatch(body):
        return _plain(body, mark)
    if power := _POWER.fullmatch(body):
        return Decimal(power[1].replace(",", ".")).scaleb(int(power[2]))
    return _spoken(body, mark)


def _plain(body: str, mark: DecimalMark | None) -> Decimal:
    """Read digits with separators; every separator but the decimal sign must stand before groups of three."""
    sign = mark or _sure_mark(body) or ""
    whole, _found, fraction = body.rpartition(sign) if sign and sign in body else (body, "", "")
    groups = re.split("[.,' ]", whole)
    separators = set(re.findall("[.,' ]", whole))
    regular = all(len(group) == _GROUP for group in groups[1:]) and 0 < len(groups[0]) <= _GROUP
    if separators and (len(separators) > 1 or sign in separators or not regular):
        raise ValueError
    return Decimal(f"{''.join(groups) or 0}.{fraction}".rstrip("."))


def _sure_mark(body: str) -> DecimalMark | None:
    """Give the decimal sign of one number if there can be no other reading."""
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return None
    last: DecimalMark = "." if body.rfind(".") > body.rfind(",") else ","
    if dots and commas:
        return last
    if dots + commas > 1:
        return None
    head, _sign, tail = body.partition(last)
    thousands = len(tail) == _GROUP and 0 < len(head) <= _GROUP and not head.startswith("0")
    return None if thousands else last


def _spoken(body: str, mark: DecimalMark | None) -> Decimal:
    """Read amounts as they are said: each unit smaller than the one before, what follows the last is its fraction."""
    total, position, unit = Decimal(0), 0, 0
    while step := _STEP.match(body, position):
        smaller = _UNITS[step[2]]
        if unit and smaller >= unit:
            raise ValueError
        unit = smaller
        total += _plain(step[1], mark) * unit
        position = step.end()
    if not unit:
        raise ValueError
    if position == len(body):
        return total
    rest = _REST.fullmatch(body, position)
    if rest is None:
        raise ValueError
    return total + unit * (Decimal(f"0.{rest[1]}") if rest[1] else Decimal("0.5"))


def _without_sign(body: str, currency: str) -> str:
    for sign in (*_SIGNS.get(currency, ()), currency.lower()):
        if body.lower().endswith(sign):
            return body[: -len(sign)].rstrip(" .")
        if body.lower().startswith(sign):
            return body[len(sign) :].lstrip()
    return body
