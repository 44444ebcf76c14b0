"""Keys for programs: each acts as the person who made it, never with more than their rights, and can be revoked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.keys import token_text
from core.access.models import ApiToken
from core.context import VERBS, Context, ForbiddenError
from core.db.base import now

SCOPES: dict[str, frozenset[str]] = {
    "read": frozenset({"see"}),
    "write": frozenset({"see", "create", "edit"}),
    "no-delete": frozenset(VERBS) - {"delete"},
}
"""What each scope lets through; several add up, none is all that the person may do. None of them administers."""


class ScopeError(ValueError):
    """There is no such scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"There is no scope {scope!r}; there are {', '.join(SCOPES)}.")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made: the only time its text is known."""

    id: UUID
    text: str


def create_token(
    context: Context,
    user_id: UUID,
    *,
    name: str = "",
    scopes: tuple[str, ...] = (),
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a key that acts as a person: oneself, or for administrators anybody. Raises :class:`ScopeError`."""
    _require_own(context, user_id)
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeError(scope)
    _refuse_widening(context, allowed_verbs(list(scopes)))
    row = ApiToken(id=uuid7(), user_id=user_id, name=name[:80], scopes=list(scopes), expires_at=expires_at)
    text, row.secret_hash = token_text(context.tenant, row.id)
    context.session.add(row)
    context.session.flush()
    return NewToken(row.id, text)


def tokens(context: Context, user_id: UUID) -> list[ApiToken]:
    """A person's keys that still open something, the newest first."""
    _require_own(context, user_id)
    statement = (
        sa.select(ApiToken)
        .where(ApiToken.tenant_id == context.tenant, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .where(sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now()))
        .order_by(ApiToken.id.desc())
    )
    return list(context.session.scalars(statement))


def revoke_token(context: Context, user_id: UUID, token_id: UUID) -> bool:
    """Let a key open nothing from the next request on; whether it opened something."""
    _require_own(context, user_id)
    statement = (
        sa.update(ApiToken)
        .where(ApiToken.tenant_id == context.tenant, ApiToken.user_id == user_id, ApiToken.id == token_id)
        .where(ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ApiToken.id)
    )
    return bool(context.session.execute(statement).scalars().all())


def allowed_verbs(scopes: list[str]) -> frozenset[str] | None:
    """The verbs that scopes let through; None is all. A scope that is no more lets nothing through."""
    if not scopes:
        return None
    return frozenset[str]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))


def _refuse_widening(context: Context, verbs: frozenset[str] | None) -> None:
    """A key must not be able to make itself a wider one."""
    only = context.grants.only
    if only is not None and (verbs is None or not verbs <= only):
        raise ForbiddenError("core.token", "create")


def _require_own(context: Context, user_id: UUID) -> None:
    if context.user is None or context.user.id != user_id:
        context.require("*", "admin")
