"""The embedded servers as seen by everything that needs a database: at which address, and who starts them."""

import io
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg

from core.settings import Settings
from core.supervisor import checks, postgres, valkey
from core.supervisor.address import Address
from core.supervisor.console import Console
from core.supervisor.errors import AlreadyRunningError, SupervisorError
from core.supervisor.supervise import Supervisor

LAYER = 0
"""Below the programs: the servers are stopped last."""
RECOVERY = 900.0
"""Seconds that PostgreSQL may need to read back what was committed before a crash."""


def start(settings: Settings, supervisor: Supervisor) -> Settings:
    """Start whichever of the two servers the settings have no address of; returns settings with both."""
    console = supervisor.console
    if settings.database_url:
        checks.require_database(settings.database_url)
    else:
        with console.step("Starting PostgreSQL") as done:
            database = postgres.EmbeddedPostgres.prepare(settings.var, say=console.done)
            supervisor.up(database, layer=LAYER, limit=RECOVERY)
            database.create_database()
            done(f"{database.name} is up")
        settings = replace(settings, database_url=database.url)
    if settings.redis_url:
        checks.require_redis(settings.redis_url)
    else:
        with console.step("Starting Valkey") as done:
            bell = valkey.EmbeddedValkey.prepare(settings.var, say=console.done)
            supervisor.up(bell, layer=LAYER)
            done(f"{bell.name} is up")
        settings = replace(settings, redis_url=bell.url)
    return settings


@contextmanager
def connected(settings: Settings) -> Iterator[Settings]:
    """Settings with both addresses, for as long as a command runs.

    The servers are those that a process on the same ``var`` has started, such as ``ghep run``; without one they are
    started for this command, and stay until other commands that found them meanwhile have ended, too.
    """
    if settings.database_url and settings.redis_url:
        yield settings
        return
    with ExitStack() as stack:
        yield _join(stack, settings)


def attached(settings: Settings, patience: float = 30.0) -> Settings:
    """Settings with the addresses of the servers that another process keeps on the same ``var``."""
    deadline = time.monotonic() + patience
    while True:
        found = _addressed(settings)
        if found and _answers(found.database_url):
            return found
        if time.monotonic() > deadline:
            raise SupervisorError(f"The database in {settings.var} does not answer: start it with `ghep run`.")
        time.sleep(0.1)


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which :meth:`Settings.from_env` gives a child these addresses and this ``var``."""
    return os.environ | {
        "GHEP_VAR": str(settings.var),
        "GHEP_HOST": settings.host,
        "GHEP_PORT": str(settings.port),
        "GHEP_DATABASE_URL": settings.database_url,
        "GHEP_REDIS_URL": settings.redis_url,
        "PYTHONUNBUFFERED": "1",
    }


def _join(stack: ExitStack, settings: Settings) -> Settings:
    while True:
        try:
            return stack.enter_context(_hosted(settings))
        except AlreadyRunningError:
            with ExitStack() as visit:
                visit.enter_context(checks.guests(settings.var))
                if checks.holder(settings.var):  # it has not ended while this waited to be let in
                    found = attached(settings)
                    stack.push(visit.pop_all())
                    return found


@contextmanager
def _hosted(settings: Settings) -> Iterator[Settings]:
    with ExitStack() as last, checks.locked(settings.var), Supervisor(Console(io.StringIO()), signals=()) as supervisor:
        found = start(settings, supervisor)
        try:
            yield found
        finally:
            last.enter_context(checks.guests(settings.var, end=True))


def _addressed(settings: Settings) -> Settings | None:
    if not settings.database_url:
        kept = Address.read(settings.var / postgres.KEPT)
        if not kept:
            return None
        settings = replace(settings, database_url=postgres.url(kept))
    if not settings.redis_url:
        kept = Address.read(settings.var / valkey.KEPT)
        if not kept:
            return None
        settings = replace(settings, redis_url=valkey.url(kept))
    return settings


def _answers(address: str) -> bool:
    try:
        psycopg.connect(checks.plain(address), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
