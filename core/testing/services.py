"""One throw-away PostgreSQL and Valkey for a whole test run, however many processes share it.

A ``conftest.py`` imports the two hooks at the end, or calls :func:`start` in the process that starts the run and
:func:`stop` at its end; the others find the addresses in the environment. Addresses that are already there are used
as they are.
"""

import io
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from core.supervisor.console import Console
from core.supervisor.postgres import EmbeddedPostgres
from core.supervisor.supervise import Supervisor
from core.supervisor.valkey import EmbeddedValkey

DATABASE = "GHEP_TEST_DATABASE_URL"
REDIS = "GHEP_TEST_REDIS_URL"
RUN = "GHEP_TEST_RUN"
"""What tells the databases of this run from those of others on the same server."""


@dataclass(frozen=True)
class Services:
    """The addresses of the servers of this test run, and how to be rid of them."""

    database_url: str
    redis_url: str
    cleanup: ExitStack


def start() -> Services:
    """Start what the environment names no address of, and write the addresses into the environment."""
    with ExitStack() as cleanup:
        folder = Path(tempfile.mkdtemp(prefix="ghep-tests-"))
        cleanup.callback(shutil.rmtree, folder)
        began = RUN not in os.environ
        if began:
            _name(cleanup, RUN, uuid4().hex[:8])
        supervisor = cleanup.enter_context(Supervisor(Console(io.StringIO()), signals=()))
        if DATABASE not in os.environ:
            database = EmbeddedPostgres.prepare(folder, fast=True, say=_say_nothing)
            supervisor.up(database, layer=0)
            database.create_database()
            _name(cleanup, DATABASE, database.url)
        elif began:
            cleanup.callback(_leave_none)
        if REDIS not in os.environ:
            valkey = EmbeddedValkey.prepare(folder, say=_say_nothing)
            supervisor.up(valkey, layer=0)
            _name(cleanup, REDIS, valkey.url)
        return Services(os.environ[DATABASE], os.environ[REDIS], cleanup.pop_all())


def stop(services: Services) -> None:
    """Stop what :func:`start` has started; the data goes with it."""
    services.cleanup.close()


def _leave_none() -> None:
    from core.testing.throwaway import drop_originals

    drop_originals()


def _name(cleanup: ExitStack, variable: str, address: str) -> None:
    os.environ[variable] = address
    cleanup.callback(os.environ.pop, variable)


def _say_nothing(_line: str) -> None:
    """A test run opens the way to its own temporary folder; nobody needs to hear of it."""


_STARTED = pytest.StashKey[Services]()


def pytest_configure(config: pytest.Config) -> None:
    """For a ``conftest.py``: start the servers once, in the process that starts the run."""
    needed = not {DATABASE, REDIS} <= set(os.environ)
    if needed and not hasattr(config, "workerinput") and _STARTED not in config.stash:
        config.stash[_STARTED] = start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """For a ``conftest.py``: stop what was started."""
    if _STARTED in config.stash:
        stop(config.stash[_STARTED])
        del config.stash[_STARTED]
