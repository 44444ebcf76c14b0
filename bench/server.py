"""Both sides on the server users run on: granian, one worker, over loopback; what counts is the worker's CPU."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

BARE = """
from flask import Flask
app = Flask("bare")
app.add_url_rule("/", "ok", lambda: {"ok": True})
"""
_START = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian(sys.argv[1], address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI, workers=1, blocking_threads=2,
        log_access=False, log_enabled=False).serve()
"""
PATIENCE = 60.0


class Served:
    """An application behind its server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = psutil.Process(process.pid)
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """The body of a page. Raises where it is no success: a failing page is fast and proves nothing."""
        try:
            response, body = self._ask(path, headers)
        except http.client.RemoteDisconnected:  # it was idle while something else was measured
            response, body = self._ask(path, headers)
        if response.status != http.client.OK:
            raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
        return body

    def _ask(self, path: str, headers: dict[str, str] | None) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request("GET", path, headers=headers or {})
        response = self._connection.getresponse()
        return response, response.read()

    def cpu(self) -> float:
        """Seconds of CPU of the worker so far."""
        total = 0.0
        for process in self._process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                used = process.cpu_times()
                total += used.user + used.system
        return total


@contextlib.contextmanager
def served(target: str, folder: str | None = None) -> Iterator[Served]:
    """Serve ``module:app`` for the length of the block; ``folder`` is put before the path."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [folder, str(Path.cwd())]))}
    process = subprocess.Popen(
        [sys.executable, "-c", _START, target, str(port)],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield Served(process, port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at port {port}")
