"""Asking for access: whoever meets a record that they may not see asks its owner, who grants or declines.

Asking tells nothing: an id that leads nowhere, a foreign one and a hidden one are answered, and kept, alike.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.access.request_models import WAITING, AccessRequest
from core.access.sharing import Targets, Terms
from core.access.visibility import visible
from core.bulk.merging import survivor_of
from core.bulk.sharing import share
from core.context import Context
from core.db.base import now
from core.entity.duplicates import find
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.identity import Key
from core.entity.titles import titles
from core.i18n import translator
from core.notifications.kinds import REQUEST
from core.notifications.service import notify

_ = translator("core")

MOST_OPEN = 100
"""Requests of one person that may wait at the same time."""
PAGE = 100
PAGE_OF_REQUESTS = "/requests"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its reader may know it."""

    id: UUID
    resource: Resource
    record_id: UUID | None
    """None for an asker who was not let in."""
    title: str
    about: str
    reason: str
    who: str
    state: str
    at: datetime


def ask(context: Context, resource: Resource, record_id: UUID, *, reason: str = "", about: str = "") -> None:
    """Ask whoever owns a record for access to it. Raises InvalidError where too many requests wait already."""
    context.require(resource.name, "see")
    if context.user is None or not resource.owned:
        return
    found = _owner(context, resource, record_id)
    if found is None and (kept := survivor_of(context, resource, record_id)):
        record_id, found = kept, _owner(context, resource, kept)
    _refuse_too_many(context, context.user.id)
    owner, seen = found or (None, False)
    if seen:
        return
    request = {
        "tenant_id": context.tenant, "id": uuid7(), "entity": resource.name, "record_id": record_id,
        "user_id": context.user.id, "owner_id": owner, "about": about[:200], "reason": reason.strip()[:300],
    }  # fmt: skip
    keys = ["tenant_id", "user_id", "entity", "record_id"]
    asked = insert(AccessRequest).values(request).on_conflict_do_nothing(index_elements=keys, index_where=WAITING)
    if context.session.scalar(asked.returning(AccessRequest.id)) is not None and owner is not None:
        title = _("%(name)s asks for access to a record of yours", name=context.user.name)
        notify(context, [owner], REQUEST, title, body=reason.strip(), url=PAGE_OF_REQUESTS)


def _owner(context: Context, resource: Resource, record_id: UUID) -> tuple[UUID | None, bool] | None:
    """Whose a record is, and whether this person sees it; None where there is none."""
    table = resource.model.__table__
    statement = sa.select(table.c.owner_id, visible(context, resource)).where(
        table.c.tenant_id == context.tenant, table.c.id == record_id, table.c.deleted_at.is_(None)
    )
    row = context.session.connection().execute(statement).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def _refuse_too_many(context: Context, user: UUID) -> None:
    waiting = sa.select(sa.func.count()).where(
        AccessRequest.tenant_id == context.tenant, AccessRequest.user_id == user, AccessRequest.state == "open"
    )
    if (context.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise InvalidError({"": [_("%(n)s of your requests are waiting already.", n=MOST_OPEN)]})


def ask_by_key(context: Context, resource: Resource, key: Key, *, reason: str = "") -> None:
    """Ask the owners of the records that are known by a value, and that one may not see."""
    if context.user is not None:
        _refuse_too_many(context, context.user.id)
    for one in find(context, resource, [key]):
        if not one.seen:
            ask(context, one.resource, one.id, reason=reason, about=key[1])


def received(context: Context) -> list[Request]:
    """What waits for one's answer; what nobody owns waits for administrators."""
    mine = AccessRequest.owner_id == context.user.id if context.user else sa.false()
    if context.can("*", "admin"):
        mine = sa.or_(mine, AccessRequest.owner_id.is_(None))
    found = _read(context, mine, AccessRequest.state == "open")
    return [one for one in found if one.title]


def sent(context: Context) -> list[Request]:
    """What one has asked for oneself; of a record only what one knew, until one is let in."""
    if context.user is None:
        return []
    found = _read(context, AccessRequest.user_id == context.user.id)
    return [one if one.state == "granted" else _veiled(one) for one in found]


def _veiled(one: Request) -> Request:
    return Request(one.id, one.resource, None, "", one.about, one.reason, one.who, one.state, one.at)


def _read(context: Context, *conditions: sa.ColumnElement[bool]) -> list[Request]:
    statement = (
        sa.select(AccessRequest, User.name)
        .join(User, sa.and_(User.tenant_id == context.tenant, User.id == AccessRequest.user_id))
        .where(AccessRequest.tenant_id == context.tenant, *conditions)
        .order_by(AccessRequest.id.desc())
        .limit(PAGE)
    )
    rows = context.session.execute(statement).all()
    by_name = {one.name: one for one in context.resources()}
    wanted: dict[type, list[UUID]] = {}
    for one, _name in rows:
        if one.entity in by_name:
            wanted.setdefault(by_name[one.entity].model, []).append(one.record_id)
    names = titles(context, wanted)
    return [
        Request(
            one.id, by_name[one.entity], one.record_id, names.get(one.record_id, ""), one.about, one.reason, name,
            one.state, one.created_at,
        )
        for one, name in rows
        if one.entity in by_name
    ]  # fmt: skip


def grant(context: Context, request_id: UUID, *, access: str = "read", until: datetime | None = None) -> str:
    """Let the asker in, as a share like any other; the asker's name. Raises MissingError and InvalidError."""
    request = _claim(context, request_id)
    resource = context.resource(request.entity)
    share(context, resource.model, [request.record_id], Targets([request.user_id]), "add", Terms(("*",), access, until))
    return _answer(context, request, "granted")


def decline(context: Context, request_id: UUID) -> str:
    """Do not let the asker in; their name."""
    return _answer(context, _claim(context, request_id), "declined")


def _claim(context: Context, request_id: UUID) -> AccessRequest:
    """A request that waits for this person's answer, locked: two administrators do not both answer it."""
    mine = AccessRequest.owner_id == context.user.id if context.user else sa.false()
    if context.can("*", "admin"):
        mine = sa.true()
    statement = (
        sa.select(AccessRequest)
        .where(AccessRequest.tenant_id == context.tenant, AccessRequest.id == request_id, mine)
        .where(AccessRequest.state == "open")
        .with_for_update()
    )
    found = context.session.scalar(statement)
    if found is None:
        raise MissingError("core.access_request", request_id)
    return found


def _answer(context: Context, request: AccessRequest, state: str) -> str:
    request.state, request.answered_at = state, now()
    request.answered_by_id = context.user.id if context.user else None
    context.session.flush()
    answer = (
        _("Your request for access was granted") if state == "granted" else _("Your request for access was declined")
    )
    notify(context, [request.user_id], REQUEST, answer, url=PAGE_OF_REQUESTS)
    return titles(context, {User: [request.user_id]}).get(request.user_id, "")
