"""``ghep run`` from start to stop, with small commands in the place of the real programs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from core.settings import Settings
from core.supervisor.address import free_port
from core.supervisor.embedded import connected

SCRIPT = """
import pathlib, sys
var, port, prepare = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
sys.path[:0] = sys.argv[4:]
from core.settings import Settings
from core.supervisor.process import Program
from core.supervisor.run import Programs, answers, run

class StandIns(Programs):
    def prepare(self):
        return self._program("prepare", ["sh", "-c", prepare])
    def demo(self):
        return self._program("demo", ["sh", "-c", 'echo "admin@demo  secret" > "$GHEP_VAR/demo-logins.txt"'])
    def lasting(self):
        web = [sys.executable, "-m", "http.server", "--directory", str(var / "log"), "--bind", "127.0.0.1", str(port)]
        return [
            self._program("web", web, ready=lambda: answers("127.0.0.1", port)),
            self._program("worker", ["sh", "-c", "while :; do sleep 1; done"]),
        ]

sys.exit(run(Settings(var=var, port=port), programs=StandIns))
"""


def command(var: Path, port: int, prepare: str = "true") -> list[str]:
    return [sys.executable, "-c", SCRIPT, str(var), str(port), prepare, *sys.path]


@contextmanager
def running(var: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], list[str]]]]:
    """A started ``run``, and what reads its terminal up to a line."""
    with subprocess.Popen(command(var, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:

        def read_to(text: str) -> list[str]:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if text in line:
                    return lines
            raise AssertionError(f"{text!r} was not said in: {''.join(lines)}")

        try:
            yield process, read_to
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def child(process: subprocess.Popen[str], word: str) -> psutil.Process:
    return next(each for each in psutil.Process(process.pid).children() if word in " ".join(each.cmdline()))


def test_everything_comes_up_comes_back_and_stops(var: Path) -> None:
    port = free_port()
    with running(var, port) as (process, read_to):
        start = "".join(read_to("╰"))
        for line in ("PostgreSQL 18 is up", "Valkey is up", "The database is ready", "demo companies", f":{port}"):
            assert line in start
        assert "admin@demo  secret" in start
        for word, name in (("-D", "PostgreSQL 18"), ("valkey", "Valkey"), ("http.server", "web"), ("while", "worker")):
            child(process, word).kill()
            read_to(f"{name} is back")
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert "· Stopped\n" in read_to("Stopped")
        assert process.wait() == 0
        assert not [each for each in children if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_a_second_start_says_that_the_first_is_running_and_commands_join_it(var: Path) -> None:
    port = free_port()
    with running(var, port) as (process, read_to):
        read_to("╰")
        second = subprocess.run(command(var, port), capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert second.stdout == (
            f"✗ Ghép is already running on {var} (process {process.pid}): stop it, or set GHEP_VAR to another folder.\n"
        )
        with connected(Settings(var=var)) as settings, psycopg.connect(settings.database_url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("ghep",)


def test_a_command_without_a_running_system_gets_servers_for_itself(var: Path) -> None:
    with connected(Settings(var=var)) as settings, psycopg.connect(settings.database_url) as connection:
        connection.execute("CREATE TABLE note (text text)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(settings.database_url)
    with connected(Settings(var=var)) as settings, psycopg.connect(settings.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)


def test_servers_started_for_a_command_stay_for_those_that_joined_it(var: Path) -> None:
    script = (
        "import pathlib, sys; sys.path[:0] = sys.argv[2:]; import psycopg; from core.settings import Settings;"
        "from core.supervisor.embedded import connected\n"
        "with connected(Settings(var=pathlib.Path(sys.argv[1]))) as settings:\n"
        "    for line in sys.stdin: psycopg.connect(settings.database_url).close(); print(line, end='', flush=True)"
    )

    def command_with_database() -> subprocess.Popen[str]:
        words = [sys.executable, "-c", script, str(var), *sys.path]
        return subprocess.Popen(words, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def can_connect(command: subprocess.Popen[str]) -> bool:
        assert command.stdin
        assert command.stdout
        command.stdin.write("connected\n")
        command.stdin.flush()
        return command.stdout.readline() == "connected\n"

    with command_with_database() as first:
        assert can_connect(first)
        with command_with_database() as second:
            assert can_connect(second)
            assert first.stdin
            first.stdin.close()
            with pytest.raises(subprocess.TimeoutExpired):
                first.wait(timeout=1)
            assert can_connect(second)
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_start_right_after_the_supervisor_was_killed_succeeds(var: Path) -> None:
    port = free_port()
    with running(var, port) as (process, read_to):
        read_to("╰")
        process.kill()
    with running(var, port) as (_process, read_to):
        assert "✗" not in "".join(read_to("╰"))


def test_a_failing_migration_ends_the_start_with_its_last_lines_and_leaves_nothing(var: Path) -> None:
    ended = subprocess.run(
        command(var, free_port(), "echo relation missing; exit 7"), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "  | relation missing\n✗ prepare failed, see " in ended.stdout
    assert ended.stderr == ""
    assert not [each for each in psutil.process_iter() if str(var) in " ".join(_words(each))]


def test_ctrl_c_in_the_middle_of_a_start_stops_at_once(var: Path) -> None:
    script = command(var, free_port(), 'touch "$GHEP_VAR/migrating"; exec sleep 600')
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (var / "migrating").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        said, _errors = process.communicate(timeout=60)
    assert said.endswith("· Stopped\n")
    assert process.returncode == 0


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
