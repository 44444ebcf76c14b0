"""The turn of a worker or of the scheduler in a company: everything is allowed, in the name of who asked."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import CompanyInfo, Context, UserInfo
from core.db.session import TenantSession
from core.plugin.enablement import active_modules
from core.plugin.facade import Hooks
from core.vendor.models import Company


def open_companies(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Iterator[CompanyInfo]:
    """The companies that are not suspended, as they are now."""
    wanted = (Company.id, Company.slug, Company.name, Company.state, Company.locale, Company.timezone, Company.currency)
    rows = connection.execute(sa.select(*wanted).where(Company.state == "open", *conditions).order_by(Company.id))
    return (CompanyInfo(*row) for row in rows)


def open_company(connection: sa.Connection, number: int) -> CompanyInfo | None:
    """One company, or None where it is gone or suspended."""
    return next(open_companies(connection, Company.id == number), None)


def begin(
    session: TenantSession, company: CompanyInfo, hooks: Hooks, user_id: UUID | None = None
) -> tuple[Context, str]:
    """The context of a turn and the language of whoever it is for; a person who has left counts as nobody."""
    context = Context(session, company, hooks, frozenset({"core"}), source="job")
    context.active = active_modules(context)
    if user_id is None:
        return context, company.locale
    user = session.scalar(
        sa.select(User).where(User.tenant_id == company.id, User.id == user_id, User.active, User.deleted_at.is_(None))
    )
    if user is None:
        return context, company.locale
    context.user = UserInfo(user.id, user.name, user.email, user.theme, timezone=user.timezone or "")
    return context, user.locale or company.locale
