"""Giving an endpoint a rest that cannot be reached, and telling its administrators."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.context import Context
from core.entity.history import note
from core.i18n import Text, translator
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
_UNSYNCHRONISED = {"synchronize_session": False}


def failed(context: Context, webhook_id: UUID, *, gone: bool) -> None:
    """Count an attempt that was not taken, and pause the endpoint where that is enough."""
    mine = (Webhook.tenant_id == context.tenant, Webhook.id == webhook_id)
    since = sa.func.coalesce(Webhook.failing_since, sa.func.now())
    counted = sa.update(Webhook).where(*mine).values(failures=Webhook.failures + 1, failing_since=since)
    enough = sa.and_(Webhook.failures >= MOST_FAILURES, Webhook.failing_since < sa.func.now() - FOR)
    too_much = context.session.scalar(counted.returning(enough), execution_options=_UNSYNCHRONISED)
    if gone or too_much:
        pause(context, webhook_id, GONE if gone else FAILING)


def taken(context: Context, webhook_id: UUID) -> None:
    """It works: forget what failed before."""
    statement = (
        sa.update(Webhook)
        .where(Webhook.tenant_id == context.tenant, Webhook.id == webhook_id, Webhook.failing_since.is_not(None))
        .values(failures=0, failing_since=None)
    )
    context.session.execute(statement, execution_options=_UNSYNCHRONISED)


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
    title = _("The webhook “%(name)s” is paused", name=name)
    notify(
        context,
        _administrators(context),
        "automation",
        title,
        body=str(REASONS[reason]),
        url=f"/settings/webhooks/{webhook_id}",
    )


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
