"""The record of the person whose turn it is, which is theirs to read whatever they may see of others."""

import sqlalchemy as sa

from core.access.models import User
from core.context import Context


def myself(context: Context) -> User:
    """The person of a context that has one."""
    assert context.user is not None, "somebody is signed in"
    statement = sa.select(User).where(User.tenant_id == context.tenant, User.id == context.user.id)
    return context.session.scalars(statement).one()
