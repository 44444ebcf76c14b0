"""What can be wrong before anything is started, each told in one clear line."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.supervisor import checks
from core.supervisor.address import free_port
from core.supervisor.errors import SupervisorError

FORBIDDEN_TO_ALL = Path("/proc/ghep")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def line_of(error: pytest.ExceptionInfo[SupervisorError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_port_in_use_names_the_setting(taken_port: int) -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_port("127.0.0.1", taken_port)
    assert f"Port {taken_port} is in use" in line_of(error)
    assert f"GHEP_PORT={taken_port + 1}" in line_of(error)


def test_a_number_that_is_no_port_names_the_setting() -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_port("127.0.0.1", 70_000)
    assert "GHEP_PORT=70000 is no port" in line_of(error)


def test_an_address_of_another_machine_names_the_setting() -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_port("192.0.2.1", 8000)
    assert "GHEP_HOST" in line_of(error)


def test_a_full_disk_says_how_much_is_needed(var: Path) -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_space(var, least=1 << 60)
    assert "MB are free" in line_of(error)
    assert "GHEP_VAR" in line_of(error)


def test_a_folder_that_cannot_be_written_names_the_setting() -> None:
    with pytest.raises(SupervisorError) as error, checks.locked(FORBIDDEN_TO_ALL):
        pass
    assert f"Cannot write to {FORBIDDEN_TO_ALL}" in line_of(error)
    assert "GHEP_VAR" in line_of(error)


def test_a_second_start_on_the_same_folder_names_the_first(var: Path) -> None:
    with checks.locked(var), pytest.raises(SupervisorError) as error, checks.locked(var):
        pass
    assert f"already running on {var} (process {os.getpid()})" in line_of(error)
    with checks.locked(var) as was_killed:
        assert not was_killed


def test_a_start_knows_that_the_one_before_was_killed(var: Path) -> None:
    (var / checks.LOCK).write_text("123")
    with checks.locked(var) as was_killed:
        assert was_killed


def test_a_database_that_does_not_answer_names_the_setting() -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_database(f"postgresql+psycopg://ghep@127.0.0.1:{free_port()}/ghep")
    assert "GHEP_DATABASE_URL" in line_of(error)


def test_a_redis_that_does_not_answer_names_the_setting() -> None:
    with pytest.raises(SupervisorError) as error:
        checks.require_redis(f"redis://127.0.0.1:{free_port()}/0")
    assert "GHEP_REDIS_URL" in line_of(error)
    with pytest.raises(SupervisorError) as error:
        checks.require_redis("127.0.0.1:6379")
    assert "GHEP_REDIS_URL" in line_of(error)
