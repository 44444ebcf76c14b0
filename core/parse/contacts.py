"""Telephone numbers and e-mail addresses."""

import re
from decimal import Decimal
from typing import Any, Final

from core.i18n import translator
from core.parse.plain import is_blank, typed

_ = translator("core")

_NOT_A_PHONE = _("Not a telephone number. Write it like 0912 345 678 or, from abroad, +1 650 253 0000.")
_NOT_AN_EMAIL = _("Not an e-mail address. Write it like ten@congty.vn.")

_COUNTRY: Final = "84"
_MOBILE = re.compile(r"0(?:3[0-9]|5[1-9]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}")
"""Vietnam's mobile numbers. New prefixes appear before libraries know them, so this is wider than what is in use."""
_PLAIN_MOBILE = re.compile(rf"(?:\+{_COUNTRY}|0)({_MOBILE.pattern.removeprefix('0')})")
_NATIONAL_DIGITS: Final = 9
"""Digits of a Vietnamese mobile number after the leading zero."""

# Until 2018 mobile numbers had 11 digits: the first four became three, the last seven stayed.
_MOVED: Final = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_OLD_LENGTH: Final = 11

_ALLOWED = re.compile(r"\(?\+?[0-9 ().\-/]+")
_LABEL = re.compile(r"^(?:tel|phone|mobile|sđt|đt|dđ|đtdđ|zalo|hotline)\s*[.:]*\s*", re.IGNORECASE)
_LOCAL: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
_EMAIL = re.compile(rf"({_LOCAL})@({_DOMAIN})")
_MAX_LOCAL: Final = 64
_MAX_EMAIL: Final = 254


def phone(value: Any) -> str | None:
    """Read a telephone number as E.164: ``0912 345 678`` is ``+84912345678``.

    Understands what spreadsheets and people do to Vietnamese numbers: the lost zero, 84 or 0084 in front, and the
    11 digits of before 2018. Other countries' numbers need their + or 00.
    """
    if is_blank(value):
        return None
    if isinstance(value, str) and (plain := _PLAIN_MOBILE.fullmatch(value)):
        return f"+{_COUNTRY}{plain[1]}"  # as nearly every number is
    try:
        number = _dialled(value)
    except (ValueError, OverflowError):
        raise ValueError(_NOT_A_PHONE) from None
    national = _vietnamese(number)
    if _MOBILE.fullmatch(national):
        return f"+{_COUNTRY}{national[1:]}"
    if number.startswith("+") and not number.startswith(f"+{_COUNTRY}"):
        return _checked(number)
    return _checked(national)


def email(value: Any) -> str | None:
    """Read an e-mail address, in lower case so that one person has one address."""
    if is_blank(value):
        return None
    try:
        local, _at, domain = typed(value).lower().removeprefix("mailto:").strip("<>").rpartition("@")
        domain = domain.encode("idna").decode("ascii")
    except ValueError:
        raise ValueError(_NOT_AN_EMAIL) from None
    address = f"{local}@{domain}"
    if not _EMAIL.fullmatch(address) or len(local) > _MAX_LOCAL or len(address) > _MAX_EMAIL:
        raise ValueError(_NOT_AN_EMAIL)
    return address


def _dialled(value: Any) -> str:
    """Give the digits, after a + where the number carries its country."""
    if isinstance(value, (float, Decimal)) and value == int(value):
        value = int(value)
    # An apostrophe keeps a spreadsheet from taking the zero away; copied on, it has become part of the text.
    body = _LABEL.sub("", typed(value).lstrip("'"), count=1)
    if isinstance(value, bool) or not _ALLOWED.fullmatch(body):
        raise ValueError
    digits = re.sub("[^0-9]", "", body)
    if body.startswith(("+", "(+")):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _vietnamese(number: str) -> str:
    """Give the number as dialled inside Vietnam, with its zero."""
    national = number
    if number.startswith("+"):
        national = number.removeprefix(f"+{_COUNTRY}")
    elif number.startswith(_COUNTRY) and len(number) > _NATIONAL_DIGITS + 1:
        national = number.removeprefix(_COUNTRY)
    if not national.startswith(("0", "+", "1800", "1900")):
        national = f"0{national}"
    if len(national) == _OLD_LENGTH and national[:4] in _MOVED:
        national = _MOVED[national[:4]] + national[4:]
    return national


def _checked(number: str) -> str:
    """Ask the table of the world's numbering plans."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        raise ValueError(_NOT_A_PHONE) from None
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError(_NOT_A_PHONE)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
