"""Signatures of what is sent, as `Standard Webhooks <https://www.standardwebhooks.com>`_ has them.

Each request carries ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``. Whoever receives it computes the
HMAC-SHA256 of ``<id>.<timestamp>.<body>`` under the secret (the part behind ``whsec_``, from base64), compares it in
constant time with each of the signatures ``v1,<base64>`` that are parted by blanks, refuses what is older than five
minutes, and takes each id once. While a secret is being replaced there are two signatures.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = 300
"""Seconds a timestamp may be off."""
_BYTES = 32


def new_secret() -> str:
    """A secret to share with one endpoint."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one message under one secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(given: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message, signed with each of the secrets."""
    signatures = " ".join(signature(one, message_id, timestamp, body) for one in given)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def verify(secret: str, given: Mapping[str, str], body: bytes, now: int) -> bool:
    """Whether a message is from whoever shares the secret, and of this moment: the receiver's half."""
    found = {name.lower(): value for name, value in given.items()}
    message_id, stamp = found.get(ID, ""), found.get(TIMESTAMP, "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > TOLERANCE:
        return False
    wanted = signature(secret, message_id, int(stamp), body)
    return any(hmac.compare_digest(wanted, one) for one in found.get(SIGNATURE, "").split())
