"""How soon leads are answered: the deadline by working hours, and the first call, meeting or e-mail against it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, first_answers

from .models import IN_TIME, LATE, WAITING, Lead, ResponseTime
from .working_time import after

MANY = 1000
"""Leads looked at in one go; the rest is for the next."""


def set_deadlines(context: Context, leads: Sequence[Lead]) -> None:
    """Say by when new leads are to be answered; nothing where the company promises nothing."""
    if not leads:
        return
    promised = list(context.session.scalars(_promises(context)))
    for lead in leads:
        source = lead.link_id("source")
        mine = next((one for one in promised if one.link_id("source") in {source, None}), None)
        if mine is not None:
            days = {int(one) for one in mine.days}
            since = lead.created_at or datetime.now(UTC)
            lead.respond_by = after(since, mine.minutes, days, mine.opens, mine.closes, context.company.zone)
            lead.response = WAITING.value


def _promises(context: Context) -> sa.Select[ResponseTime]:
    """Those in use, those of one source first."""
    table = ResponseTime.__table__
    living = (ResponseTime.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.active)
    return sa.select(ResponseTime).where(*living).order_by(table.c.source_id.is_(None), table.c.id)


def note_answers(context: Context, ids: Sequence[UUID] | None = None) -> None:
    """Note of leads that nobody had answered whether somebody has, and of which the time is over; of these or of all."""
    table = Lead.__table__
    open_ = [table.c.tenant_id == context.tenant, table.c.respond_by.is_not(None), table.c.responded_at.is_(None)]
    if ids is not None:
        open_.append(table.c.id.in_(ids))
    statement = sa.select(table.c.id).where(*open_).order_by(table.c.respond_by.desc()).limit(MANY)
    waiting = list(context.session.scalars(statement.with_for_update(skip_locked=True)))
    answers = first_answers(context, context.resource(Lead), waiting)
    if answers:
        in_time = sa.case((table.c.respond_by >= sa.bindparam("at"), IN_TIME.value), else_=LATE.value)
        mine = (table.c.tenant_id == context.tenant, table.c.id == sa.bindparam("lead"))
        noted = sa.update(table).where(*mine).values(responded_at=sa.bindparam("at"), response=in_time)
        context.session.connection().execute(noted, [{"lead": lead, "at": at} for lead, at in answers.items()])
    over = (*open_, table.c.response == WAITING.value, table.c.respond_by < datetime.now(UTC))
    context.session.execute(sa.update(table).where(*over).values(response=LATE.value))
