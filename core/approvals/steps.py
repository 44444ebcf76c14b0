"""The chains of a company: which steps a kind of record goes through, and who answers there."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.access.models import Role, User
from core.approvals.holding import forget_steps, steps_of
from core.approvals.models import ApprovalStep
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.titles import titles
from core.i18n import Label, translator

_ = translator("core")

MOST = 9
LONGEST = 80


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as somebody typed it."""

    name: str = ""
    people: Sequence[UUID] = ()
    roles: Sequence[UUID] = ()
    at_least: Decimal | None = None


def governed(context: Context) -> list[Resource]:
    """The entities whose records can be approved."""
    return [one for one in context.resources() if one.approval is not None]


def find(context: Context, step_id: UUID) -> ApprovalStep:
    """One step. Raises MissingError, also where the entity's module is off."""
    for resource in governed(context):
        for one in steps_of(context, resource):
            if one.id == step_id:
                return one
    raise MissingError("core.approval_step", step_id)


def add(context: Context, resource: Resource, draft: StepDraft) -> ApprovalStep:
    """Add a step at the end."""
    context.require("*", "admin")
    there = steps_of(context, resource)
    if len(there) >= MOST:
        raise InvalidError({"": [_("A chain has at most %(n)s steps.", n=MOST)]})
    step = ApprovalStep(tenant_id=context.tenant, entity=resource.name, position=len(there))
    _fill(context, step, draft)
    context.session.add(step)
    context.session.flush()
    forget_steps(context)
    return step


def change(context: Context, step: ApprovalStep, draft: StepDraft) -> None:
    """Change a step; requests that are under way go on as they set out."""
    context.require("*", "admin")
    _fill(context, step, draft)
    context.session.flush()


def remove(context: Context, step: ApprovalStep) -> None:
    """Take a step out of the chain."""
    context.require("*", "admin")
    context.session.delete(step)
    context.session.flush()
    forget_steps(context)


def move(context: Context, step: ApprovalStep, by: int) -> None:
    """One place up or down."""
    context.require("*", "admin")
    order = steps_of(context, context.resource(step.entity))
    place = order.index(step)
    order.insert(max(0, place + by), order.pop(place))
    for position, one in enumerate(order):
        one.position = position
    context.session.flush()


def _fill(context: Context, step: ApprovalStep, draft: StepDraft) -> None:
    """Raises InvalidError naming each field that is wrong."""
    errors: dict[str, list[Label]] = {}
    name = draft.name.strip()
    if not name:
        errors["name"] = [_("This field is needed.")]
    elif len(name) > LONGEST:
        errors["name"] = [_("At most %(n)s characters.", n=LONGEST)]
    people, roles = _known(context, User, draft.people), _known(context, Role, draft.roles)
    if not people and not roles:
        errors["people"] = [_("Choose who may approve: people, roles or both.")]
    if draft.at_least is not None and draft.at_least < 0:
        errors["at_least"] = [_("An amount below zero limits nothing.")]
    if errors:
        raise InvalidError(errors)
    step.name, step.people, step.roles, step.at_least = name, people, roles, draft.at_least


def _known(context: Context, model: type[User | Role], ids: Sequence[UUID]) -> list[UUID]:
    """Those of the ids that there are."""
    table = model.__table__
    there = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(ids), table.c.deleted_at.is_(None)
    )
    found = set(context.session.scalars(there)) if ids else set()
    return [one for one in dict.fromkeys(ids) if one in found]


def names(context: Context, steps: Sequence[ApprovalStep]) -> dict[UUID, str]:
    """What the people and roles of steps are called."""
    people, roles = [one for step in steps for one in step.people], [one for step in steps for one in step.roles]
    return titles(context, {User: people, Role: roles})
