"""What is looked at before anything is started, so that the answer is one clear line."""

import errno
import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from core.supervisor import valkey
from core.supervisor.address import is_free
from core.supervisor.errors import AlreadyRunningError, SupervisorError

LEAST_SPACE = 200 << 20
LOCK = "ghep.lock"
GUESTS = "guests.lock"
OLDEST_POSTGRESQL = 15


@contextmanager
def locked(var: Path) -> Iterator[bool]:
    """Hold the folder for this process alone; tells whether the one before was killed instead of stopped.

    The lock goes with the process, however it ends; its number stays in the file if it was killed.
    """
    _require_writable(var)
    with (var / LOCK).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"Ghép is already running on {var} (process {holder(var)}): stop it, or set GHEP_VAR to another folder."
            ) from None
        file.seek(0)
        was_killed = bool(file.read())
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield was_killed
        finally:
            file.truncate(0)


def holder(var: Path) -> str:
    """The number of the process that holds the folder; empty after it has let go."""
    return (var / LOCK).read_text(encoding="ascii")


@contextmanager
def guests(var: Path, *, end: bool = False) -> Iterator[None]:
    """Be counted among those who use the servers of another process; with ``end``, wait until there are none."""
    with (var / GUESTS).open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX if end else fcntl.LOCK_SH)
        yield


def require_space(var: Path, least: int = LEAST_SPACE) -> None:
    """Refuse to start a database on a full disk."""
    free = shutil.disk_usage(var).free
    if free < least:
        raise SupervisorError(
            f"Only {free >> 20} MB are free where {var} is, {least >> 20} MB are needed: make room, or set GHEP_VAR to "
            f"a folder on another disk."
        )


def require_port(host: str, port: int, patience: float = 0.0) -> None:
    """Refuse to start the web server where it could not listen.

    ``patience`` are the seconds in which the web server of a killed run may still answer its last requests.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not is_free(port, host):
        time.sleep(0.1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise SupervisorError(f"GHEP_PORT={port} is no port: choose one from 1024 to 65535.") from None
        except OSError as error:
            raise SupervisorError(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program: stop it, or set GHEP_PORT, as in GHEP_PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for root: set GHEP_PORT to one from 1024 to 65535."
    return f"Cannot listen on {host}, port {port} ({error.strerror or error}): set GHEP_HOST to an address of this machine."


def _require_writable(var: Path) -> None:
    try:
        var.mkdir(parents=True, exist_ok=True)
        (var / LOCK).open("a", encoding="ascii").close()
    except OSError as error:
        raise SupervisorError(
            f"Cannot write to {var} ({error.strerror}): give it to this user, or set GHEP_VAR to another folder."
        ) from error


def plain(url: str) -> str:
    """A database address as PostgreSQL's own tools write it, without SQLAlchemy's mention of a driver."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


def require_database(url: str) -> None:
    """Refuse a server that does not answer or is too old."""
    try:
        with psycopg.connect(plain(url), connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise SupervisorError(f"Cannot reach the database of GHEP_DATABASE_URL: {reason}") from error
    if version < OLDEST_POSTGRESQL:
        raise SupervisorError(
            f"GHEP_DATABASE_URL leads to PostgreSQL {version}, {OLDEST_POSTGRESQL} or newer is needed: upgrade it, or "
            f"unset GHEP_DATABASE_URL to use the embedded one."
        )


def require_redis(url: str) -> None:
    """Refuse a server that does not answer."""
    try:
        valkey.ask(url, patience=5)
    except (redis.RedisError, ValueError) as error:
        raise SupervisorError(f"Cannot reach the server of GHEP_REDIS_URL: {error}") from error
