"""What delegates of the administrators may do with people and roles (ADM-05): never more than their own rights hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.grants import covered
from core.access.models import Role, User
from core.access.organisation import Department, departments_of
from core.context import Context, ForbiddenError
from core.entity.values import Pair
from core.i18n import translator

_ = translator("core")

_TOO_MUCH = _("This allows more than you may do yourself: that takes an administrator.")


def guard_user(context: Context, user: User | None, values: Mapping[str, Any]) -> Iterator[Pair]:
    """What a delegate may not put into a person: a role beyond their own rights, a department that is not theirs."""
    if context.can("*", "admin"):
        return
    if user is not None and not looks_after(context, user.id):
        yield "", _TOO_MUCH
    if not _all_covered(context, values.get("roles") or ()):
        yield "roles", _TOO_MUCH
    department = values.get("department")
    if department is not None and department not in _departments(context):
        yield "department", _("Choose a department that you belong to or head, or one below it.")


def guard_role(context: Context, role: Role | None, values: Mapping[str, Any]) -> Iterator[Pair]:
    """What a delegate may not put into a role: being an administrator, or a delegate like themselves."""
    if context.can("*", "admin"):
        return
    if role is not None and not covered(context, [role]):
        yield "", _TOO_MUCH
    for name in ("admin", "delegate"):
        if values.get(name):
            yield name, _TOO_MUCH


def looks_after(context: Context, user_id: UUID) -> bool:
    """Whether somebody is the asking person's to look after.

    Everybody is an administrator's; a delegate's are those whose rights do not go beyond their own.
    """
    if context.can("*", "admin"):
        return True
    pairs = User.__links__["roles"]
    held = sa.select(pairs.c.right_id).where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == user_id)
    return context.can("*", "people") and _all_covered(context, context.session.scalars(held).all())


def require_looks_after(context: Context, user_id: UUID) -> None:
    """Raise ForbiddenError unless the person is the asking one's to look after."""
    if not looks_after(context, user_id):
        raise ForbiddenError("core.user", "edit")


def _all_covered(context: Context, ids: Iterable[Any]) -> bool:
    wanted: Sequence[UUID] = [one for one in ids if isinstance(one, UUID)]
    roles = context.session.scalars(
        sa.select(Role).where(Role.tenant_id == context.tenant, Role.id.in_(wanted), Role.deleted_at.is_(None))
    )
    return covered(context, roles)


def _departments(context: Context) -> set[UUID]:
    """Those a delegate may put people into."""
    if context.user is None:
        return set()
    own = Department.below(context.tenant, departments_of(context.tenant, context.user.id))
    return set(context.session.connection().execute(own).scalars())
