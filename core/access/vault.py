"""Secrets that must be read again, such as those of second factors: sealed with the installation's key."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from core.settings import Settings

_PURPOSE = b"vault"


class BrokenSealError(ValueError):
    """What was given is no secret of this installation and purpose, or its time is over."""


class Vault:
    """Seals texts under keys derived from the installation's secret; former secrets still open what they sealed."""

    def __init__(self, secret: str, *former: str) -> None:
        self._secrets = (secret, *former)
        self._keys: MultiFernet | None = None

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        """The installation's."""
        return cls(settings.secret_key, *settings.secret_fallback)

    def seal(self, purpose: str, text: str) -> bytes:
        """The text as it may be kept. ``purpose`` says what for, and whose: for another it cannot be opened."""
        return self._fernet().encrypt(f"{purpose}\0{text}".encode())

    def open(self, purpose: str, sealed: bytes, *, within: timedelta | None = None) -> str:
        """The text that was sealed, ``within`` so much time. Raises :class:`BrokenSealError`."""
        from cryptography.fernet import InvalidToken

        seconds = None if within is None else int(within.total_seconds())
        try:
            meant, _nul, text = self._fernet().decrypt(sealed, ttl=seconds).decode().partition("\0")
        except InvalidToken:
            raise BrokenSealError(purpose) from None
        if meant != purpose:
            raise BrokenSealError(purpose)
        return text

    def _fernet(self) -> "MultiFernet":
        """Made at first use: most processes never open anything."""
        if self._keys is None:
            from cryptography.fernet import Fernet, MultiFernet

            self._keys = MultiFernet([Fernet(_key(one)) for one in self._secrets])
        return self._keys


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest())
