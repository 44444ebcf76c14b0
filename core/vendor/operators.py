"""Operators: the people of the vendor. They sign in apart from all companies and see no company's rows."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import parse
from core.access.keys import digest, is_operator_key, operator_key
from core.access.login import CODE_LASTS, CodeNeeded, Gate, SignInError, SignInOverError
from core.access.passwords import Passwords, new_password
from core.access.people import WrongPasswordError
from core.access.vault import Vault
from core.db.base import now
from core.i18n import translator
from core.vendor import deeds, second_factor
from core.vendor.models import Operator, OperatorSession
from core.vendor.service import VendorError

_ = translator("core")

LASTS = timedelta(hours=12)
"""A day's work; operators hold more than anybody else, so their sessions are shorter."""
_PLACE = "vendor"


@dataclass(frozen=True, slots=True)
class OperatorInfo:
    """The operator acting."""

    id: int
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class OperatorCreated:
    """An operator just made: the only time the password is known."""

    operator: OperatorInfo
    password: str


@dataclass(frozen=True, slots=True)
class OperatorSignedIn:
    """A new session: the key for the browser's cookie, and whose it is."""

    key: str
    operator: OperatorInfo


def create_operator(
    session: Session,
    email: str,
    name: str = "",
    password: str | None = None,
    *,
    passwords: Passwords,
    by: str = deeds.COMMAND,
) -> OperatorCreated:
    """Make an operator; the caller commits.

    Raises :class:`~core.vendor.service.VendorError` and :class:`~core.access.passwords.PasswordError`.
    """
    address = _address(email)
    if address is None:
        raise VendorError(_("%(email)s is no e-mail address.", email=repr(email)))
    if session.scalar(sa.select(Operator.id).where(Operator.email == address)) is not None:
        raise VendorError(_("There is an operator %(email)s already.", email=address))
    password = password if password is not None else new_password()
    operator = Operator(
        email=address, name=name[:120] or address.partition("@")[0], password_hash=passwords.hash(password)
    )
    session.add(operator)
    session.flush()
    deeds.record(session, by, "operator.created", email=address)
    return OperatorCreated(OperatorInfo(operator.id, operator.email, operator.name), password)


def sign_in_operator(
    session: Session, email: str, password: str, *, gate: Gate, address: str
) -> OperatorSignedIn | CodeNeeded:
    """Begin an operator's session, or ask for a code; the caller commits, and has begun nothing by ``session.begin()``.

    Raises :class:`~core.access.login.SignInError` and :class:`~core.access.attempts.TooManyAttemptsError`.
    """
    name = email.strip().lower()
    gate.attempts.begin(_PLACE, name, address)
    statement = sa.select(Operator.id, Operator.email, Operator.name, Operator.password_hash).where(
        Operator.email == (_address(email) or ""), Operator.active
    )
    found = session.execute(statement).one_or_none()
    session.commit()  # the connection goes back while the password is hashed, which takes long and may queue
    if not gate.passwords.matches(password, found.password_hash if found else None) or found is None:
        gate.attempts.failed(address)
        raise SignInError(_("E-mail or password is wrong."))
    gate.attempts.succeeded(_PLACE, name)
    if gate.passwords.outdated(found.password_hash):
        renewed = gate.passwords.hash(password)
        session.execute(sa.update(Operator).where(Operator.id == found.id).values(password_hash=renewed))
    session.execute(sa.delete(OperatorSession).where(OperatorSession.expires_at < now()))
    operator = OperatorInfo(found.id, found.email, found.name)
    if second_factor.of(operator.id).kept(session):
        return CodeNeeded(_begin(session, operator, CODE_LASTS, halfway=True))
    return _inside(session, operator, address)


def give_operator_code(
    session: Session, key: str, code: str, *, gate: Gate, vault: Vault, address: str
) -> OperatorSignedIn:
    """Begin the session that a right password had asked a code for; the caller commits.

    Raises :class:`~core.access.login.SignInError` for a wrong code, :class:`~core.access.login.SignInOverError` where
    the password has to be given again, and :class:`~core.access.attempts.TooManyAttemptsError`.
    """
    operator = identify_operator(session, key, halfway=True)
    if operator is None:
        raise SignInOverError
    gate.codes.begin(_PLACE, operator.email, address)
    if not second_factor.of(operator.id).accepts(session, vault, code):
        gate.codes.failed(address)
        raise SignInError(_("This code is not right, or was used already."))
    sign_out_operator(session, key)
    gate.codes.succeeded(_PLACE, operator.email)
    return _inside(session, operator, address)


def _inside(session: Session, operator: OperatorInfo, address: str) -> OperatorSignedIn:
    key = _begin(session, operator, LASTS)
    deeds.record(session, operator.email, "signed_in", address=address)
    return OperatorSignedIn(key, operator)


def _begin(session: Session, operator: OperatorInfo, lasts: timedelta, *, halfway: bool = False) -> str:
    key = operator_key()
    begun = {"operator_id": operator.id, "expires_at": now() + lasts, "halfway": halfway}
    session.add(OperatorSession(key_hash=digest(key), **begun))
    session.flush()
    return key


def prove_operator(session: Session, operator: OperatorInfo, password: str, *, gate: Gate, address: str) -> None:
    """Ask for their password again, before what a stolen session must not do.

    Raises :class:`~core.access.people.WrongPasswordError` and :class:`~core.access.attempts.TooManyAttemptsError`.
    """
    gate.attempts.begin(_PLACE, operator.email, address)
    kept = session.scalar(sa.select(Operator.password_hash).where(Operator.id == operator.id))
    if not gate.passwords.matches(password, kept):
        gate.attempts.failed(address)
        raise WrongPasswordError
    gate.attempts.succeeded(_PLACE, operator.email)


def identify_operator(session: Session, key: str, *, halfway: bool = False) -> OperatorInfo | None:
    """Find which operator comes in with a key; None for one that opens nothing, or ``halfway`` asks for no code."""
    if not is_operator_key(key):
        return None
    statement = (
        sa.select(Operator.id, Operator.email, Operator.name)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(OperatorSession.key_hash == digest(key), OperatorSession.expires_at > now(), Operator.active)
        .where(OperatorSession.halfway == halfway)
    )
    found = session.execute(statement).one_or_none()
    return OperatorInfo(*found) if found else None


def sign_out_operator(session: Session, key: str) -> None:
    """End an operator's session; a key that opens nothing is no error."""
    if is_operator_key(key):
        session.execute(sa.delete(OperatorSession).where(OperatorSession.key_hash == digest(key)))


def end_operator_sessions(session: Session, operator_id: int) -> int:
    """End every session of an operator; how many there were."""
    statement = sa.delete(OperatorSession).where(OperatorSession.operator_id == operator_id)
    return len(session.execute(statement.returning(OperatorSession.id)).all())


def _address(email: str) -> str | None:
    try:
        return parse.email(email)
    except ValueError:
        return None
