"""What is done with files by the clock."""

from collections.abc import Iterable
from datetime import timedelta

from core.context import Context
from core.files.service import sweep
from core.files.storage import storage_of
from core.i18n import translator
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

SWEEP = "core.files.sweep"


def handlers() -> Iterable[Handler]:
    """Core's handler of abandoned files."""
    return [Handler(topic=SWEEP, run=clear, title=_("Remove files that no record took"))]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="sweep_files", topic=SWEEP, every=timedelta(days=1))]


def clear(context: Context, work: Work) -> None:
    """Remove what nobody wanted."""
    work.result(removed=sweep(context, storage_of(work.settings)))
