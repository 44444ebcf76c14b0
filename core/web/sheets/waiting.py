"""The page on which one waits for a file that a job writes."""

from pathlib import Path
from typing import Any, Protocol

from flask import render_template

from core.i18n import Label, translator
from core.web.entity.turn import by_htmx

_ = translator("core")


class Written(Protocol):
    """A file that is written, is there, or is not any more."""

    @property
    def busy(self) -> bool:
        """Whether somebody works on it."""

    @property
    def state(self) -> str:
        """As :attr:`core.jobs.models.Job.state`."""

    @property
    def error(self) -> Label:
        """What went wrong."""

    @property
    def path(self) -> Path | None:
        """The file, while it is there."""


def waiting_page(found: Written, here: str, *, gone: Label, **said: Any) -> str:
    """How far it is, and the file when it is there; ``gone`` says what to do when it is not kept any more."""
    return render_template(
        "_export_run.html" if by_htmx() else "export_run.html",
        running=found.busy,
        ready=found.path is not None,
        error=_trouble(found, gone),
        poll_url=here,
        file_url=f"{here}/file",
        **said,
    )


def _trouble(found: Written, gone: Label) -> Label:
    if found.busy or found.path is not None:
        return ""
    if found.state == "cancelled":
        return _("This export was cancelled.")
    if found.state == "done":
        return gone
    return _("The export did not work. %(error)s", error=found.error)
