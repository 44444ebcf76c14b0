"""Statements that SQLAlchemy puts together once and the driver runs with new values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.dml import ReturningInsert

from core.db.base import TenantRow
from core.db.driver import Statement
from core.db.session import TenantSession

R = TypeVar("R", bound=TenantRow)
_KNOWN = "ghep_known"
"""Where a session's info holds the answers that were not asked for yet."""


def at_most(number: int | None) -> sa.ColumnElement[int] | None:
    """A LIMIT as part of the text: a plan made before the values are known is good only if it knows where to stop."""
    return None if number is None else written(number)


def written(number: int) -> sa.ColumnElement[int]:
    """A number as part of the text: it is the same each time, so nobody need send it."""
    return sa.literal_column(str(int(number)), sa.Integer)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A statement as text, with parameters as ``%(name)s``.

    Putting a page's statement together, finding its text in SQLAlchemy's cache and wrapping its rows costs several
    times what the driver needs for it. The columns must be of types whose values the driver itself gives.
    """

    text: str
    names: tuple[str, ...]
    """What the columns are called."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """Parameters whose values are known already."""
    passing: bool = False
    """Whether what it writes, if anything, would not be missed."""

    @classmethod
    def of(cls, statement: sa.Select[Any] | ReturningInsert[Any], dialect: sa.Dialect) -> "Prepared":
        """The text of a SELECT, or of an INSERT that would not be missed."""
        compiled = statement.compile(dialect=dialect)
        return cls(str(compiled), tuple(map(str, statement.exported_columns.keys())), compiled.params, passing=True)

    def rows(self, session: TenantSession, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with values for its parameters."""
        return session.rows_of_each([self.with_values(values)])[0]

    def with_values(self, values: Mapping[str, Any]) -> Statement:
        """It as the session takes it."""
        return Statement(self.text, {**self.constants, **values}, self.passing)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement with its values, which a page may ask together with others: see :func:`ask`."""

    statement: Prepared
    values: Mapping[str, Any]

    def answer(self, session: TenantSession) -> list[tuple[Any, ...]]:
        """The rows; those that :func:`ask` has read where it was asked this."""
        known: list[tuple[Question, list[tuple[Any, ...]]]] = session.info.get(_KNOWN, [])
        for place, (asked, rows) in enumerate(known):
            if asked == self:
                del known[place]  # once: what it asks about may change
                return rows
        return self.statement.rows(session, self.values)


def ask(session: TenantSession, questions: Sequence[Question]) -> None:
    """Ask the database several things at once, each of which is going to be wanted in this turn.

    A short statement costs more on its way to the database and back than in it.
    """
    session.flush()  # as before any other statement of the session
    answers = session.rows_of_each([one.statement.with_values(one.values) for one in questions])
    session.info[_KNOWN] = list(zip(questions, answers, strict=True))


class PreparedRecord(Generic[R]):
    """A SELECT of one row of a mapped class, for :func:`adopt`.

    What the mapper does for it takes several times what the database needs, and every page of a record begins so.
    """

    __slots__ = ("_model", "_prepared")

    def __init__(self, model: type[R], conditions: Iterable[sa.ColumnElement[bool]], dialect: sa.Dialect) -> None:
        self._model = model
        self._prepared = Prepared.of(sa.select(model.__table__).where(*conditions), dialect)

    def one(self, session: TenantSession, values: Mapping[str, Any]) -> R | None:
        """The record, kept by the session from now on; None where there is none."""
        session.flush()  # as before any other statement of the session
        rows = self._prepared.rows(session, values)
        return adopt(session, self._model, rows[0]) if rows else None


def adopt(session: TenantSession, model: type[R], row: Iterable[Any]) -> R:
    """A row that was read as text, as if the mapper had read it: the table's columns in their order.

    Only one that the session does not have yet: which attributes of another are to be read anew the mapper knows. The
    steps are those of the mapper's own loading; to attach a record that was made otherwise takes five times as long.
    """
    mapper: Mapper[R] = sa.inspect(model)
    record = mapper.class_manager.new_instance()
    values, state = vars(record), sa.inspect(record)
    values.update(zip(_attributes(model), row, strict=True))  # type: ignore[arg-type] # a class is hashable
    state.key = session.identity_key(model, (session.tenant, values["id"]))
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return record


@lru_cache(maxsize=1000)
def _attributes(model: type[TenantRow]) -> tuple[str, ...]:
    mapper = sa.inspect(model)
    return tuple(mapper.get_property_by_column(column).key for column in model.__table__.columns)
