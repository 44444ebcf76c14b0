"""What worker and scheduler have in common: they go on until they are told to stop, whatever is away meanwhile."""

import logging
import signal
import threading
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


def wake_main_thread() -> None:
    """Send SIGTERM to the thread that waits for it, which may sit in a system call."""
    number = threading.main_thread().ident
    if number is not None:
        signal.pthread_kill(number, signal.SIGTERM)


@dataclass(slots=True)
class Steady:
    """A step that is done again and again, less often while it fails."""

    step: Callable[[], object]
    pause: float = EVERY

    def __call__(self) -> float:
        """Do the step; seconds until the next one."""
        try:
            self.step()
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            self.pause = min(2 * self.pause, RARELY)
            logger.warning("the database does not answer, trying again in %.0f s: %s", self.pause, error.orig)
        except Exception:
            self.pause = min(2 * self.pause, RARELY)
            logger.exception("a step failed, trying again in %.0f s", self.pause)
        else:
            self.pause = EVERY
        return self.pause
