"""Progress on the terminal: one line per thing that is done."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from core.supervisor.errors import SupervisorError


@dataclass
class Console:
    """Writes short lines. On a terminal, what is still going on stands on the last line until it is done."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)

    def done(self, text: str) -> None:
        """Say that something is so."""
        self._line(f"· {text}")

    def warn(self, text: str) -> None:
        """Say that something went wrong and is being dealt with."""
        self._line(f"! {text}")

    def fail(self, error: SupervisorError) -> None:
        """Say why this is the end."""
        self.quote(error.details)
        self._line(f"✗ {error}")

    def quote(self, lines: str) -> None:
        """Show lines of a log, told apart from our own."""
        for line in lines.splitlines():
            self._line(f"  | {line}")

    def box(self, text: str) -> None:
        """Set lines apart so that they are found among the progress."""
        lines = text.strip("\n").splitlines()
        width = max(len(line) for line in lines)
        rule = "─" * (width + 2)
        body = "\n".join(f"│ {line:<{width}} │" for line in lines)
        self._line(f"\n╭{rule}╮\n{body}\n╰{rule}╯\n")

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Show ``doing`` while the block runs; what it yields says what is done and the seconds it took."""
        started = time.monotonic()
        if self.stream.isatty():
            self._write(f"  {doing} …")
        yield lambda text: self.done(f"{text} ({time.monotonic() - started:.1f} s)")

    def _line(self, text: str) -> None:
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        clear = "\r\x1b[K" if self.stream.isatty() else ""
        self.stream.write(clear + text)
        self.stream.flush()
