"""The daily e-mail: what somebody has to do today and has not read, at the hour they chose."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.access.models import User
from core.access.rights import rights_of_person
from core.context import Context
from core.db.base import now
from core.entity.format import show_day
from core.i18n import Label, translator
from core.jobs.queue import Wish, enqueue_many
from core.jobs.work import Work
from core.notifications import wording
from core.notifications.letters import write
from core.notifications.models import UNREAD, Notification, NotificationPreference
from core.notifications.preferences import zone_of
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

PLAN, DIGEST = "core.notifications.plan_digests", "core.notifications.digest"
SHOWN = 20
"""Unread notifications that are told one by one."""
_DAY = timedelta(days=1)


def handlers() -> Iterable[Handler]:
    """Core's handlers of the daily e-mails."""
    return [
        Handler(topic=PLAN, run=plan, title=_("Plan the daily e-mails")),
        Handler(topic=DIGEST, run=send, title=_("Send the daily e-mail")),
    ]


def schedules() -> Iterable[Schedule]:
    """Once a day they are planned for the day to come, each at its own hour."""
    return [Schedule(name="plan_digests", topic=PLAN, every=_DAY, at_hour=0)]


def plan(context: Context, _work: Work) -> None:
    """Ask for the e-mails that are due before this is done again."""
    table, users = NotificationPreference.__table__, User.__table__
    whose = sa.and_(users.c.tenant_id == table.c.tenant_id, users.c.id == table.c.user_id)
    statement = sa.select(users.c.id, users.c.timezone, table.c.digest_hour).join_from(table, users, whose)
    wanted = statement.where(
        table.c.tenant_id == context.tenant, table.c.digest_hour.is_not(None), users.c.active,
        users.c.deleted_at.is_(None),
    )  # fmt: skip
    rows = context.session.connection().execute(wanted).all()
    _ask(context, [(row.id, row.digest_hour, zone_of(context, row.timezone or "")) for row in rows])


def plan_own(context: Context, hour: int | None) -> None:
    """Ask for the person's own e-mail at an hour they have just chosen."""
    if context.user is not None and hour is not None:
        _ask(context, [(context.user.id, hour, context.zone)])


def _ask(context: Context, wanted: Iterable[tuple[UUID, int, ZoneInfo]]) -> None:
    wishes = [
        Wish(DIGEST, {"hour": hour, "day": day.isoformat()}, user_id=user, at=moment)
        for user, hour, zone in wanted
        for day, moment in [_next(hour, zone)]
    ]
    enqueue_many(context, wishes)


def _next(hour: int, zone: ZoneInfo) -> tuple[date, datetime]:
    """The next time a clock shows an hour, and the day it is then."""
    moment, today = now(), now().astimezone(zone).date()
    days = ((day, datetime.combine(day, time(hour), zone)) for day in (today, today + _DAY))
    return next((day, at) for day, at in days if at > moment or day > today)


def send(context: Context, work: Work) -> None:
    """Send one person's, once a day, if they still want it at this hour and there is something to tell."""
    if context.user is None or not _claim(context, work.payload["hour"], date.fromisoformat(work.payload["day"])):
        return
    context.grants = rights_of_person(context)
    parts = list(_paragraphs(context))
    if parts:
        write(
            context, work, _("Your day, %(day)s", day=show_day(now().astimezone(context.zone).date())), parts, url="/"
        )


def _claim(context: Context, hour: int, day: date) -> bool:
    """Mark the day's e-mail as sent, if it is wanted at this hour and none was."""
    assert context.user is not None, "send asked"
    table = NotificationPreference.__table__
    statement = (
        sa.update(table)
        .where(
            table.c.tenant_id == context.tenant, table.c.user_id == context.user.id, table.c.digest_hour == hour,
            sa.or_(table.c.digested_on.is_(None), table.c.digested_on < day),
        )
        .values(digested_on=day)
        .returning(table.c.id)
    )  # fmt: skip
    return context.session.connection().execute(statement).scalar() is not None


def _paragraphs(context: Context) -> Iterator[Label]:
    """The cards of the home page that list something to do, then what was not read."""
    for card in context.hooks.cards(context):
        if card.items:
            lines = [f"– {item.title}" + (f" · {item.subtitle}" if item.subtitle else "") for item in card.items]
            yield "\n".join([str(card.title), *lines])
    if unread := _unread(context):
        yield "\n".join([str(_("Not read yet:")), *(f"– {title}" for title in unread)])


def _unread(context: Context) -> list[Label]:
    assert context.user is not None, "send asked"
    table = Notification.__table__
    statement = (
        sa.select(table.c.title)
        .where(table.c.tenant_id == context.tenant, table.c.user_id == context.user.id, UNREAD)
        .order_by(table.c.id.desc())
        .limit(SHOWN)
    )
    return [wording.read(kept, context.zone) for kept in context.session.connection().execute(statement).scalars()]
