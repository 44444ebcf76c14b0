"""What an earlier run left behind when it was killed: processes of its servers, half-made folders."""

import shutil
import time
from pathlib import Path

import psutil

STOPPING = 30.0
"""Seconds for a server that was told to stop: it may be writing its checkpoint."""
ORPHANS = 3.0
"""Seconds for the children of a server that is dead already."""


def wait_until_gone(mark: str, patience: float = STOPPING) -> None:
    """Return when no process bears the mark; those that outstay the patience are killed.

    PostgreSQL's processes notice by themselves that their parent is gone, but one that is busy notices late, and
    a new server must not touch the files before.
    """
    deadline = time.monotonic() + patience
    while left := processes(mark):
        if time.monotonic() >= deadline:
            for process in left:
                _kill(process)
        time.sleep(0.05)


def processes(mark: str) -> list[psutil.Process]:
    """The living processes whose command line bears the mark. Other users' command lines are readable, too."""
    return [process for process in psutil.process_iter() if mark in _command_line(process)]


def remove(folder: Path) -> None:
    """Delete a folder of ours if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # gone meanwhile, a zombie, or none of our business
        return ""


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
