"""``ghep worker``: one thread works off what is due, the main thread listens for bells.

Jobs run outside the main thread because signals arrive there: RQ ends its waiting by raising an exception, which must
never come up in the middle of somebody's handler.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job as QueuedBell
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from core.app import make_platform
from core.building import uncollected
from core.db.database import Database
from core.jobs.bell import QUEUE
from core.jobs.drain import LEASE, Drain
from core.jobs.process import EVERY, Steady, on_stop_signals
from core.plugin.facade import Hooks
from core.settings import Settings

WORKER_TTL = 30
"""Seconds; RQ waits half of it for a bell before it looks whether the server is still there."""
RECONNECT = (1.0, 30.0)
"""Seconds between two tries to reach Redis: the first, and at most."""
logger = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is at work then finishes its step. Call it from the main thread."""
    with uncollected(for_good=True):
        platform = make_platform(settings)
    try:
        Worker(platform.database, platform.hooks, settings.redis_url, settings=settings).run()
    finally:
        platform.bell.close()
        platform.database.close()


class Worker:
    """One worker process: one job at a time. Any number may run, on any number of machines."""

    def __init__(
        self,
        database: Database,
        hooks: Hooks,
        redis_url: str,
        *,
        queue: str = QUEUE,
        lease: float = LEASE,
        every: float = EVERY,
        settings: Settings | None = None,
    ) -> None:
        self._redis_url, self._queue, self._every = redis_url, queue, every
        self._stopping = threading.Event()
        self._rung = threading.Event()
        self._busy = threading.Lock()
        self._drain = Drain(database, hooks, self._stopping.is_set, _abandon, lease, settings)

    def run(self) -> None:
        """Work until :meth:`stop`, SIGTERM or SIGINT."""
        on_stop_signals(self.stop)
        hands = threading.Thread(target=self._work, name="jobs")
        hands.start()
        try:
            self._listen()
        finally:
            self.stop()
            hands.join()

    def stop(self) -> None:
        """Begin nothing new; long work stops at its next checkpoint and goes on in another worker."""
        self._stopping.set()
        self._rung.set()

    def heard(self) -> None:
        """Look at once. Comes back when this worker is idle: it must not swallow bells that others could follow."""
        self._rung.set()
        with self._busy:
            pass

    def _work(self) -> None:
        look = Steady(self._drain.drain, self._every)
        try:
            while not self._stopping.is_set():
                self._rung.clear()
                with self._busy:
                    pause = look()
                if not self._stopping.is_set():
                    self._rung.wait(pause)
        except BaseException:
            logger.critical("the worker ends, another must be started", exc_info=True)
            _abandon()

    def _listen(self) -> None:
        """Hear bells; without Redis, or while it is away, the worker's own looking has to do."""
        pause, longest = RECONNECT
        with suppress(StopRequested):
            while self._redis_url and not self._stopping.is_set():
                if self._hear():
                    pause = RECONNECT[0]
                self._stopping.wait(pause)
                pause = min(2 * pause, longest)
            self._stopping.wait()

    def _hear(self) -> bool:
        """Listen until stopped or cut off; whether the server was reached at all."""
        connection = redis.Redis.from_url(self._redis_url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2)
        try:
            connection.ping()
            Listener(connection, self._queue, self.heard, self.stop).work(logging_level="CRITICAL")
        except redis.RedisError as error:
            logger.debug("no bells for now: %s", error)
            return False
        finally:
            on_stop_signals(self.stop)
            connection.close()
        return True


class Listener(SimpleWorker):
    """RQ's part: it waits for bells and keeps its own books about them, in Redis, where they may be lost."""

    max_connection_wait_time = 5.0

    def __init__(self, connection: Any, queue: str, heard: Callable[[], None], stopped: Callable[[], None]) -> None:
        queues = [Queue(queue, connection=connection, serializer=JSONSerializer)]
        super().__init__(queues, connection=connection, serializer=JSONSerializer, worker_ttl=WORKER_TTL)
        self._heard, self._stopped, self._asked = heard, stopped, False

    def execute_job(self, job: QueuedBell, queue: Queue) -> None:
        """Wake the worker, then let RQ cross the bell off."""
        self._heard()
        super().execute_job(job, queue)
        if self._asked:
            raise StopRequested

    def subscribe(self) -> None:
        """Take no commands: whoever can write to Redis must not be able to stop workers."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Leave the waiting by RQ's own way out, but never while it keeps its books."""
        del signum, frame
        self._asked = True
        self._stopped()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested


def _abandon() -> None:
    """End the process at once: the thread that works hangs, or is gone. The supervisor starts another."""
    os._exit(1)
