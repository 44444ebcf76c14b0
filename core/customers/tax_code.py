"""Vietnamese tax codes (mã số thuế): form, and the check digit of organisations.

Circular 90/2026/TT-BTC: 10 digits for organisations, 10-3 for their branches, 12 (the personal number) for people.
"""

import re

_FORM = re.compile(r"\d{10}|\d{10}-\d{3}|\d{12}")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_MODULUS = 11


def is_tax_code(text: str) -> bool:
    """Whether a text has the form of a tax code, spaces apart."""
    return bool(_FORM.fullmatch(text.replace(" ", "")))


def checks_out(text: str) -> bool:
    """Whether an organisation's check digit is right. Old data holds wrong ones: warn, never refuse."""
    digits = [int(one) for one in text.replace(" ", "")[:10]]
    rest = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False)) % _MODULUS
    return rest != 0 and digits[9] == 10 - rest
