"""Statements that SQLAlchemy puts together once and the driver runs with new values."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached

from core.db.base import TenantRow
from core.db.session import TenantSession

R = TypeVar("R", bound=TenantRow)


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


class PreparedRecord(Generic[R]):
    """A SELECT of one row of a mapped class, into the session as the mapper would.

    What the mapper does for it takes several times what the database needs, and every page of a record begins so.
    Only for a row that the session does not have yet: which of its attributes are to be read anew the mapper knows.
    """

    __slots__ = ("_attributes", "_model", "_prepared")

    def __init__(self, model: type[R], conditions: Iterable[sa.ColumnElement[bool]], dialect: sa.Dialect) -> None:
        mapper = sa.inspect(model)
        self._model = model
        self._attributes = [mapper.get_property_by_column(column).key for column in model.__table__.columns]
        self._prepared = Prepared(sa.select(model.__table__).where(*conditions), dialect)

    def one(self, session: TenantSession, values: Mapping[str, Any]) -> R | None:
        """The record, kept by the session from now on; None where there is none."""
        session.flush()  # as before any other statement of the session
        rows = self._prepared.rows(session, values)
        if not rows:
            return None
        record = self._model()
        vars(record).update(zip(self._attributes, rows[0], strict=True))
        make_transient_to_detached(record)
        session.add(record)
        return record
