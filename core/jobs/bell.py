"""The bell: wakes the workers right after a commit that left work behind, and nudges the pages of who has news.

It carries no data and nothing depends on it: a bell that is lost, doubled or late costs at most the second until
the workers look by themselves, and the half minute until a page does.
"""

import logging
import time
from collections.abc import Iterable
from uuid import UUID

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event

from core.db.session import BELL, TenantSession
from core.jobs.queue import RING

QUEUE = "ghep"
ENOUGH = 4
"""So many bells waiting wake everybody; one more would tell nobody anything."""
LIFE = 60
"""Seconds after which an unheard bell is forgotten."""
PATIENCE = 0.3
"""Seconds the server may take; the person whose request rings is waiting."""
SULK = 5.0
"""Seconds without ringing after the server did not answer."""
logger = logging.getLogger(__name__)


class Bell:
    """Rings the workers of one installation. Never raises, and does nothing where there is no Redis."""

    def __init__(self, url: str, *, queue: str = QUEUE) -> None:
        self._url = url
        self._queue = queue
        self._silent_until = 0.0
        once = Retry(NoBackoff(), 0)
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        self._connection = redis.Redis.from_url(url, retry=once, **patience) if url else None

    def ring(self) -> None:
        """Wake a worker, unless enough bells are waiting already."""
        if self._connection is None or time.monotonic() < self._silent_until:
            return
        from rq import Queue
        from rq.serializers import JSONSerializer

        try:
            queue = Queue(self._queue, connection=self._connection, serializer=JSONSerializer)
            if queue.count < ENOUGH:
                queue.enqueue(
                    "core.jobs.bell.heard", job_timeout=-1, ttl=LIFE, result_ttl=0, failure_ttl=LIFE, description="bell"
                )
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + SULK
            logger.debug("the bell did not ring: %s", error)

    def nudge(self, tenant: int, people: Iterable[UUID]) -> None:
        """Let the open pages of people look at what is new."""
        if self._connection is None or time.monotonic() < self._silent_until:
            return
        try:
            with self._connection.pipeline(transaction=False) as nudges:
                for one in people:
                    nudges.publish(channel(tenant, one), "")
                nudges.execute()
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + SULK
            logger.debug("nobody was nudged: %s", error)

    def close(self) -> None:
        """Give the connections back."""
        if self._connection is not None:
            self._connection.close()


def channel(tenant: int, user_id: UUID) -> str:
    """Where the pages of one person listen."""
    return f"ghep:nudge:{tenant}:{user_id}"


def heard() -> None:
    """What a bell asks of a worker: nothing. That it was heard is all, see :class:`core.jobs.worker.Listener`."""


@event.listens_for(TenantSession, "after_commit")
def _ring_after_commit(session: TenantSession) -> None:
    # The end of a savepoint is announced as well; nobody can see the job yet.
    if session.in_nested_transaction() or not session.info.pop(RING, False):
        return
    bell = session.info.get(BELL)
    if bell is not None:
        bell.ring()
