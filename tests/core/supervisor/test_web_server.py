"""The web server: its worker processes come back, and go with it."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.supervisor.address import free_port
from core.supervisor.run import answers

APPLICATION = """
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""
SCRIPT = """
import pathlib, sys
sys.path[:0] = sys.argv[2:]
from core.settings import Settings
from core.supervisor.web import serve
serve(Settings(var=pathlib.Path.cwd(), port=int(sys.argv[1]), web_workers=2), "stand_in:app")
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(var: Path, port: int) -> Iterator[psutil.Process]:
    (var / "stand_in.py").write_text(APPLICATION)
    arguments = [sys.executable, "-c", SCRIPT, str(port), str(var), *sys.path]
    with subprocess.Popen(arguments, cwd=var, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: len(answering(port)) == 2)
        yield psutil.Process(process.pid)
        process.terminate()


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answering(port: int) -> set[int]:
    """The processes that answer, of twenty requests."""
    return {pid for pid in (ask(port) for _number in range(20)) if pid}


def ask(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return int(connection.getresponse().read())
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def test_a_worker_that_is_killed_is_replaced(server: psutil.Process, port: int) -> None:
    before = answering(port)
    psutil.Process(min(before)).kill()
    wait_until(lambda: len(answering(port) - {min(before)}) == 2)
    assert max(before) in answering(port)
    assert server.is_running()


def test_workers_do_not_answer_for_a_server_that_is_gone(server: psutil.Process, port: int) -> None:
    server.kill()
    wait_until(lambda: not answers("127.0.0.1", port))
