"""Whom an activity concerns: reminded before it begins, told that it is theirs to do, told that they were named."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.rights import grants_of
from core.access.viewers import held_rights, seen_pairs
from core.activities.models import BELL, MAIL, Comment, Plan
from core.context import Context
from core.entity.entity import Entity
from core.entity.relations import linked
from core.i18n import translator
from core.notifications import wording
from core.notifications.kinds import ASSIGNED, MENTIONED
from core.notifications.service import Notice, notify_many
from core.reminders import service as reminders
from core.text import normalize

_ = translator("core")

OFFERED = 8
"""Colleagues that are offered while one types a name."""


def tell_planned(context: Context, plans: Sequence[Plan], event: str) -> None:
    """Keep the reminders of plans in step with them, and tell people of what was given to them."""
    ringing = [] if event == "deleted" else [one for one in plans if _rings_at(one)]
    silent = [one for one in plans if one not in ringing]
    if silent:
        reminders.forget(context, silent, name=reminders.START)
    if event == "deleted":
        return
    given = _linked(context, plans, "assignees")
    reminders.remind_many(context, list(_reminders(context, ringing, given)))
    if context.source != "import":  # a file of last year's work is news to nobody
        notify_many(context, list(_assigned(context, plans, given)))


def _rings_at(plan: Plan) -> datetime | None:
    """When it is reminded of; None where nobody asked for it, it has no time, or it is done."""
    at: datetime | None = getattr(plan, "starts", None) or getattr(plan, "ends", None)
    if at is None or plan.ended is not None or plan.remind_before is None or not plan.remind_by:
        return None
    return at - timedelta(minutes=int(plan.remind_before))


def _reminders(context: Context, plans: Sequence[Plan], given: dict[UUID, list[UUID]]) -> Iterator[reminders.Plan]:
    for one in plans:
        at = _rings_at(one)
        if at is None:
            continue
        responsible = one.owner_id or one.created_by_id
        yield reminders.Plan(
            record=one,
            people=[*([responsible] if responsible else []), *given.get(one.id, [])],
            at=at,
            bell=BELL.value in one.remind_by,
            mail=MAIL.value in one.remind_by,
            title=_("%(kind)s: %(title)s", kind=context.resource(type(one)).title, title=one.title),
        )


def _assigned(context: Context, plans: Sequence[Plan], given: dict[UUID, list[UUID]]) -> Iterator[Notice]:
    me = context.user.id if context.user else None
    for one in plans:
        resource = context.resource(type(one))
        title = _("%(who)s gave you work: %(title)s", who=context.author, title=one.title)
        for person in given.get(one.id, []):
            if person != me and one.ended is None:
                yield Notice(
                    user_id=person,
                    kind=ASSIGNED,
                    title=wording.keep(title),
                    entity=resource.name,
                    record_id=one.id,
                    dedupe_key=f"{ASSIGNED}:{one.id}",
                )


def tell_mentioned(context: Context, comments: Sequence[Comment], event: str) -> None:
    """Tell those who are named in a comment, each once."""
    if event == "deleted":
        return
    named, me = _linked(context, comments, "mentions"), context.user.id if context.user else None
    notify_many(
        context,
        [
            Notice(
                user_id=person,
                kind=MENTIONED,
                title=wording.keep(_("%(who)s mentioned you", who=context.author)),
                body=one.text,
                entity=context.resource(Comment).name,
                record_id=one.id,
                dedupe_key=f"{MENTIONED}:{one.id}",
            )
            for one in comments
            for person in named.get(one.id, [])
            if person != me
        ],
    )


def _linked(context: Context, records: Sequence[Entity], name: str) -> dict[UUID, list[UUID]]:
    """The people that a field of links names, of each record."""
    resource = context.resource(type(records[0]))
    found = linked(context, resource, context.all_fields(resource), records, {name})
    return {record: people.get(name, []) for record, people in found.items()}


def colleagues(context: Context, record: Entity, typed: str) -> list[tuple[UUID, str]]:
    """Those whose name has what was typed and who see a record: whom it makes sense to name in a comment on it."""
    users = User.__table__
    statement = (
        sa.select(users.c.id, users.c.name, held_rights(context.tenant).label("roles"))
        .where(users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None))
        .order_by(users.c.name, users.c.id)
    )
    if context.user is not None:
        statement = statement.where(users.c.id != context.user.id)
    said = normalize(typed)
    rows = [row for row in context.session.connection().execute(statement) if said in normalize(row.name)]
    grants = {row.id: grants_of(row.roles) for row in rows}
    seen = seen_pairs(context, context.resource(type(record)), [(row.id, record.id) for row in rows], grants)
    return [(row.id, row.name) for row in rows if (row.id, record.id) in seen][:OFFERED]
