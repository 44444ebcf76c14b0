"""What people type and files hold, turned into values.

Every function takes whatever a form, an API or a cell gives and returns a value of one type, None for nothing at all,
or raises :class:`ValueError` with a translatable sentence that says what would be understood. Call them by the module:
``parse.date("31/12/2026")``.
"""

from core.parse.contacts import email, phone
from core.parse.dates import DateOrder, date, date_order, datetime, time
from core.parse.notation import USUAL, Notation
from core.parse.numbers import DecimalMark, decimal, decimal_mark, integer, money, percent
from core.parse.plain import boolean, is_blank, text

__all__ = [
    "USUAL",
    "DateOrder",
    "DecimalMark",
    "Notation",
    "boolean",
    "date",
    "date_order",
    "datetime",
    "decimal",
    "decimal_mark",
    "email",
    "integer",
    "is_blank",
    "money",
    "percent",
    "phone",
    "text",
    "time",
]
