"""Whose a new record is to be: whoever may pass records on says so in its form, as in a file."""

from dataclasses import replace
from uuid import UUID

from flask import request

from core.access.sharing import Targets, receivers, set_owners
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.query import STANDARD
from core.web.entity.form import Typed, read
from core.web.entity.turn import may

OWNER = "owner"


def owner_field(turn: Context, resource: Resource) -> Field | None:
    """The owner as a field of the form; None for whoever makes only records of their own."""
    if turn.user is None or not resource.owned or not may(turn, resource, "transfer"):
        return None
    return replace(STANDARD[OWNER], readonly=False, required=True)


def begin(turn: Context, typed: Typed) -> None:
    """Until somebody else is chosen it is theirs who fill the form in."""
    if turn.user is not None:
        typed.values.setdefault(OWNER, turn.user.id)


def chosen(turn: Context, resource: Resource, typed: Typed) -> UUID | None:
    """Who was chosen, where that is somebody else; what is wrong with the choice is noted."""
    spec = owner_field(turn, resource)
    if spec is None or OWNER not in request.form:
        return None
    read(turn, typed, spec, request.form.getlist(OWNER))
    owner: UUID | None = typed.values.pop(OWNER, None)
    if owner is None or turn.user is None or owner == turn.user.id:
        return None
    try:
        receivers(turn, Targets(users=(owner,)))
    except InvalidError as error:
        typed.wrong(OWNER, next(iter(error.errors.values()))[0])
        return None
    return owner


def give(turn: Context, resource: Resource, record: Entity, owner: UUID) -> None:
    """Let a record that is being made be somebody else's from the beginning."""
    set_owners(turn, resource, {record.id: owner}, quietly=True)
    turn.session.refresh(record, ["owner_id"])
