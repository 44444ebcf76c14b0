"""Imports every module of a package and prints, as a JSON list, what happened besides: ``probe.py PACKAGE``.

A program of its own, since what was imported once cannot be watched again, and what was started cannot be undone.
"""

import contextlib
import importlib
import io
import json
import pkgutil
import sys
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import core.sdk
import core.sdk_web
import hooks

LOUD = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "_thread.start_new_thread")
_NOT_IMPORTED = {"migrations", "tests"}
_OPENED_TO_WRITE = frozenset("wax+")
_IMPORT = "<frozen importlib"


class Listener:
    """Hears what the code below a folder does, and not what libraries do that it imports."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.heard: list[str] = []
        self.active = True

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """For :func:`sys.addaudithook`, which nothing takes away again."""
        if self.active and (event.startswith(LOUD) or _writes(event, arguments)):
            self.note(f"does {event}")

    def warn(self, *given: Any, **_rest: Any) -> None:
        """For :func:`warnings.showwarning`: message and category come first."""
        message, category = given[:2]
        self.note(f"warns: {category.__name__}: {message}")

    def note(self, what: str) -> None:
        """Keep it, if it is this code's doing."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 # the documented way to the calling frame
        while frame is not None and not frame.f_code.co_filename.startswith(_IMPORT):
            if frame.f_code.co_filename.startswith(self.folder):
                place = f"{frame.f_code.co_filename.removeprefix(self.folder)}:{frame.f_lineno}"
                self.heard.append(f"at import {place} {what}")
                return
            frame = frame.f_back


def watch(package: str) -> list[str]:
    """Import all of a package; what it did."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return [f"{package} is not a package with a folder of its own"]
    listener = Listener(f"{Path(next(iter(spec.submodule_search_locations)))}/")
    sys.addaudithook(listener.audit)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = listener.warn
        for name in _modules(package):
            importlib.import_module(name)
    listener.active = False
    found = list(dict.fromkeys(listener.heard))
    return [*found, f"at import it prints {said.getvalue()[:80]!r}"] if said.getvalue() else found


def _modules(package: str) -> Iterator[str]:
    yield package
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        if module.name.rpartition(".")[2] not in _NOT_IMPORTED:
            if module.ispkg:
                yield from _modules(module.name)
            else:
                yield module.name


def _writes(event: str, arguments: tuple[Any, ...]) -> bool:
    return event == "open" and isinstance(arguments[1], str) and bool(_OPENED_TO_WRITE & set(arguments[1]))


def main() -> None:
    """Watch the package that was named; what the SDK does at its own import is no plugin's doing."""
    assert core.sdk, core.sdk_web
    assert hooks
    print(json.dumps(watch(sys.argv[1])))  # noqa: T201 # this is how it answers


if __name__ == "__main__":
    main()
