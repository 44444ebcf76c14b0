"""The database of an installation: its pools of connections, and the roles they run under.

The company is announced to the server at the start of every transaction, where row-level security (lock 2 of three,
:mod:`core.db.security`) reads it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa
from psycopg.adapt import Loader
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db.driver import Connection
from core.db.session import BELL, TENANT, Ringing, TenantSession, as_alchemy, driver_of

APP_ROLE = "ghep_app"
VENDOR_ROLE = "ghep_vendor"


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction, unless it has been already: see :class:`TenantSession`.

    The driver would send BEGIN by itself and wait for the answer, so it is told not to; it still ends whatever
    transaction there is.
    """
    driver = driver_of(connection.connection)
    if not driver.in_turn:
        try:
            driver.begin(connection.get_execution_options().get(TENANT))
        except psycopg.Error as error:
            raise as_alchemy(error, "BEGIN") from error


def _plan_by_values(cursor: Any, _statement: str, _parameters: object, _context: object) -> None:
    """From the first statement that SQLAlchemy puts together, let the planner look at the values again.

    Those known as text walk indexes and stop at a number that stands in them: planning a page takes longer than
    reading it. Of what is filtered and searched for the values decide.
    """
    driver: Connection = cursor.connection
    if driver.in_turn and driver.as_text:
        driver.as_text = False
        driver.execute("SET LOCAL plan_cache_mode TO auto")


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Take no connection from the pool whose server has gone; costs no round trip, unlike a question to the server."""
    if not connection.is_usable():
        raise sa.exc.DisconnectionError


class _Json(Loader):
    """Parses JSON with no step between: a page of records has hundreds of small values of it."""

    load: Any = staticmethod(orjson.loads)


def _connect(_dialect: sa.Dialect, _record: object, args: Sequence[Any], options: Mapping[str, Any]) -> Connection:
    return Connection.connect(*args, **options)


def _set_up(driver: Connection, _record: object) -> None:
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
        event.listen(engine, "do_connect", _connect)
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
