"""The secret address at which other programs fetch a person's calendar: made, renewed and revoked."""

from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.keys import feed_text
from core.access.models import User
from core.access.oneself import myself
from core.calendar.models import CalendarFeed
from core.context import Context
from core.entity import history


def feed_of(context: Context) -> CalendarFeed | None:
    """The person's address, if they have made one; the secret itself is known to nobody but them."""
    return context.session.scalar(_own(context))


def renew(context: Context) -> str:
    """A new key for the person's address; the one before opens nothing any more."""
    revoke(context)
    assert context.user is not None, "somebody is signed in"
    row = CalendarFeed(id=uuid7(), user_id=context.user.id)
    text, row.secret_hash = feed_text(context.tenant, row.id)
    context.session.add(row)
    context.session.flush()
    _log(context, "feed_made")
    return text


def revoke(context: Context) -> bool:
    """Let the person's address open nothing any more; whether there was one."""
    row = context.session.scalar(_own(context).with_for_update())
    if row is None:
        return False
    context.session.delete(row)
    context.session.flush()
    _log(context, "feed_revoked")
    return True


def _own(context: Context) -> sa.Select[CalendarFeed]:
    me: UUID | None = context.user.id if context.user else None
    return sa.select(CalendarFeed).where(CalendarFeed.tenant_id == context.tenant, CalendarFeed.user_id == me)


def _log(context: Context, deed: str) -> None:
    history.write(context, context.resource(User), [history.Entry(myself(context), deed, {})])
