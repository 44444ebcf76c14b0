"""Saying after the commit that somebody's bell has something new, to whatever streams are open.

A nudge carries no data and nothing depends on it: pages look by themselves, too.
"""

from collections.abc import Iterable, Iterator
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


def nudge(context: Context, people: Iterable[UUID]) -> None:
    """Let the open pages of these people look, once the caller's transaction is committed."""
    context.session.info.setdefault(NUDGE, set()).update(people)


def listen(url: str, tenant: int, user_id: UUID, *, beat: float) -> Iterator[bool]:
    """True at each nudge, False after each ``beat`` seconds without one; ends where the server is away."""
    client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2)
    try:
        with client.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call] # redis leaves it so
            heard.subscribe(channel(tenant, user_id))
            while True:
                yield heard.get_message(timeout=beat) is not None
    except redis.RedisError:
        return
    finally:
        client.close()


@event.listens_for(TenantSession, "after_commit")
def _nudge_after_commit(session: TenantSession) -> None:
    # The end of a savepoint is announced as well; nobody can read the rows yet.
    if session.in_nested_transaction():
        return
    people: set[UUID] = session.info.pop(NUDGE, set())
    bell: Ringing | None = session.info.get(BELL)
    if people and bell is not None:
        bell.nudge(session.tenant, people)
