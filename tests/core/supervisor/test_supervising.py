"""The supervisor: what dies is started again, what is stopped leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.supervisor.errors import StopRequestedError, SupervisorError
from core.supervisor.process import Program
from core.supervisor.supervise import Child, Supervisor

Until = Callable[[Callable[[], object]], None]


def shell(var: Path, script: str, *, name: str = "worker", grace: float = 5.0) -> Program:
    return Program(
        name=name,
        arguments=["sh", "-c", script],
        environment={"PATH": os.environ["PATH"], "VAR": str(var)},
        log=var / f"{name}.log",
        grace=grace,
    )


def pid_of(child: Child) -> int:
    assert child.running
    return child.running.pid


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def number_in(path: Path) -> int:
    return int(path.read_text() or 0) if path.exists() else 0


def test_a_child_that_dies_is_started_again(
    supervisor: Supervisor, var: Path, until: Until, said: Callable[[], str]
) -> None:
    supervisor.up(shell(var, "exec sleep 600"), layer=1)
    before = pid_of(supervisor.children[0])
    os.kill(before, signal.SIGKILL)
    until(lambda: "worker is back" in said())
    assert pid_of(supervisor.children[0]) != before
    assert "worker was killed by SIGKILL; starting it again" in said()


def test_what_a_dead_child_had_started_dies_before_the_new_one_starts(
    supervisor: Supervisor, var: Path, until: Until, said: Callable[[], str]
) -> None:
    supervisor.up(shell(var, 'sleep 600 & echo $! > "$VAR/job"; wait'), layer=1)
    until(lambda: number_in(var / "job"))
    job = number_in(var / "job")
    os.kill(pid_of(supervisor.children[0]), signal.SIGKILL)
    until(lambda: "worker is back" in said())
    assert not is_alive(job)


def test_a_child_that_keeps_dying_is_given_more_time_and_quoted(
    supervisor: Supervisor, var: Path, until: Until, said: Callable[[], str]
) -> None:
    supervisor.up(shell(var, "echo no such table; exit 4"), layer=1)
    until(lambda: supervisor.children[0].deaths == 3)
    assert supervisor.children[0].next_start - time.monotonic() > 0.5
    assert "worker stopped with code 4; starting it again" in said()
    assert "  | no such table" in said()


def test_an_error_in_a_log_is_shown_once_in_a_while(
    supervisor: Supervisor, var: Path, until: Until, said: Callable[[], str]
) -> None:
    supervisor.up(shell(var, "echo fine; echo '[ERROR] first'; echo '[ERROR] second'; exec sleep 600"), layer=1)
    until(lambda: "ERROR" in said())
    for _round in range(3):
        supervisor.tend()
    assert said().count("! worker: [ERROR] first (see ") == 1
    assert "second" not in said()
    assert "fine" not in said()


def test_a_service_that_never_comes_up_ends_the_start_with_its_last_lines(supervisor: Supervisor, var: Path) -> None:
    program = Program(
        name="web", arguments=["sh", "-c", "echo boom >&2; exit 3"], environment={}, log=var / "web.log", ready=bool
    )
    with pytest.raises(SupervisorError, match=r"^web does not start, see .*web\.log$") as error:
        supervisor.up(program, layer=1)
    assert "boom" in error.value.details


def test_a_service_that_does_not_answer_in_time_ends_the_start(supervisor: Supervisor, var: Path) -> None:
    program = Program(name="web", arguments=["sleep", "600"], environment={}, log=var / "web.log", ready=bool)
    with pytest.raises(SupervisorError, match="web does not answer"):
        supervisor.up(program, layer=1, limit=0.2)


def test_a_step_that_fails_says_which_and_why(supervisor: Supervisor, var: Path) -> None:
    with pytest.raises(SupervisorError, match="prepare failed") as error:
        supervisor.complete(shell(var, "echo column missing; exit 1", name="prepare"))
    assert error.value.details == "column missing"


def test_higher_layers_have_ended_before_lower_ones_are_asked(supervisor: Supervisor, var: Path) -> None:
    lingering = (
        'trap \'sleep 0.3; echo {0} >> "$VAR/order"; exit\' TERM; touch "$VAR/{0}"; while :; do sleep 0.05; done'
    )
    for layer, name in enumerate(("database", "web")):
        supervisor.up(shell(var, lingering.format(name), name=name), layer=layer)
    while not ((var / "web").exists() and (var / "database").exists()):
        time.sleep(0.02)
    supervisor.stop()
    assert (var / "order").read_text().split() == ["web", "database"]


def test_a_child_that_does_not_listen_is_killed_when_its_time_is_over(supervisor: Supervisor, var: Path) -> None:
    supervisor.up(shell(var, 'trap "" TERM; touch "$VAR/deaf"; while :; do sleep 0.05; done', grace=0.2), layer=1)
    pid = pid_of(supervisor.children[0])
    while not (var / "deaf").exists():
        time.sleep(0.02)
    supervisor.stop()
    assert not is_alive(pid)


def test_asking_twice_does_not_wait(supervisor: Supervisor, var: Path) -> None:
    supervisor.up(shell(var, 'trap "" TERM; touch "$VAR/deaf"; while :; do sleep 0.05; done', grace=3600), layer=1)
    pid = pid_of(supervisor.children[0])
    while not (var / "deaf").exists():
        time.sleep(0.02)
    supervisor.stop_requests = 2
    supervisor.stop()
    assert not is_alive(pid)


def test_a_request_to_stop_ends_every_wait(supervisor: Supervisor, var: Path) -> None:
    supervisor.stop_requests = 1
    with pytest.raises(StopRequestedError):
        supervisor.complete(shell(var, "exec sleep 600"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_children_do_not_outlive_a_supervisor_that_is_killed(var: Path) -> None:
    script = (
        "import pathlib, sys, time; sys.path[:0] = sys.argv[2:]; from core.supervisor.process import spawn;"
        "p = spawn(['sleep', '600'], log=pathlib.Path(sys.argv[1], 'log'));"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(var), *sys.path], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    deadline = time.monotonic() + 30
    while is_alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)
