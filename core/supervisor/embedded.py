"""The embedded servers as seen by everything that needs a database: at which address, and who starts them."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from core.settings import Settings
from core.supervisor import checks, postgres, valkey
from core.supervisor.address import Address
from core.supervisor.console import Console
from core.supervisor.errors import SupervisorError
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

    The servers are those of the ``ghep run`` on the same ``var``, or they are started for this command alone.
    """
    if settings.database_url and settings.redis_url:
        yield settings
    elif checks.is_locked(settings.var):
        yield attached(settings)
    else:
        with checks.locked(settings.var), Supervisor(Console(io.StringIO()), signals=()) as supervisor:
            yield start(settings, supervisor)


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
