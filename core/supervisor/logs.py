"""The logs of the children: kept small, quoted, and followed for what the operator must see."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

LIMIT = 10 << 20
KEPT = 3


@dataclass
class Follower:
    """Reads a log from where it ended when the following began."""

    log: Path
    wanted: re.Pattern[str]
    at: int = 0

    def skip(self) -> None:
        """Go to the end."""
        self.at = self._size()

    def news(self) -> list[str]:
        """The wanted ones of the lines written since."""
        size = self._size()
        self.at = min(self.at, size)  # it was emptied meanwhile
        if size == self.at:
            return []
        with self.log.open("rb") as file:
            file.seek(self.at)
            text = file.read(size - self.at).decode(errors="replace")
        self.at = size
        return [line for line in text.splitlines() if self.wanted.search(line)]

    def _size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0


def rotate(log: Path, *, limit: int = LIMIT) -> None:
    """Copy a grown log aside and empty it in place: its writers append, so they go on at the new beginning."""
    if not log.exists() or log.stat().st_size < limit:
        return
    older = [log.with_name(f"{log.name}.{number}") for number in range(1, KEPT + 1)]
    for source, target in zip(reversed(older[:-1]), reversed(older[1:]), strict=True):
        if source.exists():
            source.replace(target)
    shutil.copyfile(log, older[0])
    os.truncate(log, 0)


def tail(log: Path, lines: int = 12, size: int = 16 << 10) -> str:
    """The last lines of a log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - size))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])
