"""Forgetting what has run out: sessions nobody uses, answers to requests that will not be repeated."""

from collections.abc import Iterable
from datetime import timedelta

from core.access import known_devices, login, tickets
from core.api import idempotency
from core.context import Context
from core.entity import visits
from core.i18n import translator
from core.jobs.work import Work
from core.notifications import inbox
from core.plugin.manifest import Handler, Schedule

_ = translator("core")
CLEAR = "core.clear_expired"


def handlers() -> Iterable[Handler]:
    """The work itself."""
    return [Handler(topic=CLEAR, run=clear, title=_("Forget what has run out"))]


def schedules() -> Iterable[Schedule]:
    """Every hour: an idempotency key is kept for a day."""
    return [Schedule(name="clear_expired", topic=CLEAR, every=timedelta(hours=1))]


def clear(context: Context, work: Work) -> None:
    """Forget expired sessions, tickets and keys of one company; visits, devices and notifications of long ago."""
    work.result(
        sessions=login.forget_expired(context),
        tickets=tickets.forget_expired(context),
        devices=known_devices.forget_expired(context),
        answers=idempotency.forget_expired(context),
        visits=visits.forget_old(context),
        notifications=inbox.forget_old(context),
    )
