"""Real processes in folders of their own."""

import io
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.supervisor.console import Console
from core.supervisor.supervise import Supervisor

LIMIT = 60.0


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder of this test alone. Not ``tmp_path``: other users must be able to pass through what is above it."""
    folder = Path(tempfile.mkdtemp(prefix="ghep-test-"))
    yield folder
    deadline = time.monotonic() + LIMIT
    while folder.exists():  # a server that was killed may write a last file meanwhile
        shutil.rmtree(folder, ignore_errors=time.monotonic() < deadline)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(Console(io.StringIO()), signals=()) as supervisor:
        yield supervisor


@pytest.fixture
def said(supervisor: Supervisor) -> Callable[[], str]:
    """What has been written to the terminal so far."""
    stream = supervisor.console.stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue


@pytest.fixture
def until(supervisor: Supervisor) -> Callable[[Callable[[], object]], None]:
    """Let the supervisor do its work until something is so."""

    def wait(is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + LIMIT
        while not is_so():
            assert time.monotonic() < deadline, "it did not come about"
            supervisor.tend()
            time.sleep(0.02)

    return wait
