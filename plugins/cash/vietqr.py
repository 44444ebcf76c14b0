"""The text of a VietQR code (NAPAS, EMVCo merchant-presented): what a banking app needs to fill in a transfer."""

import re
import unicodedata
from decimal import Decimal

TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
NOTE = 25
"""The longest note that every bank passes on."""
_NAPAS = "A000000727"
_POLYNOMIAL, _START, _TOP, _MASK = 0x1021, 0xFFFF, 0x8000, 0xFFFF
_LENGTH, _CHECKED = 99, 4


def payload(
    bank: str, account: str, amount: Decimal | None = None, text: str = "", *, service: str = TO_ACCOUNT
) -> str:
    """The code's text: to an account at a bank known by its BIN, of an amount or of whatever the payer types."""
    target = _field("00", _NAPAS) + _field("01", _field("00", bank) + _field("01", account)) + _field("02", service)
    parts = [_field("00", "01"), _field("01", "12" if amount else "11"), _field("38", target), _field("53", "704")]
    if amount:
        parts.append(_field("54", f"{amount:f}".split(".")[0] if amount == int(amount) else f"{amount:f}"))
    parts.append(_field("58", "VN"))
    if note := plain(text):
        parts.append(_field("62", _field("08", note)))
    whole = "".join(parts) + "6304"
    return whole + f"{crc(whole):04X}"


def plain(text: str, longest: int = NOTE) -> str:
    """A note as every bank passes it on: ASCII letters, digits, blanks and hyphens, no more than 25."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    return re.sub(r"[^A-Za-z0-9-]+", " ", bare)[:longest].strip()


def is_valid(code: str) -> bool:
    """Whether a code's text is whole: its check says so, in capitals or not."""
    said = code[-_CHECKED:]
    return code[:-_CHECKED].endswith("6304") and said.upper() == f"{crc(code[:-_CHECKED]):04X}"


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE."""
    found = _START
    for byte in text.encode():
        found ^= byte << 8
        for _bit in range(8):
            found = ((found << 1) ^ _POLYNOMIAL if found & _TOP else found << 1) & _MASK
    return found


def _field(name: str, value: str) -> str:
    if len(value) > _LENGTH:
        raise ValueError(value)
    return f"{name}{len(value):02d}{value}"
