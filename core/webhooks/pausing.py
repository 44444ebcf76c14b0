"""Giving an endpoint a rest that cannot be reached, for longer each time, and telling its administrators.

What there is to tell it waits meanwhile and costs no attempt. After a rest one message is sent to see whether it works
again; one that has taken nothing for a whole day is paused until somebody switches it on.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.context import Context
from core.entity.history import note
from core.i18n import Label, Text, translator
from core.notifications.service import notify
from core.webhooks import outbox
from core.webhooks.models import Webhook

_ = translator("core")

FAILING, GONE, PERSON = "failing", "gone", "person"
REASONS: dict[str, Text] = {
    FAILING: _("It has not taken anything for a day."),
    GONE: _("It answered that it is gone for good."),
    PERSON: _("Whoever set it up has left or may not see these records any more."),
}
MOST_FAILURES, FOR = 20, timedelta(days=1)
"""An endpoint that failed so often, for so long, is paused."""
TIRED = 8
"""Failures without a success after which it rests."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
_TRIAL = timedelta(minutes=1)
"""How long the others wait for the one message that is sent to see whether it works again."""
_UNSYNCHRONISED = {"synchronize_session": False}


def rest_of(context: Context, webhook_id: UUID) -> timedelta | None:
    """How long a message has to wait; None where it may be sent now. Of those that wait for a rest's end one may."""
    mine = (Webhook.tenant_id == context.tenant, Webhook.id == webhook_id)
    trial = (
        sa.update(Webhook)
        .where(*mine, Webhook.resting_until <= sa.func.now())
        .values(resting_until=sa.func.now() + _TRIAL)
        .returning(Webhook.id)
    )
    if context.session.scalar(trial, execution_options=_UNSYNCHRONISED) is not None:
        return None
    left = sa.type_coerce(Webhook.resting_until - sa.func.now(), sa.Interval())
    return context.session.scalar(sa.select(left).where(*mine, Webhook.resting_until > sa.func.now()))


def failed(context: Context, webhook_id: UUID, rests: int, *, gone: bool) -> None:
    """Count an attempt that was not taken; let the endpoint rest, or pause it, where that is enough.

    ``rests`` is how often it had rested when the attempt began: of several that fail at once one lets it rest.
    """
    mine = (Webhook.tenant_id == context.tenant, Webhook.id == webhook_id)
    since = sa.func.coalesce(Webhook.failing_since, sa.func.now())
    counted = sa.update(Webhook).where(*mine).values(failures=Webhook.failures + 1, failing_since=since)
    enough = sa.and_(Webhook.failures >= MOST_FAILURES, Webhook.failing_since < sa.func.now() - FOR)
    asked = counted.returning(enough, Webhook.failures, Webhook.name)
    row = context.session.execute(asked, execution_options=_UNSYNCHRONISED).one_or_none()
    if row is None:
        return
    too_much, failures, name = row
    if gone or too_much:
        pause(context, webhook_id, GONE if gone else FAILING)
    elif failures >= TIRED:
        _rest(context, webhook_id, name, rests)


def _rest(context: Context, webhook_id: UUID, name: str, rests: int) -> None:
    """Send nothing for a while, twice as long each time; said the first time."""
    until = sa.func.now() + min(FIRST_REST * 2 ** min(rests, 10), LONGEST_REST)
    statement = (
        sa.update(Webhook)
        .where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id, Webhook.rests == rests)
        .values(rests=rests + 1, resting_until=until)
        .returning(Webhook.id)
    )
    first = context.session.scalar(statement, execution_options=_UNSYNCHRONISED) is not None and rests == 0
    if first:
        body = _("It has not taken %(n)s messages in a row. They wait, and it is tried again by and by.", n=TIRED)
        _tell(context, webhook_id, _("The webhook “%(name)s” rests", name=name), body)


def taken(context: Context, webhook_id: UUID) -> None:
    """It works: forget what failed before, and say so where it was said that it does not."""
    statement = (
        sa.update(Webhook)
        .where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id, Webhook.failing_since.is_not(None))
        .values(failures=0, failing_since=None, resting_until=None)
        .returning(Webhook.name, Webhook.rests)
    )
    row = context.session.execute(statement, execution_options=_UNSYNCHRONISED).one_or_none()
    if row is not None and row.rests:
        _tell(context, webhook_id, _("The webhook “%(name)s” works again", name=row.name), "")
        rouse(context, webhook_id)


def rouse(context: Context, webhook_id: UUID) -> None:
    """End its rest, and count anew."""
    statement = sa.update(Webhook).where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id)
    rested = statement.values(rests=0, resting_until=None, failures=0)
    context.session.execute(rested, execution_options=_UNSYNCHRONISED)


def pause(context: Context, webhook_id: UUID, reason: str) -> None:
    """Tell an endpoint nothing more until somebody switches it on again; said once, to the administrators."""
    statement = (
        sa.update(Webhook)
        .where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id, Webhook.active)
        .values(active=False, paused=reason, version=Webhook.version + 1)
        .returning(Webhook.name)
    )
    name = context.session.scalar(statement, execution_options=_UNSYNCHRONISED)
    if name is None:
        return
    outbox.forget(context)
    note(context, "core.webhook", "webhook_paused", record_id=webhook_id, title=name)
    _tell(context, webhook_id, _("The webhook “%(name)s” is paused", name=name), REASONS[reason])


def _tell(context: Context, webhook_id: UUID, title: Text, body: Label) -> None:
    url = f"/settings/webhooks/{webhook_id}"
    notify(context, _administrators(context), "automation", title, body=str(body), url=url)


def _administrators(context: Context) -> list[UUID]:
    """Those who look after it: a few are enough."""
    pairs, users, roles = User.__links__["roles"], User.__table__, Role.__table__
    held = sa.and_(pairs.c.tenant_id == users.c.tenant_id, pairs.c.left_id == users.c.id)
    role = sa.and_(roles.c.tenant_id == users.c.tenant_id, roles.c.id == pairs.c.right_id, roles.c.admin)
    statement = (
        sa.select(users.c.id)
        .distinct()
        .select_from(users.join(pairs, held).join(roles, role))
        .where(
            users.c.tenant_id == context.tenant,
            users.c.active,
            users.c.deleted_at.is_(None),
            roles.c.deleted_at.is_(None),
        )
        .limit(10)
    )
    return list(context.session.connection().execute(statement).scalars())
