"""Sessions that belong to one company.

Lock 1 of three is here: the ORM adds ``tenant_id = …`` to every statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from core.db.base import TenantRow
from core.db.driver import Connection, Row, Statement
from core.db.savepoint import Savepoint

TENANT = "ghep_tenant"
"""The option of an engine that names the company its transactions are of."""
BELL = "ghep_bell"
"""Where a session's info holds the bell of its database."""


class Ringing(Protocol):
    """What tells others of what a commit left behind: see :class:`core.jobs.bell.Bell`."""

    def ring(self) -> None:
        """Tell workers of work; never raise."""

    def nudge(self, tenant: int, people: Iterable[UUID]) -> None:
        """Tell the open pages of people of a notification; never raise."""


class CrossTenantError(PermissionError):
    """An object of another company was about to be written."""


@lru_cache(maxsize=1000)
def _announcing(engine: sa.Engine, tenant: int) -> sa.Engine:
    """The engine, for transactions of one company; making it takes as long as a small statement."""
    return engine.execution_options(**{TENANT: tenant})


class TenantSession(Session):
    """A session of one company: everything it reads and writes is that company's.

    A turn begins with statements that are known as text, and many consist of nothing else. As long as one does,
    SQLAlchemy has no part in its transaction; it is given the connection when there is something for it to do.
    """

    def __init__(self, bind: sa.Engine, tenant: int, **options: Any) -> None:
        self._engine = _announcing(bind, int(tenant))
        self._apart: sa.PoolProxiedConnection | None = None
        """The connection of a transaction that SQLAlchemy has no part in yet."""
        self._given: sa.Connection | None = None
        """The one it was given."""
        super().__init__(self._engine, **options)
        self.tenant = int(tenant)
        self._is_last = False
        self._along: tuple[Statement, Callable[[list[Row]], None]] | None = None
        """What goes along with whatever is asked first."""
        self.ahead: Savepoint | None = None
        """The innermost savepoint that is set as soon as something happens."""

    @property
    def dialect(self) -> sa.Dialect:
        """What turns statements into text."""
        return self._engine.dialect

    def has(self, model: type[TenantRow], row_id: UUID) -> bool:
        """Whether a row of the company has been read already, and is still in use."""
        return self.identity_key(model, (self.tenant, row_id)) in self.identity_map

    def rows(self, statement: str, parameters: Mapping[str, Any], *, passing: bool = False) -> list[Row]:
        """The rows of a statement that is known as text: see :meth:`rows_of_each`."""
        return self.rows_of_each([Statement(statement, parameters, passing)])[0]

    def ask_along(self, statement: Statement, hear: Callable[[list[Row]], None]) -> None:
        """Ask something together with whatever is asked first, or before the end of the turn where that is nothing.

        ``hear`` is told the answer before any other is given, and may raise: then none is.
        """
        self._along = statement, hear

    def settle(self) -> None:
        """Ask now what was to be asked along with something else."""
        if self._along is not None:
            self.rows_of_each([])

    def rows_of_each(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of statements that are known as text, straight from the driver, at a third of the usual cost.

        For the few that every request asks, all in one message. One that begins with SELECT must write nothing, in no
        function that it calls either, and what a ``passing`` one writes would not be missed: whether a transaction of
        such alone is committed, nobody waits to hear. Errors are SQLAlchemy's, as of any other statement.
        """
        along, self._along = self._along, None
        if along is None:
            return self._run(statements)
        try:
            first, *answers = self._run([along[0], *statements])
        except BaseException:
            self._along = along
            raise
        along[1](first)
        return answers

    def _run(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.set_savepoints()
        if not self.in_transaction() and self._apart is None:
            self._take_apart()
        apart = self._apart if not self.in_nested_transaction() else None
        connection = apart or self.connection()
        driver = driver_of(apart or connection.connection)
        last, self._is_last = self._is_last and apart is not None, False
        if not driver.in_turn:
            driver.begin(self.tenant)
        for watcher in self._engine.dispatch.before_cursor_execute:
            watcher(connection, None, _joined(statements), {}, None, False)
        try:
            return driver.run(statements, last=last)
        except psycopg.Error as error:
            lost = driver.closed or driver.broken
            if lost:
                connection.invalidate(error)
            raise as_alchemy(error, _joined(statements), lost=lost) from error

    def finish_with_next(self) -> None:
        """Let the transaction end in one message with the next statement that is known as text.

        For one that is likely to be a turn's last; what is asked after all begins another transaction. Does nothing
        where something was written that would be missed.
        """
        self._is_last = True

    def get_bind(self, *args: Any, **options: Any) -> sa.Engine | sa.Connection:
        """What SQLAlchemy asks whenever it needs a connection."""
        self.settle()
        self.set_savepoints()
        if self._apart is not None:
            self._given, self._apart = sa.Connection(self._engine, self._apart), None
            self.connection({"bind": self._given})
        return super().get_bind(*args, **options)

    def savepoint(self) -> Savepoint:
        """Undo what happens in a block if that raises; costs nothing where nothing happens."""
        return Savepoint(self)

    def set_savepoints(self) -> None:
        """Set those that are not: something is about to happen."""
        ahead, self.ahead = self.ahead, None
        if ahead is not None:
            ahead.set()

    def begin_nested(self) -> SessionTransaction:
        """Set a savepoint now."""
        self.set_savepoints()
        return super().begin_nested()

    def commit(self) -> None:
        """Make everything lasting."""
        self.settle()
        if not self._is_done():
            super().commit()
        elif self.expire_on_commit:
            self.expire_all()
        if self._apart is not None:
            for watcher in self._engine.dispatch.commit:
                watcher(self._apart)
            driver = driver_of(self._apart)
            try:
                driver.commit()
            except psycopg.Error as error:
                raise as_alchemy(error, "COMMIT", lost=driver.closed) from error
            self._end_apart()

    def rollback(self) -> None:
        """Undo everything since the transaction began."""
        if self.in_transaction():
            super().rollback()
        else:
            self.expire_all()
        self._end_apart()

    def close(self) -> None:
        """Give the connection back, with whatever was not committed undone."""
        self._along = None
        if self.in_transaction() or self.identity_map or self.new:
            super().close()
        self._end_apart()
        self.take_back()

    def _is_done(self) -> bool:
        """Whether there is nothing for SQLAlchemy to write, and nobody to whom it would have to read anything anew."""
        if self._apart is None or self.in_nested_transaction() or self.expire_on_commit:
            return not self.in_transaction()
        return not (self.identity_map.check_modified() or self.new or self.deleted)

    def take_back(self) -> None:
        """The connection that was given, after SQLAlchemy has ended its transaction."""
        given, self._given = self._given, None
        if given is not None:
            given.close()

    def _take_apart(self) -> None:
        try:
            self._apart = self._engine.raw_connection()
        except psycopg.Error as error:
            raise as_alchemy(error, "BEGIN") from error

    def _end_apart(self) -> None:
        """Whoever gets the connection next finds no transaction: the pool undoes what is left of one."""
        apart, self._apart = self._apart, None
        if apart is not None:
            apart.close()


def _joined(statements: Iterable[Statement]) -> str:
    """What is said of a message: its statements, as one text."""
    return ";\n".join(one.text for one in statements)


def driver_of(connection: sa.PoolProxiedConnection) -> Connection:
    """The driver's side of a connection. Raises where it was lost and that was not acknowledged by a rollback."""
    if not connection.is_valid:
        raise sa.exc.PendingRollbackError("The connection was lost, and its transaction with it: roll back first.")
    return connection.driver_connection  # type: ignore[return-value] # ours: see _connect


def as_alchemy(error: psycopg.Error, statement: str, *, lost: bool = False) -> BaseException:
    """The driver's error as SQLAlchemy's."""
    return sa.exc.DBAPIError.instance(statement, None, error, psycopg.Error, connection_invalidated=lost)


@event.listens_for(TenantSession, "before_attach")
def _added(session: TenantSession, _record: object) -> None:
    session.set_savepoints()


@event.listens_for(TenantSession, "after_transaction_end")
def _ended(session: TenantSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.take_back()


@event.listens_for(TenantSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or state.is_insert:
        return
    tenant = state.session.tenant  # type: ignore[attr-defined] # the event is on TenantSession alone
    state.statement = state.statement.options(
        with_loader_criteria(TenantRow, lambda cls: cls.tenant_id == tenant, include_aliases=True)
    )


@event.listens_for(TenantSession, "before_flush")
def _stamp(session: TenantSession, _context: object, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, TenantRow) and row.tenant_id is None:
            row.tenant_id = session.tenant
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, TenantRow) and row.tenant_id != session.tenant:
            raise CrossTenantError(f"{type(row).__name__} of company {row.tenant_id} in a session of {session.tenant}")
