"""Saying after the commit that somebody's bell has something new, to whatever streams are open.

A nudge carries no data and nothing depends on it: pages look by themselves, too.
"""

import time
from collections.abc import Iterable
from uuid import UUID

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event

from core.context import Context
from core.db.session import BELL, Ringing, TenantSession
from core.jobs.bell import channel

NUDGE = "ghep_nudge"
"""Where a session's info collects whose bell has something new."""
CONNECT = 2
"""Seconds until the server is taken to be away."""


def nudge(context: Context, people: Iterable[UUID]) -> None:
    """Let the open pages of these people look, once the caller's transaction is committed."""
    context.session.info.setdefault(NUDGE, set()).update(people)


class Ear:
    """Hears the nudges of one person. Raises :class:`redis.RedisError` where the server is away, then and later."""

    def __init__(self, url: str, tenant: int, user_id: UUID) -> None:
        self._client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=CONNECT)
        self._heard = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call] # redis leaves it so
        try:
            self._heard.subscribe(channel(tenant, user_id))
        except redis.RedisError:
            self.close()
            raise

    def hears(self, seconds: float) -> bool:
        """Wait for a nudge, for so long; whether there was one."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._heard.get_message(timeout=left) is not None:
                return True
        return False

    def close(self) -> None:
        """Give the connection back."""
        self._heard.close()
        self._client.close()


@event.listens_for(TenantSession, "after_commit")
def _nudge_after_commit(session: TenantSession) -> None:
    # The end of a savepoint is announced as well; nobody can read the rows yet.
    if session.in_nested_transaction():
        return
    people: set[UUID] = session.info.pop(NUDGE, set())
    bell: Ringing | None = session.info.get(BELL)
    if people and bell is not None:
        bell.nudge(session.tenant, people)
