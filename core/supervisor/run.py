"""``ghep run``: everything one machine needs, in order, until Ctrl-C."""

import http.client
import sys
from collections.abc import Callable
from pathlib import Path

from core.settings import Settings
from core.supervisor import checks, embedded
from core.supervisor.console import Console
from core.supervisor.errors import StopRequestedError, SupervisorError
from core.supervisor.process import Program
from core.supervisor.supervise import Supervisor

LAYER = embedded.LAYER + 1
GRACE = 15.0
"""Seconds for requests and jobs to finish."""
LOGINS = "demo-logins.txt"
"""Below ``var``: what to show of the demo companies once all is up; ``ghep demo load`` writes it."""


class Programs:
    """The commands that make up a running installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = embedded.environment(settings)

    def prepare(self) -> Program:
        """Roles, tables, migrations."""
        return self._program("prepare", [sys.executable, "-m", "core.supervisor.prepare"])

    def demo(self) -> Program:
        """The demo companies, unless they are there."""
        return self._program("demo", _ghep("demo", "load", "--once"))

    def lasting(self) -> list[Program]:
        """What keeps running, in the order of starting."""
        settings = self._settings
        count = settings.job_workers
        workers = [f"worker-{number}" for number in range(1, count + 1)] if count > 1 else ["worker"] * count
        return [
            self._program("web", _ghep("serve"), ready=lambda: answers(settings.host, settings.port)),
            *(self._program(name, _ghep("worker")) for name in workers),
            self._program("scheduler", _ghep("scheduler")),
        ]

    def _program(self, name: str, arguments: list[str], *, ready: Callable[[], bool] = lambda: True) -> Program:
        log = self._settings.var / "log" / f"{name}.log"
        return Program(name=name, arguments=arguments, environment=self._environment, log=log, ready=ready, grace=GRACE)


def run(
    settings: Settings,
    *,
    demo: bool = True,
    console: Console | None = None,
    programs: Callable[[Settings], Programs] = Programs,
) -> int:
    """Run until told to stop; returns the exit code. Call it from the main thread."""
    console = console or Console()
    try:
        with checks.locked(settings.var) as was_killed, Supervisor(console) as supervisor:
            checks.require_space(settings.var)
            checks.require_port(settings.host, settings.port, patience=GRACE if was_killed else 0)
            _run(settings, supervisor, programs, demo=demo)
    except SupervisorError as error:
        console.fail(error)
        return 1
    except OSError as error:
        console.fail(SupervisorError(str(error)))
        return 1
    except StopRequestedError:
        console.done("Stopped")
    return 0


def _run(
    settings: Settings, supervisor: Supervisor, programs_for: Callable[[Settings], Programs], *, demo: bool
) -> None:
    console = supervisor.console
    settings = embedded.start(settings, supervisor)
    programs = programs_for(settings)
    with console.step("Preparing the database") as done:
        supervisor.complete(programs.prepare())
        done("The database is ready")
    if demo:
        with console.step("Loading the demo companies") as done:
            supervisor.complete(programs.demo())
            done("The demo companies are there")
    with console.step("Starting web, workers and scheduler") as done:
        for program in programs.lasting():
            supervisor.up(program, layer=LAYER)
        done("Web, workers and scheduler are up")
    console.box(_welcome(settings))
    try:
        supervisor.watch()
    finally:
        console.done("Stopping …")


def answers(host: str, port: int) -> bool:
    """Whether a web server says anything at all there."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound to
    connection = http.client.HTTPConnection(anywhere.get(host, host), port, timeout=2)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _ghep(*arguments: str) -> list[str]:
    return [sys.executable, str(Path(sys.executable).with_name("ghep")), *arguments]


def _welcome(settings: Settings) -> str:
    logins = settings.var / LOGINS
    lines = ["Ghép is running at", f"http://{settings.domain}:{settings.port}", ""]
    if logins.exists():
        lines += [*logins.read_text(encoding="utf-8").strip().splitlines(), ""]
    return "\n".join([*lines, "Ctrl-C stops it. Data and logs are kept in", str(settings.var)])
