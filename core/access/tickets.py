"""Tickets: keys that let a person do one thing once, within a short time."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.keys import digest, read_key, session_key
from core.access.models import User
from core.access.sign_in_models import Ticket
from core.context import Context
from core.db.base import now
from core.db.session import TenantSession

PASSWORD, CODE = "password", "code"


def issue(session: TenantSession, user_id: UUID, purpose: str, lasts: timedelta) -> str:
    """A new ticket of a person; earlier ones stay good."""
    key = session_key(session.tenant)
    session.add(Ticket(user_id=user_id, purpose=purpose, key_hash=digest(key), expires_at=now() + lasts))
    session.flush()
    return key


def holder(session: TenantSession, key: str, purpose: str) -> User | None:
    """Whose ticket this is, while it and they are good."""
    found = read_key(key)
    if found is None or found.tenant != session.tenant:
        return None
    return session.scalar(
        sa.select(User)
        .join(Ticket, sa.and_(Ticket.tenant_id == session.tenant, Ticket.user_id == User.id))
        .where(User.tenant_id == session.tenant, User.active, User.deleted_at.is_(None))
        .where(Ticket.key_hash == found.digest, Ticket.purpose == purpose, Ticket.expires_at > now())
    )


def redeem(session: TenantSession, key: str, purpose: str) -> bool:
    """Use a ticket up; False where somebody has done so already. Of two at once one is first."""
    statement = sa.delete(Ticket).where(
        Ticket.tenant_id == session.tenant,
        Ticket.key_hash == digest(key),
        Ticket.purpose == purpose,
        Ticket.expires_at > now(),
    )
    return session.scalar(statement.returning(Ticket.id)) is not None


def withdraw(session: TenantSession, user_id: UUID) -> None:
    """Void every ticket of a person."""
    session.execute(sa.delete(Ticket).where(Ticket.tenant_id == session.tenant, Ticket.user_id == user_id))


def forget_expired(context: Context) -> int:
    """Remove the tickets whose time is over; for the company's hourly cleaning."""
    statement = sa.delete(Ticket).where(Ticket.tenant_id == context.tenant, Ticket.expires_at <= now())
    return len(context.session.execute(statement.returning(Ticket.id)).scalars().all())
