"""Signing in and out: a session is a row, so that it can be seen, counted and ended."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access import second_factor, sign_in_log, tickets
from core.access.attempts import (
    CODES_PER_ACCOUNT,
    LETTERS_PER_ACCOUNT,
    LETTERS_PER_ADDRESS,
    PER_FEED,
    PER_LINK,
    Attempts,
)
from core.access.delegation import require_looks_after
from core.access.keys import digest, read_key, session_key
from core.access.models import User, UserSession
from core.access.passwords import Passwords
from core.access.sign_in_models import SecondFactor
from core.access.vault import Vault
from core.context import CompanyInfo, Context, UserInfo
from core.db.base import now
from core.db.session import TenantSession
from core.i18n import Text, translator

_ = translator("core")

IDLE = timedelta(hours=12)
"""A session nobody used for this long is over."""
ABSOLUTE = timedelta(days=14)
"""However it is used, after this long the password is asked for again."""
CODE_LASTS = timedelta(minutes=5)
"""Between the password and the code."""


class SignInError(PermissionError):
    """Nobody was let in; ``reason`` is for the person and does not tell which part was wrong."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class SignInOverError(PermissionError):
    """The password was given too long ago, or its sign-in is finished: it begins anew."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What checks whoever wants in; made once by the application."""

    passwords: Passwords
    attempts: Attempts
    codes: Attempts = field(default_factory=lambda: Attempts(per_account=CODES_PER_ACCOUNT))
    """Counts the codes of second factors."""
    letters: Attempts = field(
        default_factory=lambda: Attempts(per_account=LETTERS_PER_ACCOUNT, per_address=LETTERS_PER_ADDRESS)
    )
    """Counts the messages that strangers ask for."""
    feeds: Attempts = field(default_factory=lambda: Attempts(per_account=PER_FEED))
    """Counts how often calendars are fetched."""
    guests: Attempts = field(default_factory=Attempts)
    """Counts what people and programs without an account send."""
    links: Attempts = field(default_factory=lambda: Attempts(per_account=PER_LINK))
    """Counts how often public links are opened, and keys that open nothing."""

    @classmethod
    def make(cls, redis_url: str) -> Self:
        """The gate of an installation, whose processes count together."""
        return cls(
            Passwords(),
            Attempts(redis_url),
            Attempts(redis_url, per_account=CODES_PER_ACCOUNT),
            Attempts(redis_url, per_account=LETTERS_PER_ACCOUNT, per_address=LETTERS_PER_ADDRESS),
            Attempts(redis_url, per_account=PER_FEED),
            Attempts(redis_url),
            Attempts(redis_url, per_account=PER_LINK),
        )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the key for the browser's cookie, and whose it is."""

    key: str
    user: UserInfo


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password was right, and the person has a second factor: the key that :func:`give_code` goes on with."""

    key: str


@dataclass(frozen=True, slots=True)
class _Account:
    id: UUID
    name: str
    email: str
    theme: str
    password_hash: str | None
    second_factor: bool


def sign_in(
    session: TenantSession, company: CompanyInfo, email: str, password: str, *, gate: Gate, agent: str, address: str
) -> SignedIn | CodeNeeded:
    """Begin a session, or ask for a code; the caller commits. ``address`` is the client's own, as the trusted proxies tell it.

    Raises :class:`SignInError`, the same for a wrong password, an unknown e-mail and a person who may not sign in,
    and :class:`~core.access.attempts.TooManyAttemptsError`. Both leave nothing to commit.
    """
    place, name = str(company.id), email.strip().lower()
    gate.attempts.begin(place, name, address)
    account = _account(session, email)
    session.commit()  # the connection goes back while the password is hashed, which takes long and may queue
    if not gate.passwords.matches(password, account.password_hash if account else None) or account is None:
        gate.attempts.failed(address)
        sign_in_log.failed(session, account.id if account else None, account.name if account else "", email, address)
        session.commit()
        raise SignInError(_("E-mail or password is wrong."))
    gate.attempts.succeeded(place, name)
    if company.state != "open":
        raise SignInError(_("%(company)s is suspended. Ask your provider.", company=company.name))
    if account.password_hash and gate.passwords.outdated(account.password_hash):
        _keep(session, account.id, gate.passwords.hash(password))
    if account.second_factor:
        return CodeNeeded(tickets.issue(session, account.id, tickets.CODE, CODE_LASTS))
    key = _begin(session, account.id, account.name, agent, address)
    return SignedIn(key, UserInfo(account.id, account.name, account.email, account.theme))


def give_code(
    session: TenantSession, key: str, code: str, *, gate: Gate, vault: Vault, agent: str, address: str
) -> SignedIn:
    """Begin the session that a right password had asked a code for; the caller commits.

    Raises :class:`SignInError` for a wrong code, :class:`~core.access.attempts.TooManyAttemptsError`, and
    :class:`SignInOverError` where the password has to be given again.
    """
    person = tickets.holder(session, key, tickets.CODE)
    if person is None:
        raise SignInOverError
    place, name = str(session.tenant), str(person.id)
    gate.codes.begin(place, name, address)
    if not second_factor.accepts(session, vault, person.id, code):
        gate.codes.failed(address)
        sign_in_log.failed(session, person.id, person.name, person.email, address)
        session.commit()
        raise SignInError(_("This code is not right, or was used already."))
    if not tickets.redeem(session, key, tickets.CODE):
        raise SignInOverError
    gate.codes.succeeded(place, name)
    made = _begin(session, person.id, person.name, agent, address)
    return SignedIn(made, UserInfo(person.id, person.name, person.email, person.theme))


def _begin(session: TenantSession, user_id: UUID, name: str, agent: str, address: str) -> str:
    key = session_key(session.tenant)
    sign_in_log.signed_in(session, user_id, name, agent, address)
    session.add(
        UserSession(
            user_id=user_id,
            key_hash=digest(key),
            expires_at=now() + ABSOLUTE,
            agent=agent.replace("\0", "")[:200],
            address=address.replace("\0", "")[:45],
        )
    )
    session.flush()
    return key


def sign_out(session: TenantSession, key: str) -> None:
    """End the session of a key; a key that opens nothing is no error."""
    found = read_key(key)
    if found is not None and found.tenant == session.tenant:
        session.execute(
            sa.delete(UserSession).where(UserSession.tenant_id == session.tenant, UserSession.key_hash == found.digest)
        )


def sessions(context: Context, user_id: UUID) -> list[UserSession]:
    """Where a person is signed in, the last used first. Others' are an administrator's to see."""
    _require_own(context, user_id)
    statement = (
        sa.select(UserSession)
        .where(UserSession.tenant_id == context.tenant, UserSession.user_id == user_id, *_alive())
        .order_by(UserSession.seen_at.desc())
    )
    return list(context.session.scalars(statement))


def end_session(context: Context, user_id: UUID, session_id: UUID) -> bool:
    """End one session of a person; whether there was one."""
    _require_own(context, user_id)
    statement = sa.delete(UserSession).where(
        UserSession.tenant_id == context.tenant, UserSession.user_id == user_id, UserSession.id == session_id
    )
    return bool(context.session.execute(statement.returning(UserSession.id)).scalars().all())


def end_all(context: Context, user_id: UUID, *, keep: UUID | None = None) -> int:
    """End every session of a person but ``keep``; how many there were."""
    _require_own(context, user_id)
    statement = sa.delete(UserSession).where(UserSession.tenant_id == context.tenant, UserSession.user_id == user_id)
    if keep is not None:
        statement = statement.where(UserSession.id != keep)
    return len(context.session.execute(statement.returning(UserSession.id)).scalars().all())


def forget_expired(context: Context) -> int:
    """Remove the sessions that are over; for the company's daily cleaning."""
    statement = sa.delete(UserSession).where(UserSession.tenant_id == context.tenant, sa.not_(sa.and_(*_alive())))
    return len(context.session.execute(statement.returning(UserSession.id)).scalars().all())


def _alive() -> tuple[sa.ColumnElement[bool], ...]:
    return UserSession.expires_at > now(), UserSession.seen_at > now() - IDLE


def _require_own(context: Context, user_id: UUID) -> None:
    if context.user is None or context.user.id != user_id:
        require_looks_after(context, user_id)


def _account(session: TenantSession, email: str) -> _Account | None:
    try:
        wanted = parse.email(email)
    except ValueError:
        return None
    table = User.__table__
    codes = sa.exists().where(SecondFactor.tenant_id == session.tenant, SecondFactor.user_id == table.c.id)
    statement = sa.select(table.c.id, table.c.name, table.c.email, table.c.theme, table.c.password_hash, codes).where(
        table.c.tenant_id == session.tenant, table.c.email == wanted, table.c.active, table.c.deleted_at.is_(None)
    )
    found = session.execute(statement).one_or_none()
    return _Account(*found) if found else None


def _keep(session: TenantSession, user_id: UUID, password_hash: str) -> None:
    """Keep a hash. Not a change of the person's record: it bears no version and no line in the log."""
    table = User.__table__
    session.execute(
        sa.update(table)
        .where(table.c.tenant_id == session.tenant, table.c.id == user_id)
        .values(password_hash=password_hash)
    )
