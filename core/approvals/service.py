"""Requesting approval and answering: each step once, the last one sets the value in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.access.visibility import require_reach, visible
from core.approvals.holding import steps_for
from core.approvals.models import ApprovalAnswer, ApprovalRequest
from core.context import EVERYTHING, Context, ForbiddenError
from core.entity import service
from core.entity.entity import Entity, Resource, title_field
from core.entity.errors import InvalidError
from core.entity.titles import titles
from core.i18n import translator
from core.notifications.kinds import APPROVAL
from core.notifications.service import notify

_ = translator("core")

PAGE = 100
OVER = _("This request is over already.")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a request, and what was answered there."""

    name: str
    answer: ApprovalAnswer | None
    who: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The latest request of a record, as whoever sees the record may know it."""

    state: str
    step: int
    requested_at: datetime
    requested_by: str
    steps: list[Step]
    mine: bool
    """Whether this person may answer the step that waits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits for this person's answer."""

    resource: Resource
    record_id: UUID
    title: str
    step: str
    requested_at: datetime


def needs_request(context: Context, record: Entity) -> bool:
    """Whether approval can be requested for a record now: it needs one, has not got the value, and none is under way."""
    resource = context.resource(type(record))
    approval = resource.approval
    if approval is None or record.deleted_at or getattr(record, approval.field) in approval.values:
        return False
    return bool(steps_for(context, resource, record)) and _latest(context, resource, record, "open") is None


def request(context: Context, record: Entity) -> None:
    """Send a record on its way; asking twice does no more than once. Raises InvalidError where it needs no approval."""
    resource = context.resource(type(record))
    require_reach(context, resource, "edit", [record.id])
    steps = steps_for(context, resource, record)
    approval = resource.approval
    if approval is None or not steps or getattr(record, approval.field) in approval.values:
        raise InvalidError({"": [_("This needs no approval.")]})
    first = steps[0]
    values = {
        "tenant_id": context.tenant, "id": uuid7(), "entity": resource.name, "record_id": record.id,
        "record_version": record.version, "people": first.people, "roles": first.roles,
        "requested_by_id": context.user.id if context.user else None,
        "steps": [
            {"name": one.name, "people": [str(p) for p in one.people], "roles": [str(r) for r in one.roles]}
            for one in steps
        ],
    }  # fmt: skip
    keys = ["tenant_id", "entity", "record_id"]
    asked = (
        insert(ApprovalRequest)
        .values(values)
        .on_conflict_do_nothing(index_elements=keys, index_where=sa.text("state = 'open'"))
    )
    found = context.session.scalar(asked.returning(ApprovalRequest))
    if found is not None:
        _ask(context, found, record)


def approve_or_ask(context: Context, record: Entity) -> bool:
    """Let a record take its approved value; where people have to agree to it first they are asked, and it is False."""
    resource = context.resource(type(record))
    if resource.approval is None:
        raise TypeError(f"{resource.name} is never approved")
    if steps_for(context, resource, record):
        request(context, record)
        return False
    return service.update(context, record, {resource.approval.field: resource.approval.value})


def answer(context: Context, record: Entity, step: int, *, approve: bool, reason: str = "") -> str:
    """Answer a step, and set the value after the last one; the state of the request after it.

    Raises InvalidError where the step was answered already or a reason is missing, and ForbiddenError for whoever is
    not asked.
    """
    resource = context.resource(type(record))
    reason = reason.strip()
    if not approve and not reason:
        raise InvalidError({"reason": [_("Say why, so that it can be mended.")]})
    if len(reason) > LONGEST:
        raise InvalidError({"reason": [_("At most %(n)s characters.", n=LONGEST)]})
    asked = _latest(context, resource, record, "open", lock=True)
    if asked is None or asked.step != step:
        raise InvalidError({"": [OVER if asked is None else _("This step is answered already.")]})
    if not _may_answer(context, asked):
        raise ForbiddenError(resource.name, "approve")
    verdict = "approved" if approve else "rejected"
    user = context.user.id if context.user else None
    context.session.add(
        ApprovalAnswer(
            tenant_id=context.tenant, request_id=asked.id, step=step, verdict=verdict, reason=reason, user_id=user
        )
    )
    _go_on(context, resource, asked, record, approve=approve)
    if asked.state != "open":
        _tell(context, asked, record, reason)
    return asked.state


def _go_on(context: Context, resource: Resource, asked: ApprovalRequest, record: Entity, *, approve: bool) -> None:
    if not approve:
        asked.state = "rejected"
    elif asked.step + 1 < len(asked.steps):
        asked.step += 1
        following = asked.steps[asked.step]
        asked.people = [UUID(one) for one in following["people"]]
        asked.roles = [UUID(one) for one in following["roles"]]
        context.session.flush()
        _ask(context, asked, record)
    elif resource.approval is not None:
        asked.state, asked.record_version = "approved", record.version
        context.session.flush()
        # The company let them decide; that they may not change the record by themselves is no matter.
        service.update(replace(context, grants=EVERYTHING), record, {resource.approval.field: resource.approval.value})
    context.session.flush()


