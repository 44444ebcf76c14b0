"""One child process: started in a group of its own, tied to the life of its parent, stopped with a time limit."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.supervisor.account import Account

PR_SET_PDEATHSIG = 1
ERRORS = re.compile(r"\b(?:ERROR|CRITICAL)\b")


class Service(Protocol):
    """What the supervisor keeps running: how it is started, known to be ready, and asked to end."""

    @property
    def name(self) -> str:
        """What the operator calls it."""

    @property
    def log(self) -> Path:
        """Where its output goes."""

    @property
    def alarm(self) -> re.Pattern[str]:
        """Lines of its output that the operator must see."""

    @property
    def stop_signal(self) -> signal.Signals:
        """Asks it to end in good order."""

    @property
    def hard_signal(self) -> signal.Signals:
        """Ends it at once."""

    @property
    def grace(self) -> float:
        """Seconds between the two."""

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it; called again after it died."""

    def is_ready(self) -> bool:
        """Whether it answers by now."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A :class:`Service` that is simply a command, such as ``ghep worker``."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], bool] = field(default=lambda: True)
    grace: float = 10.0
    alarm: re.Pattern[str] = ERRORS
    stop_signal: signal.Signals = signal.SIGTERM
    hard_signal: signal.Signals = signal.SIGKILL

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the command."""
        return spawn(self.arguments, log=self.log, environment=self.environment)

    def is_ready(self) -> bool:
        """Whatever the command's owner says ready means."""
        return self.ready()


def spawn(
    arguments: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    folder: Path | None = None,
    stdin: bytes = b"",
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; ``death_signal`` is what it gets should this process be killed."""
    other = account if account and account.is_other else None
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=folder,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=() if other else None,
            start_new_session=True,
            preexec_fn=tied_to(os.getpid(), death_signal),  # noqa: PLW1509 - the supervisor has one thread
        )
    if process.stdin:
        with process.stdin as pipe:
            pipe.write(stdin)
    return process


def tied_to(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """A function for a child to call: from then on it gets ``death_signal`` when its parent dies.

    Linux alone has this. The signal belongs to the thread that started the child, hence: start from the main one.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return tie


def sweep(process: subprocess.Popen[bytes]) -> None:
    """Kill what a process that ended has left in its group, such as a worker's half-done job."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def end(process: subprocess.Popen[bytes], service: Service, *, deadline: float, hard: Callable[[], bool]) -> None:
    """Wait for a process that was asked to end; past the deadline, or when ``hard`` says so, do not ask any more."""
    while process.poll() is None and time.monotonic() < deadline and not hard():
        time.sleep(0.02)
    if process.poll() is None:
        process.send_signal(service.hard_signal)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    sweep(process)


def how_it_ended(code: int) -> str:
    """A return code in words."""
    if code >= 0:
        return f"stopped with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
