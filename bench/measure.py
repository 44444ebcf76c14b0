"""Measuring CPU, not time: this process's own, and that of the database's processes."""

import contextlib
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of one call: the application's and the database's, in microseconds."""

    app: float
    database: float

    @property
    def both(self) -> float:
        """Together."""
        return self.app + self.database


class Meter:
    """Measures calls beside a PostgreSQL server whose backends run on this machine."""

    def __init__(self, postmaster: int) -> None:
        self._server = psutil.Process(postmaster)

    def _database(self) -> float:
        total = 0.0
        for process in self._server.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "autovacuum" not in " ".join(process.cmdline()):  # it comes and goes, whatever is measured
                    used = process.cpu_times()
                    total += used.user + used.system
        return total

    def cost(
        self,
        call: Callable[[], object],
        clock: Callable[[], float] = time.process_time,
        *,
        least_seconds: float = 0.8,
        rounds: int = 4,
    ) -> Cost:
        """The cheapest of several rounds; each repeats the call until the clock's grain does not matter.

        ``clock`` gives the application's CPU so far: this process's, or a server's.
        """
        once = min(_timed(call) for _turn in range(5))  # one alone may have had to wait for the machine
        repeats = max(1, int(least_seconds / max(once, 1e-6)))
        found: list[Cost] = []
        for _round in range(rounds):
            gc.collect()
            database, app = self._database(), clock()
            for _turn in range(repeats):
                call()
            app_used, database_used = clock() - app, self._database() - database
            found.append(Cost(app_used / repeats * 1e6, database_used / repeats * 1e6))
        return min(found, key=lambda one: one.both)

    def best(self, calls: Sequence[Callable[[], object]]) -> Cost:
        """The cheapest of several calls that do the same once each, for work that takes seconds."""
        found: list[Cost] = []
        for call in calls:
            gc.collect()
            database, app = self._database(), time.process_time()
            call()
            app_used = time.process_time() - app
            time.sleep(0.05)  # the backend may still be at the end of its last statement
            found.append(Cost(app_used * 1e6, (self._database() - database) * 1e6))
        return min(found, key=lambda one: one.both)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    name: str
    ours: str
    against: str
    ratio: float
    budget: float | None = None

    @property
    def verdict(self) -> str:
        """Within the budget or not; nothing where there is none."""
        return "" if self.budget is None else "ok" if self.ratio <= self.budget else "MISSED"


def table(lines: list[Line]) -> str:
    """The lines as text."""
    rows = [("what", "ours", "against", "ratio", "budget", "")]
    rows += [
        (
            one.name,
            one.ours,
            one.against,
            f"{one.ratio:.2f}",
            "" if one.budget is None else f"{one.budget:g}",
            one.verdict,
        )
        for one in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def micro(value: float) -> str:
    """Microseconds for people."""
    return f"{value:,.0f} µs"
