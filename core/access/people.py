"""The people of a company: making them and their passwords."""

import secrets
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access.login import end_all
from core.access.models import Role, User
from core.access.passwords import Passwords
from core.context import Context
from core.entity import history, service
from core.entity.errors import InvalidError
from core.i18n import translator

_ = translator("core")

# Without letters and digits that look alike: a first password is often read from paper.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


class WrongPasswordError(PermissionError):
    """The present password, asked for before a new one is set, was not right."""


def new_password() -> str:
    """A password that can be read out: four groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(_GROUP)) for _group in range(_GROUPS))


def create_user(
    context: Context, email: str, password: str, *, passwords: Passwords, name: str = "", roles: Iterable[str] = ()
) -> User:
    """Make a person who can sign in. ``roles`` are names of the company's roles.

    Raises :class:`~core.entity.errors.InvalidError` naming the field and
    :class:`~core.access.passwords.PasswordError`.
    """
    context.require("*", "admin")
    try:
        address = parse.email(email)
    except ValueError as error:
        raise InvalidError({"email": [error.args[0]]}) from None
    if address is None:
        raise InvalidError({"email": [_("This field is needed.")]})
    kept = passwords.hash(password)
    values = {"name": name or address.partition("@")[0], "email": address, "roles": _roles(context, roles)}
    user = service.create(context, User, values)
    user.password_hash = kept
    context.session.flush()
    return user


def find_user(context: Context, email: str) -> User:
    """The person of an e-mail address. Raises LookupError."""
    try:
        wanted = parse.email(email)
    except ValueError:
        wanted = None
    statement = sa.select(User).where(
        User.tenant_id == context.tenant, User.email == (wanted or ""), User.deleted_at.is_(None)
    )
    found = context.session.scalars(statement).one_or_none()
    if found is None:
        raise LookupError(email)
    return found


def set_password(context: Context, user_id: UUID, password: str, *, passwords: Passwords) -> None:
    """Give somebody a new password and end all their sessions; an administrator's right."""
    context.require("*", "admin")
    _set(context, service.get(context, User, user_id), password, passwords)
    end_all(context, user_id)


def change_password(
    context: Context, current: str, password: str, *, passwords: Passwords, keep: UUID | None = None
) -> None:
    """Change one's own password; every session but ``keep`` ends. Raises :class:`WrongPasswordError`."""
    if context.user is None:
        raise WrongPasswordError
    statement = sa.select(User).where(User.tenant_id == context.tenant, User.id == context.user.id)
    user = context.session.scalars(statement).one()
    if not passwords.matches(current, user.password_hash):
        raise WrongPasswordError
    _set(context, user, password, passwords)
    end_all(context, user.id, keep=keep)


def _set(context: Context, user: User, password: str, passwords: Passwords) -> None:
    user.password_hash = passwords.hash(password)
    context.session.flush()
    history.write(context, context.resource(User), [history.Entry(user, "password", {})])


def _roles(context: Context, names: Iterable[str]) -> list[UUID]:
    wanted = list(names)
    statement = sa.select(Role.name, Role.id).where(
        Role.tenant_id == context.tenant, Role.name.in_(wanted), Role.deleted_at.is_(None)
    )
    found = dict(context.session.execute(statement).all())
    for name in wanted:
        if name not in found:
            raise InvalidError({"roles": [_("There is no role %(name)s.", name=name)]})
    return [found[name] for name in wanted]
