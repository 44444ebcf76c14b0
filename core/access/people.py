"""The people of a company: making them and their passwords."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access import second_factor
from core.access.delegation import require_looks_after
from core.access.login import Gate, end_all
from core.access.models import Role, User
from core.access.oneself import myself
from core.access.passwords import Passwords
from core.context import EVERYTHING, Context
from core.entity import history, service
from core.entity.errors import InvalidError
from core.i18n import translator

_ = translator("core")
OWN_FIELDS = ("phone", "avatar", "signature")
"""What people change of their own record without being an administrator."""


class WrongPasswordError(PermissionError):
    """The present password, asked for before a new one is set, was not right."""


def create_user(
    context: Context, email: str, password: str, *, passwords: Passwords, name: str = "", roles: Iterable[str] = ()
) -> User:
    """Make a person who can sign in. ``roles`` are names of the company's roles.

    Raises :class:`~core.entity.errors.InvalidError` naming the field and
    :class:`~core.access.passwords.PasswordError`.
    """
    context.require("*", "people")
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
    """Give somebody a new password and end all their sessions; for whoever looks after them."""
    require_looks_after(context, user_id)
    set_new(context, service.get(context, User, user_id), password, passwords)
    end_all(context, user_id)


def change_password(
    context: Context, current: str, password: str, *, gate: Gate, address: str, keep: UUID | None = None
) -> None:
    """Change one's own password; every session but ``keep`` ends. Raises as :func:`prove`."""
    user = prove(context, current, gate=gate, address=address)
    set_new(context, user, password, gate.passwords)
    end_all(context, user.id, keep=keep)


def prove(context: Context, password: str, *, gate: Gate, address: str) -> User:
    """Ask for one's own password again, before what a stolen session must not do; oneself.

    Raises :class:`WrongPasswordError` and :class:`~core.access.attempts.TooManyAttemptsError`.
    """
    if context.user is None:
        raise WrongPasswordError
    place, name = str(context.tenant), context.user.email
    gate.attempts.begin(place, name, address)
    user = myself(context)
    if not gate.passwords.matches(password, user.password_hash):
        gate.attempts.failed(address)
        raise WrongPasswordError
    gate.attempts.succeeded(place, name)
    return user


def change_own(context: Context, values: dict[str, Any], *, version: int) -> bool:
    """Change what is one's own to change; whether anything differs.

    Raises :class:`~core.entity.errors.StaleError` and :class:`~core.entity.errors.InvalidError`.
    """
    unasked = set(values) - set(OWN_FIELDS)
    if unasked:
        raise InvalidError({name: [_("Your administrator changes this.")] for name in sorted(unasked)})
    # Whoever they are, of their own record these fields are theirs.
    return service.update(replace(context, grants=EVERYTHING, cache={}), myself(context), values, version=version)


def reset_second_factor(context: Context, user_id: UUID) -> bool:
    """Take away the second factor of somebody who lost phone and paper, and end their sessions; whether they had one.

    An administrator's right.
    """
    done = second_factor.reset(context, user_id)
    if done:
        end_all(context, user_id)
    return done


def set_new(context: Context, user: User, password: str, passwords: Passwords) -> None:
    """Keep a password of somebody, whose right to set it the caller has seen to, and say so in the log."""
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
