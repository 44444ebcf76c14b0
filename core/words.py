"""Amounts in words, as documents have them: “Một triệu năm trăm nghìn đồng”, “One million five hundred thousand dong”."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from core.i18n import current_locale

ODD_WORDS = ("lẻ", "linh")
"""How Vietnamese reads a nought before the units, in 105: the south's word first."""
_BILLION = 10**9
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"vi": ("", "nghìn", "triệu"), "en": ("", "thousand", "million", "billion", "trillion", "quadrillion")}
_CURRENCIES = {
    "vi": {"VND": "đồng", "USD": "đô la Mỹ", "EUR": "euro", "JPY": "yên"},
    "en": {"VND": "dong", "USD": "US dollars", "EUR": "euros", "JPY": "yen"},
}
_WHOLE = frozenset(("VND", "JPY", "KRW"))
_LARGEST = 10**18


def amount_in_words(
    amount: int | Decimal, *, currency: str = "VND", locale: str | None = None, odd: str = ODD_WORDS[0]
) -> str:
    """An amount as it is written out on receipts and contracts; half a đồng is rounded up.

    ``locale`` is the language, that of whoever reads by default; ``odd`` how Vietnamese reads the nought in 105. What
    is less than a whole is written as hundredths. Raises ValueError for what no document has: 10¹⁸ and more.
    """
    language = "vi" if (locale or current_locale()) == "vi" else "en"
    cents = int((abs(Decimal(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, part = divmod(cents, 100)
    if currency in _WHOLE:
        whole, part = whole + (part >= 50), 0  # noqa: PLR2004 # hundredths
    if whole >= _LARGEST:
        raise ValueError(amount)
    said = " ".join(_vietnamese(whole, odd) if language == "vi" else _english(whole))
    unit = _CURRENCIES[language].get(currency, currency)
    text = f"{said} {unit}"
    if part:
        text += f" {'và' if language == 'vi' else 'and'} {part:02d}/100"
    if amount < 0 and (whole or part):
        text = f"{'âm' if language == 'vi' else 'minus'} {text}"
    return text[0].upper() + text[1:]


def _groups(number: int) -> list[int]:
    """Three digits each, from the right."""
    found = []
    while number:
        number, group = divmod(number, 1000)
        found.append(group)
    return found or [0]


def _vietnamese(number: int, odd: str, *, full: bool = False) -> Iterator[str]:
    """Billions are counted like units are: nghìn tỷ, triệu tỷ. ``full`` says that something stands before."""
    billions, rest = divmod(number, _BILLION)
    if billions:
        yield from _vietnamese(billions, odd)
        yield "tỷ"
        if not rest:
            return
        full = True
    groups = _groups(rest)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group or len(groups) == 1:
            yield from _three_vietnamese(group, odd, full=full)
            if scale := _SCALES["vi"][place]:
                yield scale
        full = True


def _three_vietnamese(group: int, odd: str, *, full: bool) -> Iterator[str]:
    """Up to three digits; ``full`` reads the hundreds though there are none."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    if hundreds or full:
        yield f"{_DIGITS[hundreds]} trăm"
    if tens > 1:
        yield f"{_DIGITS[tens]} mươi"
    elif tens:
        yield "mười"
    elif ones and (hundreds or full):
        yield odd
    if not ones:
        if not group and not full:
            yield _DIGITS[0]
    elif tens > 1:
        yield _AFTER_TENS.get(ones, _DIGITS[ones])
    else:
        yield "lăm" if tens and ones == 5 else _DIGITS[ones]  # noqa: PLR2004 # mười lăm


def _english(number: int) -> Iterator[str]:
    groups = _groups(number)
    for place in range(len(groups) - 1, -1, -1):
        if groups[place] or len(groups) == 1:
            yield from _three_english(groups[place])
            if scale := _SCALES["en"][place]:
                yield scale


def _three_english(group: int) -> Iterator[str]:
    hundreds, rest = divmod(group, 100)
    if hundreds:
        yield f"{_ONES[hundreds]} hundred"
    if rest >= len(_ONES):
        tens, ones = divmod(rest, 10)
        yield _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
    elif rest or not group:
        yield _ONES[rest]
