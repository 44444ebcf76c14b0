"""What worker processes do for privacy: copies, removing the files of the forgotten, rules of retention."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from core.context import Context
from core.files.storage import storage_of
from core.i18n import translator
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule
from core.privacy import copies, retention
from core.privacy.erasing import REMOVE_FILES

_ = translator("core")

RETAIN = "core.privacy.retain"


def handlers() -> Iterable[Handler]:
    """Core's handlers for privacy."""
    return [
        Handler(topic=copies.COPY, run=copies.work_off, title=_("Copy of personal data"), retries=4),
        Handler(topic=REMOVE_FILES, run=remove_files, title=_("Remove the files of an erased person")),
        Handler(topic=RETAIN, run=retention.run, title=_("Clear what is kept long enough"), retries=4),
    ]


def schedules() -> Iterable[Schedule]:
    """In the small hours of the company's day."""
    return [Schedule(name="retention", topic=RETAIN, every=timedelta(days=1), at_hour=2)]


def remove_files(context: Context, work: Work) -> None:
    """Remove the bytes: the rows went with the erasure, which is committed by now."""
    place = storage_of(work.settings)
    for one in work.payload["files"]:
        place.remove(context.tenant, UUID(one))
