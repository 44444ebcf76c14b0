"""Keeps services running: starts them, starts again what died, stops them in order."""

import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, Self

from core.supervisor import logs, process
from core.supervisor.console import Console
from core.supervisor.errors import StopRequestedError, SupervisorError
from core.supervisor.process import Service

TICK = 0.1
QUIET = 10.0
"""Seconds between two errors of one child on the terminal."""
STABLE = 30.0
"""Seconds of life after which an earlier death no longer counts."""
ATTEMPTS = 3
DELAYS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """A service and its process of the moment."""

    service: Service
    layer: int
    running: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    deaths: int = 0
    next_start: float = 0.0
    announced: bool = True
    follower: logs.Follower = field(init=False)
    quiet_until: float = 0.0

    def __post_init__(self) -> None:
        self.follower = logs.Follower(self.service.log, self.service.alarm)

    def start(self) -> None:
        """Start the process."""
        self.since = time.monotonic()
        logs.rotate(self.service.log)
        self.follower.skip()
        self.running = self.service.launch()

    def alarm(self) -> str:
        """A line of its log that the operator must see, now and then: the log has them all."""
        if time.monotonic() < self.quiet_until:
            return ""
        news = self.follower.news()
        self.quiet_until = time.monotonic() + (QUIET if news else 1.0)
        logs.rotate(self.service.log)
        return news[0] if news else ""

    def buried(self) -> int | None:
        """The code it ended with, once; what it left in its group is killed."""
        if self.running is None or self.running.poll() is None:
            return None
        code, lived = self.running.returncode, time.monotonic() - self.since
        process.sweep(self.running)
        self.running = None
        self.deaths = 1 if lived > STABLE else self.deaths + 1
        self.next_start = time.monotonic() + DELAYS[min(self.deaths, len(DELAYS)) - 1]
        return code

    def last_lines(self) -> str:
        """What it said last."""
        return logs.tail(self.service.log)


@dataclass
class Supervisor:
    """Children by layer; a higher layer is stopped before a lower one. Use it as a context, in the main thread."""

    console: Console
    children: list[Child] = field(default_factory=list)
    signals: tuple[signal.Signals, ...] = SIGNALS
    stop_requests: int = 0
    _before: dict[signal.Signals, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Take over the signals that mean stop."""
        self._before = {each: signal.signal(each, self._request_stop) for each in self.signals}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop everything that was started, however the block ended."""
        self.stop()
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def up(self, service: Service, *, layer: int, limit: float = 60.0) -> None:
        """Start a service for the first time and wait until it is ready; raises when it does not get there."""
        child = Child(service, layer)
        self.children.append(child)
        deadline = time.monotonic() + limit
        child.start()
        while not (child.running and service.is_ready()):
            if child.buried() is not None and child.deaths >= ATTEMPTS:
                raise SupervisorError(f"{service.name} does not start, see {service.log}", child.last_lines())
            if time.monotonic() > deadline:
                raise SupervisorError(f"{service.name} does not answer, see {service.log}", child.last_lines())
            if child.running is None and time.monotonic() >= child.next_start:
                child.start()
            self.pause(TICK / 2)

    def complete(self, service: Service) -> None:
        """Run something that ends by itself, such as a migration; raises when it fails."""
        running = service.launch()
        try:
            while running.poll() is None:
                self.pause(TICK / 2)
        finally:
            if running.poll() is None:
                running.send_signal(service.stop_signal)
            process.end(running, service, deadline=time.monotonic() + service.grace, hard=self._hurried)
        if running.returncode != 0:
            raise SupervisorError(f"{service.name} failed, see {service.log}", logs.tail(service.log))

    def watch(self) -> None:
        """Start again whatever dies, until a signal says stop (:class:`StopRequestedError`)."""
        while True:
            self.tend()
            self.pause(TICK)

    def tend(self) -> None:
        """Look after every child once."""
        for child in self.children:
            self._tend(child)

    def stop(self) -> None:
        """Ask each layer to end, the highest first; a second request to stop does not ask any more."""
        for layer in sorted({child.layer for child in self.children}, reverse=True):
            self._stop_layer([child for child in self.children if child.layer == layer])
        self.children.clear()

    def pause(self, seconds: float) -> None:
        """Sleep, unless it is time to stop."""
        if not self.stop_requests:
            time.sleep(seconds)
        if self.stop_requests:
            raise StopRequestedError

    def _tend(self, child: Child) -> None:
        if alarm := child.alarm():
            self.console.warn(f"{child.service.name}: {alarm} (see {child.service.log})")
        code = child.buried()
        if code is not None:
            self.console.warn(f"{child.service.name} {process.how_it_ended(code)}; starting it again")
            if child.deaths == ATTEMPTS:
                self.console.quote(child.last_lines())
            child.announced = False
        if child.running is None and time.monotonic() >= child.next_start:
            try:
                child.start()
            except OSError as error:  # the disk may be full: it is tried again, and may be freed meanwhile
                child.next_start = time.monotonic() + DELAYS[-1]
                self.console.warn(f"{child.service.name} cannot be started: {error}")
        elif child.running and not child.announced and child.service.is_ready():
            child.announced = True
            self.console.done(f"{child.service.name} is back ({time.monotonic() - child.since:.1f} s)")

    def _stop_layer(self, children: Iterable[Child]) -> None:
        living = [(child.running, child.service) for child in children if child.running]
        for running, service in living:
            running.send_signal(service.stop_signal)
        asked = time.monotonic()
        for running, service in living:
            process.end(running, service, deadline=asked + service.grace, hard=self._hurried)

    def _hurried(self) -> bool:
        return self.stop_requests > 1

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1
