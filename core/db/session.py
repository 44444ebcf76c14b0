"""Sessions that belong to one company, and the locks around them.

Lock 1 of three is here: the ORM adds ``tenant_id = …`` to every statement, and the company is announced to the
database at the start of every transaction, where row-level security (lock 2, :mod:`core.db.security`) reads it.
"""

import hashlib
import hmac
import re
import select
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import orjson
import psycopg
import sqlalchemy as sa
from psycopg.adapt import Loader
from psycopg.pq import ExecStatus
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from core.db.base import TenantRow

_TENANT = "ghep_tenant"
_PLANNED_ONCE = "ghep_planned_once"
"""Where a connection's info says that its transaction still plans statements for all values at once."""
_CURSORS = "ghep_cursors"
"""Where a connection's info keeps the cursors of statements known as text."""
_MOST_CURSORS = 50
"""Each holds what it read last, up to some tens of kilobytes."""
PARAMETER = re.compile(r"%\((\w+)\)s|%%")
APP_ROLE = "ghep_app"
VENDOR_ROLE = "ghep_vendor"
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
    return engine.execution_options(**{_TENANT: tenant})


class TenantSession(Session):
    """A session of one company: everything it reads and writes is that company's."""

    def __init__(self, bind: sa.Engine, tenant: int, **options: Any) -> None:
        super().__init__(_announcing(bind, int(tenant)), **options)
        self.tenant = int(tenant)

    def has(self, model: type[TenantRow], row_id: UUID) -> bool:
        """Whether a row of the company has been read already, and is still in use."""
        return self.identity_key(model, (self.tenant, row_id)) in self.identity_map

    def rows(self, statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement that is known as text, straight from the driver, at a third of the usual cost.

        For the few that every request asks. Errors are SQLAlchemy's, as of any other statement.
        """
        return _run(self.connection(), statement, parameters).fetchall()


def _run(
    connection: sa.Connection, statement: str, parameters: Mapping[str, Any] | None = None
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Hand a text to the driver; those who watch the connection's statements are told as ever."""
    driver = _driver(connection)
    try:
        cursor = _cursor(connection, driver, statement)
        for watcher in connection.dispatch.before_cursor_execute:
            watcher(connection, cursor, statement, parameters, None, False)
        text, names = _numbered(statement)
        return cursor.execute(text, [parameters[name] for name in names] if parameters else None)
    except psycopg.Error as error:
        raise _raised(connection, driver, statement, error) from error


def _cursor(
    connection: sa.Connection, driver: psycopg.Connection[Any], statement: str
) -> psycopg.Cursor[tuple[Any, ...]]:
    """The one that ran the statement on this connection before: it knows how to read and write its values."""
    kept: dict[str, psycopg.Cursor[tuple[Any, ...]]] = connection.info.setdefault(_CURSORS, {})
    found = kept.get(statement)
    if found is None:
        if len(kept) == _MOST_CURSORS:
            kept.clear()
        found = kept[statement] = psycopg.RawCursor(driver)
    return found


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    return connection.connection.driver_connection  # type: ignore[return-value] # psycopg's


def _raised(
    connection: sa.Connection, driver: psycopg.Connection[Any], statement: str, error: psycopg.Error
) -> BaseException:
    """The driver's error as SQLAlchemy's; a connection that is lost is not used again."""
    lost = driver.closed or driver.broken
    if lost:
        connection.invalidate(error)
    return sa.exc.DBAPIError.instance(
        statement, None, error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
    )


@lru_cache(maxsize=2000)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its ``%(name)s`` as ``$1``, as the server takes it, and the names in that order.

    The driver would look for them in every long statement each time it is run.
    """
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${places.setdefault(found[1], len(places) + 1)}"

    return PARAMETER.sub(place, statement).encode(), tuple(places)


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


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction and announce its company, in one message to the server.

    The utility form and not set_config(): a distributed database forwards no other. It ends with the transaction,
    so a pooled connection carries nothing over. The driver would send BEGIN by itself and wait for the answer, so it
    is told not to; it still ends whatever transaction there is.
    """
    tenant = connection.get_execution_options().get(_TENANT)
    announced = "" if tenant is None else f"; SET LOCAL ghep.tenant TO '{tenant:d}'"
    driver = _driver(connection)
    try:
        # Nothing is given and nothing comes back: what the driver does for a statement costs twice as much as this one.
        result = driver.pgconn.exec_(f"BEGIN{announced}".encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
    except psycopg.Error as error:
        raise _raised(connection, driver, "BEGIN", error) from error
    connection.info[_PLANNED_ONCE] = True


def _plan_by_values(cursor: Any, _statement: str, _parameters: object, context: sa.engine.ExecutionContext) -> None:
    """From the first statement that SQLAlchemy puts together, let the planner look at the values again.

    Those known as text walk indexes and stop at a number that stands in them: planning a page takes longer than
    reading it. Of what is filtered and searched for the values decide.
    """
    connection = context.root_connection
    if connection.in_transaction() and connection.info.pop(_PLANNED_ONCE, False):
        cursor.connection.execute("SET LOCAL plan_cache_mode TO auto")


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Take no connection from the pool whose server has gone: nothing may be waiting to be read from an idle one.

    Costs no round trip, unlike a question to the server at every checkout.
    """
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    if waiting.poll(0):
        raise sa.exc.DisconnectionError


class _Json(Loader):
    """Parses JSON with no step between: a page of records has hundreds of small values of it."""

    load: Any = staticmethod(orjson.loads)


def _set_up(driver: psycopg.Connection[Any], _record: object) -> None:
    """Values as the API writes them: JSON parsed, moments in UTC whatever the server's own zone is."""
    driver.execute("SET TimeZone TO 'UTC'")
    for name in ("json", "jsonb"):
        driver.adapters.register_loader(name, _Json)


def role_password(secret: str, role: str) -> str:
    """A role's password, derived from the installation's secret so that nothing else has to be kept."""
    return hmac.new(secret.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


class Database:
    """The engines of one installation: the unprivileged application's and the vendor console's.

    ``url`` is the address the owner uses; the roles the processes run under come from it and the secret.
    """

    def __init__(self, url: str, secret: str, *, pool_size: int = 8, bell: Ringing | None = None) -> None:
        self.owner_url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._secret = secret
        self._bell = bell
        self.engine = self._engine(APP_ROLE, pool_size)
        self.vendor_engine = self._engine(VENDOR_ROLE, 2)

    def _engine(self, role: str, pool_size: int) -> sa.Engine:
        url = self.owner_url.set(username=role, password=role_password(self._secret, role))
        engine = sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"autocommit": True},
        )
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "do_execute", _plan_by_values)
        event.listen(engine, "do_executemany", _plan_by_values)
        event.listen(engine, "checkout", _refuse_closed)
        return engine

    def session(self, tenant: int) -> TenantSession:
        """A session of one company; one per request or job and company, never reused for another."""
        return TenantSession(self.engine, tenant, info={BELL: self._bell})

    def reader(self) -> sa.Connection:
        """A connection of no company: it sees the vendor's tables and no company's row."""
        return self.engine.connect()

    def vendor_session(self) -> Session:
        """A session that may write the vendor's tables and sees no company's row."""
        return Session(self.vendor_engine)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self.vendor_engine.dispose()
