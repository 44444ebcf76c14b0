"""``ghep serve``: the web server, granian, with the application in several worker processes."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from core.settings import Settings
from core.supervisor.embedded import environment
from core.supervisor.process import tied_to

TARGET = "core.wsgi:app"
THREADS = 8
"""Requests one worker process handles at a time; each may hold a database connection."""
CONNECTIONS = 1024
"""Open connections of one worker process. Granian counts idle ones too, so this is far above ``THREADS``."""


def serve(settings: Settings, target: str = TARGET) -> None:
    """Serve until told to stop. A worker that dies is started again. The workers read ``settings`` from the environment."""
    os.environ.update(environment(settings))
    server = Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.web_workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        log_access=False,
    )
    server.serve(target_loader=load)


def load(target: str) -> Callable[..., Any]:
    """Load the application in a worker process, which from then on does not outlive its server.

    Otherwise the workers of a killed server would go on answering at the port beside those of the next one.
    """
    parent = multiprocessing.parent_process()
    if parent and parent.pid:
        tied_to(parent.pid, signal.SIGKILL)()
    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application
