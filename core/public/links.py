"""Giving links away, taking them back, and what is done by them: once, whoever else has a link to the same record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.keys import digest, session_key
from core.context import Cause, Context, Grants
from core.db.base import now
from core.entity import history, service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.i18n import translator
from core.public.contract import PublicAction, PublicAnswer, PublicChoice, PublicPage
from core.public.models import PublicLink
from core.public.signature import Signature

_ = translator("core")

PATH = "/p"
"""Below the company's address, before the key."""
LASTS, LONGEST = 30, 365
"""Days."""
GIVEN_TO = "address"
"""What the log calls where a link was sent."""
_ALIVE = 50
"""Links of one record that are good at the same time."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who put their name under a record."""

    name: str
    at: datetime
    signature: Signature


def page_of(resource: Resource) -> PublicPage:
    """The page that an entity has for people outside. Raises :class:`MissingError`."""
    if resource.public is None:
        raise MissingError(resource.name, "public")
    return resource.public


def give(context: Context, record: Entity, *, days: int = LASTS, to: str = "") -> str:
    """Make a link to a record; its key, which is known here and nowhere else. For those who may edit the record."""
    resource = context.resource(type(record))
    page = page_of(resource)
    context.require(resource.name, "edit")
    if not 1 <= days <= LONGEST:
        raise InvalidError({"days": [_("A whole number from 1 to %(most)s.", most=LONGEST)]})
    if len(good(context, record)) >= _ALIVE:
        raise InvalidError({"": [_("This record has many links already. Revoke one first.")]})
    key = session_key(context.tenant)
    link = PublicLink(
        entity=resource.name, record_id=record.id, key_hash=digest(key), user_id=context.user.id if context.user else None,
        hidden=context.grants.fields, sent_to=to, expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    context.session.add(link)
    history.write(context, resource, [history.Entry(record, "link_given", {GIVEN_TO: [None, to]} if to else {})])
    context.session.flush()
    if page.given is not None:
        page.given(context, record)
    return key


def given(context: Context, record: Entity) -> Sequence[PublicLink]:
    """All links to a record, the newest first."""
    statement = sa.select(PublicLink).where(PublicLink.tenant_id == context.tenant, PublicLink.record_id == record.id)
    return context.session.scalars(statement.order_by(PublicLink.id.desc())).all()


def listed(context: Context, record: Entity) -> Sequence[PublicLink]:
    """The same, for those who may give some away."""
    resource = context.resource(type(record))
    page_of(resource)
    context.require(resource.name, "edit")
    return given(context, record)


def record_of(context: Context, link_id: UUID) -> Entity:
    """What a link leads to. Raises :class:`MissingError` where there is no such link, or the person does not see it."""
    link = context.session.scalar(
        sa.select(PublicLink).where(PublicLink.tenant_id == context.tenant, PublicLink.id == link_id)
    )
    try:
        resource = context.resource(link.entity if link else "")
    except LookupError:
        raise MissingError("link", link_id) from None
    return service.get(context, resource.model, link.record_id if link else link_id)


def with_links(context: Context, resource: Resource, record_ids: Sequence[UUID]) -> set[UUID]:
    """Those records that links were ever given to."""
    if resource.public is None:
        return set()
    wanted = sa.select(PublicLink.record_id).where(
        PublicLink.tenant_id == context.tenant, PublicLink.record_id.in_(record_ids)
    )
    return set(context.session.scalars(wanted))


def good(context: Context, record: Entity) -> list[PublicLink]:
    """Those that open something."""
    return [one for one in given(context, record) if one.revoked_at is None and one.expires_at > now()]


def revoke(context: Context, record: Entity, link_id: UUID) -> None:
    """Let a link open nothing any more; what was done by it stays."""
    resource = context.resource(type(record))
    context.require(resource.name, "edit")
    link = next((one for one in given(context, record) if one.id == link_id), None)
    if link is None:
        raise MissingError("link", link_id)
    if link.revoked_at is None:
        link.revoked_at = now()
        history.write(context, resource, [history.Entry(record, "link_revoked", {})])


def outside(context: Context, link: PublicLink) -> Context:
    """The turn of whoever came by a link: nobody in particular, who knows no more than whoever gave it away."""
    cause = Cause(str(_("By public link")), ())
    return replace(
        context, grants=Grants(admin=True, fields=link.hidden), user=None, source="public", cause=cause, cache={}
    )


def find(context: Context, key_hash: bytes) -> tuple[PublicLink, Resource, Entity]:
    """A link that is good, and its record. Raises :class:`MissingError`: one that never was looks like one that ended."""
    link = context.session.scalar(
        sa.select(PublicLink).where(
            PublicLink.tenant_id == context.tenant, PublicLink.key_hash == key_hash, PublicLink.revoked_at.is_(None),
            PublicLink.expires_at > now(),
        )
    )  # fmt: skip
    if link is None:
        raise MissingError("link", "")
    try:
        resource = context.resource(link.entity)
    except LookupError:
        raise MissingError("link", "") from None
    page_of(resource)
    return link, resource, service.get(context, resource.model, link.record_id)


def opened(context: Context, link: PublicLink, resource: Resource, record: Entity) -> None:
    """Note that a link was looked at for the first time."""
    if link.opened_at is None:
        link.opened_at = now()
        history.write(outside(context, link), resource, [history.Entry(record, "link_opened", {})])


def actions(context: Context, link: PublicLink, resource: Resource, record: Entity) -> list[PublicAction]:
    """What can be done by a link now."""
    page = page_of(resource)
    if link.acted_at is not None and not page.repeats:
        return []
    return [one for one in page.actions if one.offered(context, record)]


def seen_of(choices: Sequence[PublicChoice]) -> str:
    """A mark of what somebody is asked, the words included: who answers to a mark has read just that."""
    return digest(json.dumps([[one.key, one.title, one.text] for one in choices])).hex() if choices else ""


def act(context: Context, link: PublicLink, resource: Resource, name: str, answer: PublicAnswer) -> None:
    """Do what somebody outside wants done. Of two at once, by one link or by several, one finds it done already.

    Raises :class:`InvalidError` naming what is missing or why it cannot be.
    """
    turn = outside(context, link)
    record = service.get(turn, resource.model, link.record_id, lock=True)
    context.session.refresh(record)
    context.session.refresh(link, with_for_update=True)
    action = next((one for one in actions(turn, link, resource, record) if one.name == name), None)
    if action is None:
        raise InvalidError({"": [_("This has been decided already, or can no longer be done.")]})
    _insist(action, answer, action.asks(turn, record) if action.asks else ())
    action.run(turn, record, answer)
    link.acted_at, link.action, link.name, link.reason = now(), name, answer.name, answer.reason
    link.signature = [list(stroke) for stroke in answer.signature.strokes] if answer.signature else None
    history.write(turn, resource, [history.Entry(record, "link_answered", {})])
    context.session.flush()


def _insist(action: PublicAction, answer: PublicAnswer, asked: Sequence[PublicChoice]) -> None:
    if answer.seen != seen_of(asked):
        raise InvalidError({"": [_("What you are asked has changed meanwhile. Please read it again.")]})
    problems = {
        "choices": bool(asked) and not set(answer.choices) & {one.key for one in asked},
        "name": not answer.name.strip(),
        "reason": action.asks_reason and not answer.reason.strip(),
        "signature": action.asks_signature and answer.signature is None,
    }
    if any(problems.values()):
        raise InvalidError({name: [_("This field is needed.")] for name, missing in problems.items() if missing})


def signed(context: Context, record_ids: Sequence[UUID]) -> dict[UUID, Signed]:
    """The last signature under each record."""
    statement = sa.select(PublicLink).where(
        PublicLink.tenant_id == context.tenant, PublicLink.record_id.in_(record_ids), PublicLink.signature.is_not(None)
    )
    return {
        one.record_id: Signed(one.name, one.acted_at or one.created_at, Signature(one.signature or []))
        for one in context.session.scalars(statement.order_by(PublicLink.acted_at))
    }
