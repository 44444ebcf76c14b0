"""Dealing out the leads that wait for somebody, as many to each (LEA-17)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, User, hand_out, update_many

from .models import AUTOMATIC, CARING, CONVERTED, Assignment, Lead

MANY = 1000
"""Leads dealt out in one go; the rest is for the next."""


def deal_out(context: Context) -> int:
    """Let every assignment whose time has come deal out what waits for it; how many leads got somebody."""
    return sum(_deal(context, one) for one in _due(context))


def _due(context: Context) -> list[Assignment]:
    """Those in use today whose interval is over, locked: nobody else deals for them meanwhile."""
    table, today = Assignment.__table__, context.today()
    statement = sa.select(Assignment).where(
        Assignment.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.active,
        sa.or_(table.c.starts.is_(None), table.c.starts <= today), sa.or_(table.c.ends.is_(None), table.c.ends >= today),
    )  # fmt: skip
    found = context.session.scalars(statement.order_by(table.c.id).with_for_update(skip_locked=True))
    now = datetime.now(UTC)
    return [one for one in found if one.ran_at is None or one.ran_at + timedelta(minutes=int(one.every)) <= now]


def _deal(context: Context, assignment: Assignment) -> int:
    assignment.ran_at = datetime.now(UTC)
    leads, people = _waiting(context, assignment), _people(context, assignment)
    if not leads or not people:
        return 0
    hand_out(context, leads, people, assignment.id)
    update_many(context, leads, {"care": CARING.value})
    return len(leads)


def _waiting(context: Context, assignment: Assignment) -> list[Lead]:
    """The oldest first."""
    table, source = Lead.__table__, assignment.link_id("source")
    conditions = [
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.care == AUTOMATIC.value,
        table.c.state.not_in(CONVERTED),
    ]  # fmt: skip
    if source is not None:
        conditions.append(table.c.source_id == source)
    statement = sa.select(Lead).where(*conditions).order_by(table.c.created_at, table.c.id).limit(MANY)
    return list(context.session.scalars(statement.with_for_update(skip_locked=True)))


def _people(context: Context, assignment: Assignment) -> list[UUID]:
    """Those of its people who can still sign in."""
    users, pairs = User.__table__, Assignment.__links__["people"]
    statement = sa.select(users.c.id).join(
        pairs, sa.and_(pairs.c.tenant_id == users.c.tenant_id, pairs.c.right_id == users.c.id)
    )
    mine = (pairs.c.tenant_id == context.tenant, pairs.c.left_id == assignment.id, users.c.deleted_at.is_(None))
    return list(context.session.scalars(statement.where(*mine, users.c.active).order_by(users.c.name, users.c.id)))
