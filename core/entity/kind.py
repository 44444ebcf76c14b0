"""What a kind of field is: the base class of those in :mod:`core.entity.kinds`."""

from datetime import tzinfo
from typing import Any

import marshmallow as ma
from sqlalchemy.types import TypeEngine

from core import parse
from core.entity.fields import Field
from core.i18n import Text, translator
from core.parse import USUAL, Notation

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

    def check(self, value: Any, field: Field) -> Text | None:
        """What is wrong with a value of the right type, or None."""
        if field.minimum is not None and value < field.minimum:
            return _("At least %(n)s.", n=field.minimum)
        if field.maximum is not None and value > field.maximum:
            return _("At most %(n)s.", n=field.maximum)
        return None

    def to_json(self, value: Any) -> Any:
        """The value as the API's JSON holds it; equal to what the schema dumps."""
        return value

    def from_json(self, value: Any) -> Any:
        """The opposite of :meth:`to_json`, for values kept in JSON columns. Raises ValueError."""
        return value
