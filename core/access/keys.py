"""The keys people and programs come in with, as text: made, taken apart, hashed. Only the hashes are kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

_RANDOM = r"[A-Za-z0-9_-]{43}"
_TENANT = r"[1-9][0-9]{0,17}"
_SESSION = re.compile(rf"({_TENANT})\.{_RANDOM}")
_TOKEN = re.compile(rf"ghep_({_TENANT})_([0-9a-f]{{32}})_({_RANDOM})")
_FEED = re.compile(rf"({_TENANT})-([0-9a-f]{{32}})-({_RANDOM})")
_DEVICE = re.compile(rf"device\.{_RANDOM}")
_OPERATOR = re.compile(rf"vendor\.{_RANDOM}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is well formed; whether it opens anything is the database's to say."""

    tenant: int
    digest: bytes
    token: UUID | None = None
    """Of an API token: its row. A session is found by its digest."""
    feed: UUID | None = None
    """Of a calendar's secret address: its row."""


def read_key(text: str) -> Key | None:
    """Take a session key or an API token apart; None for anything else, however odd."""
    if found := _SESSION.fullmatch(text):
        return Key(int(found[1]), digest(text))
    if found := _TOKEN.fullmatch(text):
        return Key(int(found[1]), digest(found[3]), UUID(hex=found[2]))
    return None


def read_feed_key(text: str) -> Key | None:
    """Take the key in a calendar's secret address apart. It opens that calendar alone: no session is made of it."""
    found = _FEED.fullmatch(text)
    return Key(int(found[1]), digest(found[3]), feed=UUID(hex=found[2])) if found else None


def session_key(tenant: int) -> str:
    """A new key for a browser; it names the company so that the company's session can be opened."""
    return f"{tenant}.{_secret()}"


def device_key(known: str = "") -> str:
    """The key by which a browser is known again: the one it has, or a new one where that is none."""
    return known if _DEVICE.fullmatch(known) else f"device.{_secret()}"


def operator_key() -> str:
    """A new key for an operator's browser."""
    return f"vendor.{_secret()}"


def is_operator_key(text: str) -> bool:
    """Whether a text has the form of an operator's key."""
    return _OPERATOR.fullmatch(text) is not None


def token_text(tenant: int, token: UUID) -> tuple[str, bytes]:
    """A new API token of a row, and the hash that is kept of its secret."""
    secret = _secret()
    return f"ghep_{tenant}_{token.hex}_{secret}", digest(secret)


def feed_text(tenant: int, feed: UUID) -> tuple[str, bytes]:
    """The key for a calendar's secret address, and the hash that is kept of its secret."""
    secret = _secret()
    return f"{tenant}-{feed.hex}-{secret}", digest(secret)


def digest(text: str) -> bytes:
    """What is kept of a key. The keys are random and long, so a fast hash is enough."""
    return hashlib.sha256(text.encode()).digest()


def _secret() -> str:
    return secrets.token_urlsafe(32)