def _may_answer(context: Context, asked: ApprovalRequest) -> bool:
    """Those named; an administrator too, or a chain whose people have left would hold its records for good."""
    if context.user is None:
        return False
    return (
        context.can("*", "admin")
        or context.user.id in asked.people
        or bool(set(context.session.scalars(_roles_of(context, context.user.id))) & set(asked.roles))
    )


def _roles_of(context: Context, person: UUID) -> sa.Select[tuple[UUID]]:
    pairs = User.__links__["roles"]
    return sa.select(pairs.c.right_id).where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == person)


def _latest(
    context: Context, resource: Resource, record: Entity, state: str = "", *, lock: bool = False
) -> ApprovalRequest | None:
    statement = (
        sa.select(ApprovalRequest)
        .where(
            ApprovalRequest.tenant_id == context.tenant,
            ApprovalRequest.entity == resource.name,
            ApprovalRequest.record_id == record.id,
            ApprovalRequest.state == state if state else sa.true(),
        )
        .order_by(ApprovalRequest.requested_at.desc(), ApprovalRequest.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return context.session.scalar(statement.with_for_update() if lock else statement)


def progress(context: Context, record: Entity) -> Progress | None:
    """How far the latest request of a record has come, or None."""
    resource = context.resource(type(record))
    found = _latest(context, resource, record) if resource.approval else None
    if found is None:
        return None
    mine = (ApprovalAnswer.tenant_id == context.tenant, ApprovalAnswer.request_id == found.id)
    answers = {one.step: one for one in context.session.scalars(sa.select(ApprovalAnswer).where(*mine))}
    ids = {one.user_id for one in answers.values() if one.user_id} | {found.requested_by_id or found.id}
    names = titles(context, {User: list(ids)})
    steps = [
        Step(
            step["name"],
            answers.get(place),
            names.get(answers[place].user_id or found.id, "") if place in answers else "",
            found.state == "open" and place == found.step,
        )
        for place, step in enumerate(found.steps)
    ]
    open_to_me = found.state == "open" and _may_answer(context, found)
    asker = names.get(found.requested_by_id or found.id, "")
    return Progress(found.state, found.step, found.requested_at, asker, steps, open_to_me)


def waiting(context: Context) -> list[Waiting]:
    """What waits for this person, named in the step, the longest first; of what they may see."""
    if context.user is None or not any(one.approval for one in context.resources()):
        return []
    table, mine = ApprovalRequest, sa.func.array(_roles_of(context, context.user.id).scalar_subquery())
    named = table.people.contains([context.user.id])
    statement = (
        sa.select(table)
        .where(table.tenant_id == context.tenant, table.state == "open", named | table.roles.overlap(mine))
        .order_by(table.requested_at)
        .limit(PAGE)
    )
    found = context.session.scalars(statement).all()
    known = {one.name: one for one in context.resources()}
    wanted: dict[str, list[UUID]] = {}
    for one in found:
        if one.entity in known:
            wanted.setdefault(one.entity, []).append(one.record_id)
    names = _seen(context, wanted)
    return [
        Waiting(known[one.entity], one.record_id, names[one.record_id], one.steps[one.step]["name"], one.requested_at)
        for one in found
        if one.entity in known and one.record_id in names
    ]


def _seen(context: Context, wanted: Mapping[str, Iterable[UUID]]) -> dict[UUID, str]:
    """The titles of those records that this person may see."""
    found: dict[UUID, str] = {}
    for entity, ids in wanted.items():
        resource = context.resource(entity)
        table = resource.model.__table__
        title = sa.cast(table.c[resource.model.__fields__[title_field(resource.model)].column], sa.Text)
        statement = sa.select(table.c.id, title).where(
            table.c.tenant_id == context.tenant, table.c.id.in_(ids), table.c.deleted_at.is_(None),
            visible(context, resource),
        )  # fmt: skip
        found |= {row[0]: row[1] or "" for row in context.session.connection().execute(statement)}
    return found


def _ask(context: Context, asked: ApprovalRequest, record: Entity) -> None:
    """Tell those whose answer is wanted."""
    title = _("%(name)s waits for your approval", name=record.title)
    people = [*asked.people, *_holders(context, asked.roles)]
    me = context.user.id if context.user else None
    notify(context, [one for one in people if one != me], APPROVAL, title, body=_now(asked), record=record)


def _now(asked: ApprovalRequest) -> str:
    return str(asked.steps[asked.step]["name"])


def _holders(context: Context, roles: Iterable[UUID]) -> Sequence[UUID]:
    pairs, wanted = User.__links__["roles"], list(roles)
    if not wanted:
        return []
    held = (pairs.c.tenant_id == context.tenant, pairs.c.right_id.in_(wanted))
    return context.session.scalars(sa.select(pairs.c.left_id).where(*held)).all()


def _tell(context: Context, asked: ApprovalRequest, record: Entity, reason: str) -> None:
    """Tell whoever asked what came of it."""
    if asked.requested_by_id is None or (context.user and asked.requested_by_id == context.user.id):
        return
    said = {
        "approved": _("%(name)s is approved", name=record.title),
        "rejected": _("%(name)s is not approved", name=record.title),
    }
    notify(context, [asked.requested_by_id], APPROVAL, said[asked.state], body=reason, record=record)
