"""Passwords: what may be one, and how it is kept."""

import base64
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.i18n import Text, translator

_ = translator("core")

SHORTEST = 8
LONGEST = 256
_SALT, _TAG = 16, 32
# Without letters and digits that look alike: a first password is often read from paper.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


class PasswordError(ValueError):
    """A text that cannot be a password; ``reason`` says why, for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Passwords:
    """Hashes and verifies with argon2id. ``at_once`` bounds the memory and time that strangers can make us spend."""

    def __init__(self, *, at_once: int = 2, time_cost: int = 2, memory_kib: int = 19 << 10, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, hash_len=_TAG, salt_len=_SALT
        )
        self._turns = threading.BoundedSemaphore(at_once)
        # Nobody's hash: costs what a real one costs and matches nothing.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={time_cost},p={lanes}${_zeros(_SALT)}${_zeros(_TAG)}"

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises :class:`PasswordError` for one that is too short or too long."""
        text = _normal(password)
        if len(text) < SHORTEST:
            raise PasswordError(_("A password has at least %(n)s characters.", n=SHORTEST))
        if len(text) > LONGEST:
            raise PasswordError(_("A password has at most %(n)s characters.", n=LONGEST))
        with self._turns:
            return self._hasher.hash(_bytes(text))

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one that was kept; takes as long where nothing was."""
        text = _normal(password[: LONGEST + 1])
        fits = SHORTEST <= len(text) <= LONGEST
        try:
            with self._turns:
                found = self._hasher.verify(kept or self._nobody, _bytes(text[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return bool(found and kept and fits)

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return bool(self._hasher.check_needs_rehash(kept))


def new_password() -> str:
    """A password that can be read out: four groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(_GROUP)) for _group in range(_GROUPS))


def _normal(password: str) -> str:
    """One form for what keyboards send in several."""
    return unicodedata.normalize("NFKC", password)


def _bytes(text: str) -> bytes:
    """The text as it is hashed; halves of characters, which only programs can send, stay what they are."""
    return text.encode(errors="surrogatepass")


def _zeros(count: int) -> str:
    return base64.b64encode(bytes(count)).decode().rstrip("=")
