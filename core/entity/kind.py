"""What a kind of field is: the base class of those in :mod:`core.entity.kinds`."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

import marshmallow as ma
from sqlalchemy.types import TypeEngine

from core import parse
from core.entity.fields import Field
from core.i18n import Text, translator
from core.parse import USUAL, Notation
from core.text import normalize

_ = translator("core")

EQUALITY = ("eq", "ne", "in", "empty")


class Kind:
    """How one sort of value is stored, checked, typed, shown and filtered."""

    name = ""
    python: Any = str
    operators: tuple[str, ...] = EQUALITY
    sheet = "text"
    """The cell format in spreadsheets: text, integer, decimal, money, percent, date, datetime, boolean."""
    writable = True
    custom = True
    """A company may add fields of this kind."""
    many = False
    """Its value is a list, empty where there is nothing."""
    personal = False
    """Its values tell who somebody is, unless a declaration says otherwise."""
    identity = ""
    """What its values say of somebody where they identify, such as ``phone``; empty where that is the field's name."""

    def column(self, field: Field) -> TypeEngine[Any]:
        """The column's type."""
        raise NotImplementedError

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        """The field of the API's marshmallow schema."""
        raise NotImplementedError

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        """The value of what a person typed or a cell holds, None for a blank. Raises ValueError with a text.

        ``zone`` is the company's: moments are typed in it. ``notation`` is that of the file's column.
        """
        return parse.text(value)

    def tidy(self, value: Any) -> Any:
        """A valid value as it is kept, where there are several ways to write it."""
        return value

    def check(self, value: Any, field: Field) -> Text | None:
        """What is wrong with a value of the right type, or None."""
        if field.minimum is not None and value < field.minimum:
            return _("At least %(n)s.", n=field.minimum)
        if field.maximum is not None and value > field.maximum:
            return _("At most %(n)s.", n=field.maximum)
        return None

    def identities(self, value: Any) -> Iterable[str]:
        """What a value is compared by where it identifies: the same however it was written. Several for a list."""
        found = normalize(str(value)).replace(" ", "")
        return [found] if found else []

    def to_json(self, value: Any) -> Any:
        """The value as the API's JSON holds it; equal to what the schema dumps."""
        return value

    def from_json(self, value: Any) -> Any:
        """The opposite of :meth:`to_json`, for values kept in JSON columns. Raises ValueError."""
        return value
