"""Having documents drawn, in a process of their own: a PDF to keep, or pictures of its pages to look at."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.entity.errors import InvalidError
from core.i18n import translator

_ = translator("core")

MOST_PICTURES = 10
"""Pages of a preview."""
_SECONDS = 90
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Preview:
    """How a document looks."""

    pages: int
    pictures: tuple[str, ...]
    """The first pages, as the base64 of PNGs."""


def pdf(documents: Sequence[str], size: str, title: str) -> bytes:
    """HTML documents as one PDF, each beginning on a page of its own. Raises InvalidError for what cannot be drawn."""
    return _drawn({"documents": list(documents), "size": size, "title": title, "pictures": 0})


def preview(document: str, size: str) -> Preview:
    """The first pages of a document as pictures: what will stand on the paper, on every device."""
    job = {"documents": [document], "size": size, "title": "", "pictures": MOST_PICTURES}
    found: dict[str, Any] = json.loads(_drawn(job))
    return Preview(found["pages"], tuple(found["pictures"]))


def _drawn(job: dict[str, Any]) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "core.printing.press"],
            input=json.dumps(job).encode(), capture_output=True, timeout=_SECONDS, check=False,
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    if done.returncode:
        raise _too_much()
    return done.stdout


def _too_much() -> InvalidError:
    return InvalidError({"": [_("This document cannot be drawn: it is too large. Print fewer records at once.")]})
