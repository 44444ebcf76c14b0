"""The kind of field that holds the lines of a document: goods of a quote, allocations of a receipt, items of a slip."""

from typing import Any

from core.entity.kind import Kind

MOST = 1000
"""Lines of one document: more cannot be looked through in a form."""


class LinesKind(Kind):
    """Rows of another table that are part of the record; see :class:`core.entity.line.Line`.

    Not a column of the record's own, and not compared with anything. As JSON it is a list of objects, which the
    database makes in the API's form already.
    """

    name = "lines"
    python: Any = list
    operators: tuple[str, ...] = ()
    custom = False
    many = True


CELLS = frozenset(
    ("text", "long_text", "integer", "decimal", "money", "percent", "boolean", "date", "time", "datetime", "choice",
     "multi_choice", "link")
)  # fmt: skip
"""The kinds that a cell has room for."""

LINES = LinesKind()
"""No kind of a field of the record's own row, so it is not among the others."""
