"""Where a received e-mail belongs: to the conversation it answers, or to whoever it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import sees
from core.context import Context
from core.entity.identity import PARTY, Identity
from core.entity.reference import Reference
from core.mailbox.models import Mail
from core.mailbox.reading import Head
from core.mailbox.writing import filed_with

_MOST = 20
"""Records of one address that are looked at."""


@dataclass(frozen=True, slots=True)
class Place:
    """The record an e-mail is filed with, and the conversation it goes on with."""

    about: Reference | None
    thread: UUID | None = None


def place_of(person: Context, head: Head) -> Place | None:
    """Where it belongs, as far as the person sees it; None for an e-mail that is none of the company's business."""
    return _conversation(person, head.answers) or _acquaintance(person, head.sender.address)


def _conversation(person: Context, answers: Sequence[str]) -> Place | None:
    if not answers:
        return None
    resource, order = person.resource(Mail), {one: place for place, one in enumerate(answers)}
    statement = sa.select(Mail).where(
        Mail.tenant_id == person.tenant, Mail.message_id.in_(answers), Mail.deleted_at.is_(None)
    )
    found = sorted(person.session.scalars(statement), key=lambda one: order[one.message_id or ""])
    for mail in found:
        mine = person.user is not None and mail.owner_id == person.user.id
        if mine or sees(person, resource, mail.id, alive=True):
            return Place(filed_with(mail), mail.thread_id or mail.id)
    return None


def _acquaintance(person: Context, address: str) -> Place | None:
    """Who is known by the address and seen: a person at a customer before the customer, the newest first."""
    if not address:
        return None
    statement = (
        sa.select(Identity.entity, Identity.record_id)
        .where(Identity.tenant_id == person.tenant, Identity.scheme == f"{PARTY}.email", Identity.value == address)
        .order_by((Identity.entity == "core.customer").asc(), Identity.record_id.desc())
        .limit(_MOST)
    )
    for entity, record in person.session.execute(statement):
        resource = person.hooks.registry.resources.get(entity)
        if resource is None or resource.plugin not in person.active or not resource.activities:
            continue
        if sees(person, resource, record, alive=True):
            return Place(Reference(entity, record))
    return None
