"""Vietnamese tax codes (mã số thuế): form, and the check digit of organisations.

Circular 90/2026/TT-BTC: 10 digits for organisations, 10-3 for their branches, 12 (the personal number) for people.
"""

import re

from core.i18n import Label, translator

_ = translator("core")
_FORM = re.compile(r"\d{10}|\d{10}-\d{3}|\d{12}")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_MODULUS = 11
_PERSONAL = 12


def is_tax_code(text: str) -> bool:
    """Whether a text has the form of a tax code, spaces apart."""
    return bool(_FORM.fullmatch(text.replace(" ", "")))


def warning(text: str) -> Label | None:
    """What is odd about a tax code that is taken all the same: old data holds organisations with wrong check digits."""
    code = text.replace(" ", "")
    if not is_tax_code(code) or len(code) == _PERSONAL:
        return None
    *weighed, check = (int(one) for one in code[:10])
    rest = sum(weight * digit for weight, digit in zip(_WEIGHTS, weighed, strict=True)) % _MODULUS
    if rest != 0 and check == 10 - rest:
        return None
    return _("The last digit does not fit the others; check the tax code.")
