"""The second factor: codes of an app on the person's phone (TOTP, RFC 6238), and codes on paper for when it is lost."""

import hmac
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.access.keys import digest
from core.access.models import User
from core.access.oneself import myself
from core.access.passwords import new_password
from core.access.sign_in_models import SecondFactor, SignInPolicy
from core.access.vault import BrokenSealError, Vault
from core.context import Context
from core.db.session import TenantSession
from core.entity import history, service
from core.i18n import Text, translator

_ = translator("core")

STEP = 30
"""Seconds a code is shown for."""
DRIFT = 1
"""Steps that the clock of a phone may be off."""
DIGITS = 6
RECOVERY_CODES = 10
ENROLMENT_LASTS = timedelta(minutes=30)


class SecondFactorError(ValueError):
    """It cannot be done; ``reason`` says why, for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with a person's second factor."""

    on: bool
    required: bool
    """The company demands one of everybody."""
    since: datetime | None = None
    codes_left: int = 0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person's app is told. Nothing is kept before a code shows that it has understood."""

    sealed: str
    """For the form that comes back with the code."""
    secret: str
    """To be typed where no camera is at hand."""
    address: str
    """To be shown as a QR code."""


def state(context: Context, user_id: UUID) -> State:
    """How it stands with somebody."""
    row = context.session.execute(
        sa.select(SecondFactor.created_at, sa.func.cardinality(SecondFactor.recovery)).where(
            SecondFactor.tenant_id == context.tenant, SecondFactor.user_id == user_id
        )
    ).one_or_none()
    demanded = is_required(context)
    return State(on=True, required=demanded, since=row[0], codes_left=row[1]) if row else State(False, demanded)


def begin(context: Context, vault: Vault) -> Enrolment:
    """A new secret for the person's app."""
    secret = pyotp.random_base32()
    return _enrolment(context, secret, vault.seal(_enrolling(context), secret).decode())


def resume(context: Context, vault: Vault, sealed: str) -> Enrolment:
    """The enrolment of a form that came back. Raises :class:`SecondFactorError` for any other, and for an old one."""
    try:
        return _enrolment(context, _unsealed(context, vault, sealed), sealed)
    except BrokenSealError:
        raise SecondFactorError(_("This took too long. Scan the new picture.")) from None


def switch_on(context: Context, vault: Vault, enrolment: Enrolment, code: str) -> list[str]:
    """Ask for codes from now on, the first of which is here; the recovery codes, which are not shown again."""
    person = myself(context)
    step = _matching_step(enrolment.secret, code)
    if step is None:
        raise SecondFactorError(_("This code is not right. Type the one that the app shows now."))
    codes = _new_codes()
    statement = insert(SecondFactor).values(
        tenant_id=context.tenant,
        user_id=person.id,
        secret=vault.seal(_kept(person.id), enrolment.secret),
        last_step=step,
        recovery=[_digest(one) for one in codes],
    )
    if context.session.scalar(statement.on_conflict_do_nothing().returning(SecondFactor.id)) is None:
        raise SecondFactorError(_("It is switched on already."))
    _log(context, person, "second_factor_on")
    return codes


def renew_codes(context: Context) -> list[str]:
    """New recovery codes for oneself; those before open nothing any more. The caller has asked for the password."""
    person = myself(context)
    codes = _new_codes()
    statement = (
        sa.update(SecondFactor)
        .where(SecondFactor.tenant_id == context.tenant, SecondFactor.user_id == person.id)
        .values(recovery=[_digest(one) for one in codes])
    )
    if context.session.scalar(statement.returning(SecondFactor.id)) is None:
        raise SecondFactorError(_("It is not switched on."))
    _log(context, person, "second_factor_codes")
    return codes


def switch_off(context: Context) -> bool:
    """Ask oneself for no codes any more; whether there was one. The caller has asked for the password."""
    if is_required(context):
        raise SecondFactorError(_("Your company demands a second factor of everybody."))
    return _remove(context, myself(context), "second_factor_off")


def reset(context: Context, user_id: UUID) -> bool:
    """Take somebody's second factor away who lost phone and paper; an administrator's right."""
    context.require("*", "admin")
    return _remove(context, service.get(context, User, user_id), "second_factor_reset")


