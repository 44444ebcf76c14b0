"""Statements that SQLAlchemy puts together once and the driver runs with new values."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
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
    """A SELECT of one row of a mapped class, for :func:`adopt`.

    What the mapper does for it takes several times what the database needs, and every page of a record begins so.
    """

    __slots__ = ("_model", "_prepared")

    def __init__(self, model: type[R], conditions: Iterable[sa.ColumnElement[bool]], dialect: sa.Dialect) -> None:
        self._model = model
        self._prepared = Prepared(sa.select(model.__table__).where(*conditions), dialect)

    def one(self, session: TenantSession, values: Mapping[str, Any]) -> R | None:
        """The record, kept by the session from now on; None where there is none."""
        session.flush()  # as before any other statement of the session
        rows = self._prepared.rows(session, values)
        return adopt(session, self._model, rows[0]) if rows else None


def adopt(session: TenantSession, model: type[R], row: Iterable[Any]) -> R:
    """A row that was read as text, as if the mapper had read it: the table's columns in their order.

    Only one that the session does not have yet: which attributes of another are to be read anew the mapper knows.
    """
    record = model()
    vars(record).update(zip(_attributes(model), row, strict=True))  # type: ignore[arg-type] # a class is hashable
    make_transient_to_detached(record)
    session.add(record)
    return record


@lru_cache(maxsize=1000)
def _attributes(model: type[TenantRow]) -> tuple[str, ...]:
    mapper = sa.inspect(model)
    return tuple(mapper.get_property_by_column(column).key for column in model.__table__.columns)
