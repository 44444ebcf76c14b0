"""Giving records to people in turn, so that each gets as many as the others."""

from collections.abc import Sequence
from uuid import UUID

from core.access.sharing import redirect_requests, set_owners
from core.context import Context
from core.entity.entity import Entity
from core.entity.history import Line, announce, write
from core.rules.dealing import deal


def hand_out(context: Context, records: Sequence[Entity], people: Sequence[UUID], subject: UUID) -> dict[UUID, UUID]:
    """Who received which record; what somebody of them has already stays theirs.

    ``subject`` is what deals, such as a rule: it goes on from whom it gave to last, whoever deals at the same time.
    """
    due = [one for one in records if one.owner_id not in people]
    if not due or not people:
        return {}
    resource, before = context.resource(type(due[0])), {one.id: one.owner_id for one in due}
    dealt = deal(context, subject, people, list(before.values()))
    given = {one.id: new for one, new in zip(due, dealt, strict=True) if new}
    if given:
        titles = {one.id: one.title for one in due}
        set_owners(context, resource, given)
        for one in due:
            context.session.expire(one)
        redirect_requests(context, resource, list(given))
        lines = [
            Line(one, titles[one], "transferred", {"owner": [str(before[one]) if before[one] else None, str(new)]})
            for one, new in given.items()
        ]
        write(context, resource, lines)
        announce(context, resource, lines)
    return given
