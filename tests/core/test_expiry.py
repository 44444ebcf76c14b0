"""What has run out is forgotten by the clock, company by company."""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa

from core.access.models import UserSession
from core.context import Context
from core.db.base import now
from core.db.database import Database
from core.expiry import CLEAR
from core.jobs.drain import Drain
from core.jobs.queue import enqueue


def test_sessions_that_ran_out_are_forgotten_and_the_others_stay(context: Context, database: Database) -> None:
    assert context.user is not None
    for hours in (-1, 1):
        context.session.add(
            UserSession(user_id=context.user.id, key_hash=uuid4().bytes * 2, expires_at=now() + timedelta(hours=hours))
        )
    enqueue(context, CLEAR)
    context.session.commit()
    Drain(database, context.hooks).company(context.tenant)
    left = context.session.scalars(
        sa.select(UserSession.expires_at).where(UserSession.tenant_id == context.tenant)
    ).all()
    assert [moment > now() for moment in left] == [True]