def accepts(session: TenantSession, vault: Vault, user_id: UUID, code: str) -> bool:
    """Whether a code is the person's, of the app or of the paper; it is used up by being accepted."""
    typed = "".join(code.split())
    mine = (SecondFactor.tenant_id == session.tenant, SecondFactor.user_id == user_id)
    if len(typed) != DIGITS:
        paper = sa.literal(_digest(typed), sa.LargeBinary)
        use_up = sa.update(SecondFactor).where(*mine, paper == sa.any_(SecondFactor.recovery))
        return _done(session, use_up.values(recovery=sa.func.array_remove(SecondFactor.recovery, paper)))
    sealed = session.scalar(sa.select(SecondFactor.secret).where(*mine))
    step = _matching_step(vault.open(_kept(user_id), sealed), typed) if sealed else None
    if step is None:
        return False
    return _done(session, sa.update(SecondFactor).where(*mine, SecondFactor.last_step < step).values(last_step=step))


def is_required(context: Context) -> bool:
    """Whether the company demands it of everybody."""
    demanded = sa.select(SignInPolicy.second_factor).where(SignInPolicy.tenant_id == context.tenant)
    return bool(context.session.scalar(demanded))


def require_of_everybody(context: Context, *, on: bool) -> None:
    """Demand it of everybody, from their next request on, or no more; an administrator's right, who has it already."""
    context.require("*", "admin")
    if on and not state(context, myself(context).id).on:
        raise SecondFactorError(_("Switch on your own second factor first, so that you do not lock yourself out."))
    statement = insert(SignInPolicy).values(tenant_id=context.tenant, second_factor=on)
    context.session.execute(statement.on_conflict_do_update(index_elements=["tenant_id"], set_={"second_factor": on}))
    _log(context, myself(context), "second_factor_required" if on else "second_factor_optional")


def people_without(context: Context) -> list[str]:
    """Who may sign in and has none, by name; for administrators."""
    context.require("*", "admin")
    has = sa.exists().where(SecondFactor.tenant_id == context.tenant, SecondFactor.user_id == User.id)
    statement = sa.select(User.name).where(
        User.tenant_id == context.tenant, User.active, User.deleted_at.is_(None), sa.not_(has)
    )
    return sorted(context.session.scalars(statement))


def _matching_step(secret: str, code: str) -> int | None:
    """The half minute a code belongs to, of those that are near."""
    typed, clock = "".join(code.split()), int(time.time()) // STEP
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    near = range(clock - DRIFT, clock + DRIFT + 1)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step), _ascii(typed))), None)


def _new_codes() -> list[str]:
    return [new_password() for _code in range(RECOVERY_CODES)]


def _digest(code: str) -> bytes:
    """What is kept of a recovery code, however its groups are typed. It is as random as a key."""
    return digest(_ascii(code).replace("-", "").lower())


def _ascii(text: str) -> str:
    return text if text.isascii() else ""


def _enrolment(context: Context, secret: str, sealed: str) -> Enrolment:
    assert context.user is not None, "somebody enrols"
    issuer = f"Ghép {context.company.name}".replace(":", " ")
    return Enrolment(sealed, secret, pyotp.TOTP(secret).provisioning_uri(name=context.user.email, issuer_name=issuer))


def _unsealed(context: Context, vault: Vault, sealed: str) -> str:
    return vault.open(_enrolling(context), sealed.encode(errors="replace"), within=ENROLMENT_LASTS)


def _enrolling(context: Context) -> str:
    assert context.user is not None, "somebody enrols"
    return f"enrolment of {context.user.id}"


def _kept(user_id: UUID) -> str:
    return f"second factor of {user_id}"


def _remove(context: Context, person: User, deed: str) -> bool:
    gone = sa.delete(SecondFactor).where(SecondFactor.tenant_id == context.tenant, SecondFactor.user_id == person.id)
    done = context.session.scalar(gone.returning(SecondFactor.id)) is not None
    if done:
        _log(context, person, deed)
    return done


def _done(session: TenantSession, statement: sa.Update) -> bool:
    """Whether a change found its row; where two come at once, the second finds it changed already."""
    return session.scalar(statement.returning(SecondFactor.id)) is not None


def _log(context: Context, person: User, deed: str) -> None:
    history.write(context, context.resource(User), [history.Entry(person, deed, {})])
