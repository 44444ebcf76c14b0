"""Statements that SQLAlchemy puts together once and the driver runs with new values."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.db.session import TenantSession


def at_most(number: int | None) -> sa.ColumnElement[int] | None:
    """A LIMIT as part of the text: a plan made before the values are known is good only if it knows where to stop."""
    return None if number is None else sa.literal_column(str(int(number)), sa.Integer)


class Prepared:
    """A SELECT as text, with named parameters.

    Putting a page's statement together, finding its text in SQLAlchemy's cache and wrapping its rows costs several
    times what the driver needs for it. The columns must be of types whose values the driver itself gives.
    """

    __slots__ = ("_constants", "_text", "names")

    def __init__(self, statement: sa.Select[Any], dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._constants = compiled.params
        self.names = tuple(statement.selected_columns.keys())
        """What the columns are called."""

    def rows(self, session: TenantSession, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with values for its parameters."""
        return session.rows(self._text, {**self._constants, **values})
