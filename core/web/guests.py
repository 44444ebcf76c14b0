"""Addresses for people and programs without an account, such as a form in a company's own site.

An address names a company and a record of one of its modules, and is signed; who may come, and how often, is asked anew
each time. It opens nothing but what the plugin's view does in the company's name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, abort
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from limits import RateLimitItem

from core.access.attempts import TooManyAttemptsError
from core.app import platform
from core.context import Context
from core.db.base import now
from core.i18n import use_locale
from core.jobs.turn import begin, open_company
from core.web.gate import company_slug
from core.web.sign_in import client_address

SOURCE = "public"
"""The door, as the log names it."""
_MANY = 429


def guest_token(turn: Context, purpose: str, record_id: UUID) -> str:
    """The last part of an address; always the same for a record, and good for its purpose alone."""
    return str(_signer(URLSafeSerializer, purpose).dumps([turn.tenant, record_id.hex]))


@contextmanager
def guest(plugin: str, purpose: str, token: str, limit: RateLimitItem | None = None) -> Iterator[tuple[Context, UUID]]:
    """The company's turn and the record that an address names, committed at the end; 404 for what opens nothing.

    ``limit`` is how often one client may come to one address; 429 above it.
    """
    try:
        tenant, record = _signer(URLSafeSerializer, purpose).loads(token)
    except BadData:
        abort(404)
    if limit is not None:
        _count(purpose, token, limit)
    with platform().database.reader() as connection:
        company = open_company(connection, tenant)
    if company is None or company_slug() not in {"", company.slug}:
        abort(404)
    with platform().database.session(company.id) as session:
        turn, locale = begin(session, company, platform().hooks)
        turn.source = SOURCE
        if plugin not in turn.active:
            abort(404)
        with use_locale(locale):
            yield turn, UUID(hex=record)
        session.commit()


def _count(purpose: str, token: str, limit: RateLimitItem) -> None:
    try:
        platform().doors.guests.count(limit, f"{purpose}\0{token}\0{client_address()}")
    except TooManyAttemptsError as error:
        abort(Response(status=_MANY, headers={"Retry-After": str(error.seconds)}))


def stamp(purpose: str, said: Any) -> str:
    """Something a form carries and cannot change, with the moment it was made."""
    return str(_signer(URLSafeTimedSerializer, purpose).dumps(said))


def age_of(purpose: str, said: Any, stamped: str) -> float | None:
    """How many seconds ago we stamped this; None where we never did."""
    signer = _signer(URLSafeTimedSerializer, purpose)
    try:
        found, moment = signer.loads(stamped, return_timestamp=True)
    except BadData:
        return None
    return None if found != said else (now() - moment).total_seconds()


def _signer(kind: Any, purpose: str) -> Any:
    settings = platform().settings
    return kind([*settings.secret_fallback, settings.secret_key], salt=f"core.web.guests.{purpose}")
