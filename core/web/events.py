"""A stream that tells an open page to look at the bell: server-sent events.

It says nothing but *look*, and the page asks as for any other page, so whoever is signed out learns nothing more. Each
stream holds one of the threads that answer requests, so there are few and each ends soon; the browser comes again, and
a page that gets none asks by itself every now and then.
"""

import secrets
import threading
import time
from collections.abc import Iterator

import redis
from flask import Blueprint, Flask, Response, current_app

from core.app import platform
from core.notifications.nudge import Ear
from core.web.gate import context, in_person

blueprint = Blueprint("events", __name__)
blueprint.before_request(in_person)

STREAMS = 3
"""Streams of one process, of the threads it has (:data:`core.supervisor.web.THREADS`)."""
LIFE = 25.0
"""Seconds; proxies cut what is silent for longer."""
BEAT = 5.0
"""Seconds between two signs of life, by which a page that was closed is noticed."""
RETRY = (2000, 4000)
"""Milliseconds after which a browser comes again, so that they do not all come at once."""
PLACES = "ghep_streams"


class Places:
    """How many streams a process may still begin."""

    def __init__(self, count: int = STREAMS) -> None:
        self._free = threading.Semaphore(count)

    def take(self) -> bool:
        """Take one, if there is one."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Give one back."""
        self._free.release()


def install(app: Flask) -> None:
    """Give an application its places."""
    app.extensions[PLACES] = Places()


@blueprint.get("/events")
def stream() -> Response:
    """Say *look* whenever there is something new; 204, after which browsers do not come again, where there is no place."""
    turn, places = context(), current_app.extensions[PLACES]
    url = platform().settings.redis_url
    if turn.user is None or not url or not places.take():
        return Response(status=204)
    try:
        ear = Ear(url, turn.tenant, turn.user.id)
    except redis.RedisError:
        places.give_back()
        return Response(status=204)
    answer = Response(_beats(ear), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @answer.call_on_close
    def _end() -> None:
        ear.close()
        places.give_back()

    return answer


def _beats(ear: Ear) -> Iterator[str]:
    shortest, longest = RETRY
    yield f"retry: {shortest + secrets.randbelow(longest - shortest)}\n\n"
    end = time.monotonic() + LIFE
    while time.monotonic() < end:
        try:
            yield "event: look\ndata:\n\n" if ear.hears(BEAT) else ":\n\n"
        except redis.RedisError:
            return
