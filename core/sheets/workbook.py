"""The parent's side of parsing a workbook: starts the child, unpacks what it sends, tells why it died."""

import datetime as dt
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

import core
from core.i18n import Text, translator
from core.sheets.cells import Row, Value
from core.sheets.errors import Rejected

_ = translator("core")

_MODULE = "core.sheets.child"
PATIENCE = 120.0
"""Seconds without a word from the child after which it is given up; its processor time is limited to less."""
_CHUNK: Final = 1 << 18
MAX_FRAME: Final = 64 << 20

_KINDS: Final[dict[str, Callable[[str], Value]]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}

_DAMAGED = _("The workbook is damaged. Open it in Excel, save it again and upload that.")
_ERRORS: Final = {
    "password": _("The workbook is protected by a password. Save it without one and upload it again."),
    "size": _("The workbook is too large. Delete what is outside the table or split it into several."),
    "damaged": _DAMAGED,
}
_DEATHS: Final[dict[int, Text]] = {
    signal.SIGXCPU: _("Reading the workbook takes too long. Split it into several or save it as CSV."),
    signal.SIGKILL: _("Reading the workbook takes too long. Split it into several or save it as CSV."),
    signal.SIGABRT: _ERRORS["size"],
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet whose rows are about to come."""

    sheets: tuple[str, ...]
    sheet: str
    rows: Generator[Row]


def open_sheet(path: Path, sheet: str | None) -> Opened:
    """Start parsing one sheet (the first that holds anything, if none is named).

    The child lives as long as ``rows`` is read; closing or dropping the iterator ends it.
    """
    frames = _frames(path, sheet)
    try:
        head = next(frames)
        _raise_error(head, sheet)
    except Rejected:
        frames.close()  # the error's traceback would keep the child alive
        raise
    return Opened(tuple(head["sheets"]), head["sheet"], _rows(frames))


def _no_sheet(wanted: str | None, names: list[str]) -> Text:
    if not names:
        return _("The workbook has no visible sheet.")
    return _("The workbook has no sheet “%(name)s”. It has: %(names)s.", name=wanted, names=", ".join(names))


def _raise_error(frame: dict[str, Any], sheet: str | None = None) -> None:
    if frame.get("error") == "sheet":
        raise Rejected(_no_sheet(sheet, frame["sheets"]))
    if error := frame.get("error"):
        raise Rejected(_ERRORS.get(error, _DAMAGED))


def _rows(frames: Generator[dict[str, Any]]) -> Generator[Row]:
    for frame in frames:
        _raise_error(frame)
        rows: list[Row] = frame.get("rows", [])
        for number, column, kind, text in frame.get("typed", ()):
            rows[number][column] = _KINDS[kind](text)
        yield from rows


def _frames(path: Path, sheet: str | None) -> Generator[dict[str, Any]]:
    """Everything the child says, until it has said that it is done; a child that ends before that is an error."""
    process = _start(path, sheet)
    try:
        with closing(_lines(process)) as lines:
            for line in lines:
                frame: dict[str, Any] = orjson.loads(line)
                yield frame
                if "end" in frame or "error" in frame:
                    return
        raise Rejected(_DEATHS.get(-process.wait(), _DAMAGED))
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _start(path: Path, sheet: str | None) -> "subprocess.Popen[bytes]":
    """A fresh interpreter with nothing of ours in its environment but where the code lies."""
    command = [sys.executable, "-P", "-m", _MODULE, str(path), *([sheet] if sheet else [])]
    root = Path(core.__file__).resolve().parent.parent
    return subprocess.Popen(  # noqa: S603 - our own module; path and sheet are arguments, not code
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
        bufsize=0,
    )


def _lines(process: "subprocess.Popen[bytes]") -> Generator[bytes]:
    """Whole lines of the child's output, giving up on one that stays silent."""
    assert process.stdout is not None
    pending = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(PATIENCE):
                raise Rejected(_DEATHS[signal.SIGKILL])
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return
            pending += chunk
            if len(pending) > MAX_FRAME:
                raise Rejected(_ERRORS["size"])
            *lines, rest = pending.split(b"\n") if b"\n" in chunk else [pending]
            pending = bytearray(rest)
            yield from map(bytes, lines)
