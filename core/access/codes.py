"""Codes of an app on a phone (TOTP, RFC 6238) and codes on paper for when it is lost: for people and for operators."""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access.keys import digest
from core.access.passwords import new_password
from core.access.vault import BrokenSealError, Vault
from core.db.base import now
from core.i18n import Text, translator

_ = translator("core")

STEP = 30
"""Seconds a code is shown for."""
DRIFT = 1
"""Steps that the clock of a phone may be off."""
DIGITS = 6
RECOVERY_CODES = 10
ENROLMENT_LASTS = timedelta(minutes=30)


class CodeColumns:
    """What a table keeps of a second factor; the row is there while it is switched on."""

    secret: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Shared with the app on the phone; sealed."""
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    """The half minute of the last code: it and those before are not accepted again."""
    recovery: Mapped[list[bytes]] = mapped_column(ARRAY(sa.LargeBinary(32)))
    """Hashes of the recovery codes that are left."""
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)


class SecondFactorError(ValueError):
    """It cannot be done; ``reason`` says why, for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody's app is told. Nothing is kept before a code shows that it has understood."""

    sealed: str
    """For the form that comes back with the code."""
    secret: str
    """To be typed where no camera is at hand."""
    address: str
    """To be shown as a QR code."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose second factor it is."""

    model: Any
    """The table, with :class:`CodeColumns`."""
    keys: Mapping[str, Any]
    """The columns that make a row theirs."""
    sealed_for: str
    """What their secret is sealed for: it opens for nobody else."""

    @property
    def _mine(self) -> list[sa.ColumnElement[bool]]:
        return [getattr(self.model, name) == value for name, value in self.keys.items()]

    def kept(self, session: Session) -> tuple[datetime, int] | None:
        """Since when it is on, and how many recovery codes are left; None where it is off."""
        model = self.model
        statement = sa.select(model.created_at, sa.func.cardinality(model.recovery)).where(*self._mine)
        row = session.execute(statement).one_or_none()
        return None if row is None else (row[0], row[1])

    def begin(self, vault: Vault, *, name: str, issuer: str) -> Enrolment:
        """A new secret for the app, which shows it under these names."""
        secret = pyotp.random_base32()
        return _enrolment(secret, vault.seal(self._enrolling, secret).decode(), name, issuer)

    def resume(self, vault: Vault, sealed: str, *, name: str, issuer: str) -> Enrolment:
        """The enrolment of a form that came back. Raises :class:`SecondFactorError` for any other, and for an old one."""
        try:
            secret = vault.open(self._enrolling, sealed.encode(errors="replace"), within=ENROLMENT_LASTS)
        except BrokenSealError:
            raise SecondFactorError(_("This took too long. Scan the new picture.")) from None
        return _enrolment(secret, sealed, name, issuer)

    def switch_on(self, session: Session, vault: Vault, enrolment: Enrolment, code: str) -> list[str]:
        """Ask for codes from now on, the first of which is here; the recovery codes, which are not shown again."""
        step = _matching_step(enrolment.secret, code)
        if step is None:
            raise SecondFactorError(_("This code is not right. Type the one that the app shows now."))
        codes = _new_codes()
        statement = insert(self.model).values(
            **self.keys,
            secret=vault.seal(self._kept, enrolment.secret),
            last_step=step,
            recovery=[_digest(one) for one in codes],
        )
        if session.scalar(statement.on_conflict_do_nothing().returning(self.model.id)) is None:
            raise SecondFactorError(_("It is switched on already."))
        return codes

    def renew_codes(self, session: Session) -> list[str]:
        """New recovery codes; those before open nothing any more."""
        codes = _new_codes()
        renewed = sa.update(self.model).where(*self._mine).values(recovery=[_digest(one) for one in codes])
        if not self._done(session, renewed):
            raise SecondFactorError(_("It is not switched on."))
        return codes

    def remove(self, session: Session) -> bool:
        """Ask for no codes any more; whether there was one."""
        return self._done(session, sa.delete(self.model).where(*self._mine))

    def accepts(self, session: Session, vault: Vault, code: str) -> bool:
        """Whether a code is theirs, of the app or of the paper; it is used up by being accepted."""
        typed, model = "".join(code.split()), self.model
        if len(typed) != DIGITS:
            paper = sa.literal(_digest(typed), sa.LargeBinary)
            use_up = sa.update(model).where(*self._mine, paper == sa.any_(model.recovery))
            return self._done(session, use_up.values(recovery=sa.func.array_remove(model.recovery, paper)))
        sealed = session.scalar(sa.select(model.secret).where(*self._mine))
        step = _matching_step(vault.open(self._kept, sealed), typed) if sealed else None
        if step is None:
            return False
        return self._done(session, sa.update(model).where(*self._mine, model.last_step < step).values(last_step=step))

    def _done(self, session: Session, statement: Any) -> bool:
        """Whether a change found its row; where two come at once, the second finds it changed already."""
        return session.scalar(statement.returning(self.model.id)) is not None

    @property
    def _enrolling(self) -> str:
        return f"enrolment of {self.sealed_for}"

    @property
    def _kept(self) -> str:
        return f"second factor of {self.sealed_for}"


def _enrolment(secret: str, sealed: str, name: str, issuer: str) -> Enrolment:
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer.replace(":", " "))
    return Enrolment(sealed, secret, address)


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
