"""Personal ID numbers (số định danh, CCCD): 12 digits of province, century and sex, year and serial; 9 before 2016."""

import re

_FORM = re.compile(r"\d{12}|\d{9}")


def is_id_number(text: str) -> bool:
    """Whether a text has the form of an ID number, spaces apart."""
    return bool(_FORM.fullmatch(text.replace(" ", "")))
