"""What a person may do, asked outside of a request: a job acts with the rights of whoever asked for it."""

import sqlalchemy as sa

from core.access.identify import grants_of
from core.access.models import Role, User
from core.context import Context, Grants

NOTHING = Grants()


def rights_of_person(context: Context) -> Grants:
    """The rights of the context's person at this moment; none, where it is nobody's turn or they have left."""
    if context.user is None:
        return NOTHING
    pairs, roles = User.__links__["roles"], Role.__table__
    statement = (
        sa.select(roles.c.admin, roles.c.grants, roles.c.reach)
        .join(pairs, sa.and_(pairs.c.tenant_id == roles.c.tenant_id, pairs.c.right_id == roles.c.id))
        .where(roles.c.tenant_id == context.tenant, roles.c.deleted_at.is_(None), pairs.c.left_id == context.user.id)
    )
    return grants_of((row.admin, row.grants, row.reach) for row in context.session.execute(statement))
