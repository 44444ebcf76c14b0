"""Watching a plugin at work: which of its hooks are called, what they ask the database, where its code runs."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa

from core.db import session
from core.db.base import tenant_tables
from core.plugin.facade import Hooks

Implementations = tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...]
_ORM = (f"{Path(sa.__file__).parent}/", session.__file__, "<")
"""Where the frames between a plugin and the database are from; SQLAlchemy compiles some of its own functions."""


class ProvokedError(RuntimeError):
    """Raised in place of a plugin's hook, to see what the platform makes of it."""


@dataclass(slots=True)
class WatchedHooks(Hooks):
    """Hooks that keep which of one plugin's were called, and let one of them fail on demand."""

    watching: str = ""
    failing: str = ""
    """The hook that raises instead of answering."""
    calls: list[str] = field(default_factory=list)
    errors: list[tuple[str, BaseException]] = field(default_factory=list)
    """Place and error of each call into the plugin that raised."""

    def implementations(self, active: frozenset[str], hook: str) -> Implementations:
        """As frozen, with the watched plugin's wrapped."""
        return tuple(
            (name, self.watched(hook, function) if name == self.watching else function, arguments)
            for name, function, arguments in Hooks.implementations(self, active, hook)
        )

    def failed(self, plugin: str, place: str, company: int | None, error: BaseException) -> None:
        """Keep the error and report it as ever."""
        if plugin == self.watching:
            self.errors.append((place, error))
        Hooks.failed(self, plugin, place, company, error)

    def watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A hook's or handler's function that keeps its calls, and fails when it is told to."""

        def call(*given: Any, **arguments: Any) -> Any:
            self.calls.append(name)
            if name == self.failing:
                raise ProvokedError(name)
            return function(*given, **arguments)

        return call


@contextmanager
def code_of(folder: Path) -> Iterator[list[str]]:
    """The functions below a folder that run in this thread while the block does, as ``file:line name``."""
    found: list[str] = []
    prefix = f"{folder}/"

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(prefix):
            found.append(place(frame, folder))

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


def place(frame: FrameType, folder: Path) -> str:
    """Where a frame stands, as people look for it."""
    path = Path(frame.f_code.co_filename)
    return f"{path.relative_to(folder.parent)}:{frame.f_lineno} {frame.f_code.co_name}"


@dataclass(slots=True)
class StatementWatch:
    """Finds statements a plugin sends by itself that do not name their company, and transactions it ends.

    What it does through the SDK is the platform's; what counts is that the nearest code that is not the ORM's is the
    plugin's.
    """

    folder: Path
    culprits: dict[str, str] = field(default_factory=dict)
    """Place to what is wrong there."""

    @contextmanager
    def on(self, engine: sa.Engine) -> Iterator[None]:
        """Watch an engine while the block runs."""
        tables = re.compile(rf"\b({'|'.join(table.name for table in tenant_tables())})\b")

        def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            if "ghep.tenant" in text:
                self._blame("sets the company by itself")
            elif (found := tables.search(text)) and "tenant_id" not in text:
                self._blame(f"asks {found[1]} without tenant_id: {' '.join(text.split())[:120]}")

        def commit(_connection: Any) -> None:
            self._blame("commits")

        sa.event.listen(engine, "before_cursor_execute", statement)
        sa.event.listen(engine, "commit", commit)
        try:
            yield
        finally:
            sa.event.remove(engine, "before_cursor_execute", statement)
            sa.event.remove(engine, "commit", commit)

    def _blame(self, what: str) -> None:
        """Keep it if the plugin's own code is behind it."""
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 # the documented way to the calling frame
        while frame is not None and frame.f_code.co_filename.startswith(_ORM):
            frame = frame.f_back
        if frame is not None and frame.f_code.co_filename.startswith(f"{self.folder}/"):
            self.culprits.setdefault(place(frame, self.folder), what)
