"""Doing once what a program asks twice: a request repeated with its ``Idempotency-Key`` gets the first answer again.

The answer is kept in the transaction of the effect: there is never one without the other, and a request that failed
leaves nothing, so that it may be mended and sent with the same key.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.api.models import KeptAnswer
from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError
from core.i18n import translator

_ = translator("core")

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,200}")
"""Visible ASCII."""


class InFlightError(RuntimeError):
    """The first request with this key is still being answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered again."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(*parts: bytes) -> bytes:
    """What two requests have in common that are the same."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).digest()


def begin(context: Context, key: str, request_hash: bytes) -> Answer | None:
    """The answer kept for a key, or None for the first request; then others with the key are held off until the commit.

    Raises :class:`InFlightError`, and :class:`InvalidError` for a key that came with another request before.
    """
    if not KEY.fullmatch(key):
        raise InvalidError({HEADER: [_("Write 1 to 200 visible ASCII characters.")]})
    # The lock ends with the transaction, after its rows can be seen: whoever gets it sees the answer of the one before.
    if not context.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock_of(context, key)))):
        raise InFlightError(key)
    row = context.session.execute(
        sa.select(KeptAnswer.request_hash, KeptAnswer.status, KeptAnswer.headers, KeptAnswer.body).where(
            KeptAnswer.tenant_id == context.tenant,
            KeptAnswer.user_id == _user(context),
            KeptAnswer.key == key,
            KeptAnswer.created_at > now() - KEPT,
        )
    ).one_or_none()
    if row is None:
        return None
    if bytes(row.request_hash) != request_hash:
        raise InvalidError({HEADER: [_("This key came with another request before. Use a new one.")]})
    return Answer(row.status, row.headers, bytes(row.body))


def keep(context: Context, key: str, request_hash: bytes, answer: Answer) -> None:
    """Keep the answer to a request, in the transaction of its effect; one that is too old gives way."""
    values = {
        "request_hash": request_hash,
        "status": answer.status,
        "headers": answer.headers,
        "body": answer.body,
        "created_at": now(),
    }
    names = {"tenant_id": context.tenant, "id": uuid7(), "user_id": _user(context), "key": key}
    context.session.execute(
        insert(KeptAnswer)
        .values(**names, **values)
        .on_conflict_do_update(
            index_elements=[KeptAnswer.tenant_id, KeptAnswer.user_id, KeptAnswer.key],
            set_=values,
            where=KeptAnswer.tenant_id == context.tenant,
        )
    )


def forget_expired(context: Context) -> int:
    """Remove the answers nobody may ask for again; for the company's daily cleaning."""
    statement = sa.delete(KeptAnswer).where(
        KeptAnswer.tenant_id == context.tenant, KeptAnswer.created_at <= now() - KEPT
    )
    return len(context.session.execute(statement.returning(KeptAnswer.id)).scalars().all())


def _user(context: Context) -> UUID:
    assert context.user is not None, "a key belongs to somebody"
    return context.user.id


def _lock_of(context: Context, key: str) -> int:
    name = f"{context.tenant} {_user(context)} {key}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)
