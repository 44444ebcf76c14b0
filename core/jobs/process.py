"""What worker and scheduler have in common: they go on until they are told to stop, whatever is away meanwhile."""

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

EVERY = 1.0
"""Seconds between two looks at the database."""
RARELY = 10.0
"""Seconds between two looks at a database that does not answer."""
logger = logging.getLogger(__name__)


def on_stop_signals(stop: Callable[[], None]) -> None:
    """Call ``stop`` on SIGTERM and SIGINT; from the main thread."""

    def asked(_number: int, _frame: Any) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)


@dataclass(slots=True)
class Steady:
    """A step that is done again and again, less often while it fails."""

    step: Callable[[], object]
    every: float = EVERY
    _failures: int = 0

    def __call__(self) -> float:
        """Do the step; seconds until the next one."""
        try:
            self.step()
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            logger.warning("the database does not answer: %s", error.orig)
        except Exception:
            logger.exception("a step failed")
        else:
            self._failures = 0
            return self.every
        self._failures += 1
        return min(EVERY * 2.0**self._failures, RARELY)
