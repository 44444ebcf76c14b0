"""Keys for programs: each acts as the person who made it, never with more than their rights, and can be revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.keys import token_text
from core.access.models import ApiToken, User
from core.context import VERBS, Context, ForbiddenError
from core.db.base import now
from core.entity import history

MODULE = "module:"
"""Before a module's name: a scope that lets through to its entities alone, and to those of other modules named so."""
SCOPES: dict[str, frozenset[str]] = {
    "read": frozenset({"see"}),
    "write": frozenset({"see", "create", "edit"}),
    "no-delete": frozenset(VERBS) - {"delete"},
}
"""What each scope lets through; several add up, none is all that the person may do. None of them administers,
and no scope of a module does."""
LONGEST_NAME = 80


class ScopeError(ValueError):
    """There is no such scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"There is no scope {scope!r}; there are {', '.join((*SCOPES, f'{MODULE}<name>'))}.")


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
    modules = {f"{MODULE}{one}" for one in context.active}
    for scope in scopes:
        if scope not in SCOPES and scope not in modules:
            raise ScopeError(scope)
    _refuse_widening(context, list(scopes))
    named = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    row = ApiToken(id=uuid7(), user_id=user_id, name=named, scopes=list(scopes), expires_at=expires_at)
    text, row.secret_hash = token_text(context.tenant, row.id)
    context.session.add(row)
    context.session.flush()
    _log(context, user_id, "token_made", named)
    return NewToken(row.id, text)


def tokens(context: Context, user_id: UUID) -> list[ApiToken]:
    """A person's keys that still open something, the newest first."""
    _require_own(context, user_id)
    statement = sa.select(ApiToken).where(*_good(context), ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    return list(context.session.scalars(statement))


def company_tokens(context: Context) -> list[tuple[ApiToken, str]]:
    """Everybody's keys that still open something, with their persons' names, the newest first; for administrators."""
    context.require("*", "admin")
    whose = sa.and_(User.tenant_id == context.tenant, User.id == ApiToken.user_id)
    statement = sa.select(ApiToken, User.name).join(User, whose).where(*_good(context), User.active)
    return [(token, name) for token, name in context.session.execute(statement.order_by(ApiToken.id.desc()))]


def _good(context: Context) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of keys that still open something."""
    lasting = sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now())
    return ApiToken.tenant_id == context.tenant, ApiToken.revoked_at.is_(None), lasting


def revoke_token(context: Context, user_id: UUID, token_id: UUID) -> bool:
    """Let a key open nothing from the next request on; whether it opened something."""
    _require_own(context, user_id)
    statement = (
        sa.update(ApiToken)
        .where(ApiToken.tenant_id == context.tenant, ApiToken.user_id == user_id, ApiToken.id == token_id)
        .where(ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ApiToken.name)
    )
    name = context.session.scalar(statement)
    if name is not None:
        _log(context, user_id, "token_revoked", name)
    return name is not None


def allowed_verbs(scopes: Sequence[str]) -> frozenset[str] | None:
    """The verbs that scopes let through; None is all. A scope that is no more lets nothing through."""
    said = [scope for scope in scopes if not scope.startswith(MODULE)]
    if not said:
        return None
    return frozenset[str]().union(*(SCOPES.get(scope, frozenset()) for scope in said))


def allowed_modules(scopes: Sequence[str]) -> frozenset[str] | None:
    """The modules that scopes let through to; None is all."""
    return frozenset(scope.removeprefix(MODULE) for scope in scopes if scope.startswith(MODULE)) or None


def _refuse_widening(context: Context, scopes: list[str]) -> None:
    """A key must not be able to make itself a wider one."""
    held = (context.grants.only, context.grants.modules)
    for mine, wanted in zip(held, (allowed_verbs(scopes), allowed_modules(scopes)), strict=True):
        if mine is not None and (wanted is None or not wanted <= mine):
            raise ForbiddenError("core.token", "create")


def _log(context: Context, user_id: UUID, deed: str, name: str) -> None:
    statement = sa.select(User).where(User.tenant_id == context.tenant, User.id == user_id)
    entry = history.Entry(context.session.scalars(statement).one(), deed, {"token": [None, name]})
    history.write(context, context.resource(User), [entry])


def _require_own(context: Context, user_id: UUID) -> None:
    if context.user is None or context.user.id != user_id:
        context.require("*", "admin")
