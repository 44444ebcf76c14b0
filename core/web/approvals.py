"""Approvals: the chains in the settings, and requesting and answering on the page of a record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for

from core import parse
from core.access.directory import directory
from core.access.models import Role
from core.approvals import service, steps
from core.approvals.holding import steps_of
from core.approvals.models import ApprovalStep
from core.approvals.steps import StepDraft
from core.context import Context, ForbiddenError
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.format import money
from core.entity.service import get
from core.i18n import translator
from core.web.entity.turn import go, refresh
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("approvals", __name__)
_WRONG = 422
_SETTINGS = "/settings/approvals"
_RECORD = "/approvals/<entity>/<uuid:record_id>"


@blueprint.get(_SETTINGS)
def page() -> str:
    """The chain of each kind of record."""
    turn = _admin()
    chains = [(one, steps_of(turn, one)) for one in steps.governed(turn)]
    names = steps.names(turn, [step for _resource, some in chains for step in some])
    return render_template("approvals.html", chains=[_chain(turn, one, some, names) for one, some in chains])


def _chain(turn: Context, resource: Resource, some: Sequence[ApprovalStep], names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "title": resource.plural,
        "icon": resource.icon,
        "new_url": url_for("approvals.new", entity=resource.name) if len(some) < steps.MOST else "",
        "steps": [
            {
                "name": step.name,
                "who": [names[one] for one in (*step.people, *step.roles) if one in names],
                "at_least": money(turn, step.at_least) if step.at_least is not None else "",
                "url": url_for("approvals.edit", step_id=step.id),
                "delete_url": url_for("approvals.delete", step_id=step.id),
                "move_url": url_for("approvals.move", step_id=step.id),
            }
            for step in some
        ],
    }


def _admin() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


@blueprint.route(f"{_SETTINGS}/<entity>/new", methods=["GET", "POST"])
def new(entity: str) -> Any:
    """Add a step."""
    turn = _admin()
    resource = next((one for one in steps.governed(turn) if one.name == entity), None) or abort(404)
    action = url_for("approvals.new", entity=entity)
    if request.method == "GET":
        return _form(turn, resource, StepDraft(), action)
    draft = StepDraft()
    try:
        draft = _read()
        steps.add(turn, resource, draft)
    except InvalidError as error:
        return _form(turn, resource, draft, action, error), _WRONG
    return go(_SETTINGS, _("“%(title)s” is saved.", title=draft.name))


@blueprint.route(f"{_SETTINGS}/step/<uuid:step_id>", methods=["GET", "POST"])
def edit(step_id: UUID) -> Any:
    """Change a step."""
    turn = _admin()
    step = steps.find(turn, step_id)
    resource, action = turn.resource(step.entity), url_for("approvals.edit", step_id=step_id)
    draft = StepDraft(step.name, step.people, step.roles, step.at_least)
    if request.method == "GET":
        return _form(turn, resource, draft, action)
    try:
        draft = _read()
        steps.change(turn, step, draft)
    except InvalidError as error:
        return _form(turn, resource, draft, action, error), _WRONG
    return go(_SETTINGS, _("“%(title)s” is saved.", title=draft.name))


@blueprint.post(f"{_SETTINGS}/step/<uuid:step_id>/delete")
def delete(step_id: UUID) -> Any:
    """Take a step away."""
    turn = _admin()
    step = steps.find(turn, step_id)
    steps.remove(turn, step)
    return go(_SETTINGS, _("“%(title)s” is deleted.", title=step.name))


@blueprint.post(f"{_SETTINGS}/step/<uuid:step_id>/move")
def move(step_id: UUID) -> Any:
    """One place up or down."""
    turn = _admin()
    steps.move(turn, steps.find(turn, step_id), -1 if request.args.get("by") == "-1" else 1)
    return go(_SETTINGS)


def _read() -> StepDraft:
    """The step in the form. Raises InvalidError for an amount that is none."""
    form = request.form
    try:
        at_least = parse.money(form.get("at_least", ""))
    except ValueError as error:
        raise InvalidError({"at_least": [error.args[0]]}) from None
    return StepDraft(form.get("name", ""), _ids("people"), _ids("roles"), at_least)


def _ids(name: str) -> list[UUID]:
    """What is no id names nobody."""
    found = []
    for text in request.form.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _form(turn: Context, resource: Resource, draft: StepDraft, action: str, error: InvalidError | None = None) -> str:
    roles = Role.__table__
    held = sa.select(roles.c.id, roles.c.name).where(roles.c.tenant_id == turn.tenant, roles.c.deleted_at.is_(None))
    return render_template(
        "_approval_step.html",
        action=action,
        entity=resource.plural,
        draft=draft,
        people=[(one.id, one.name) for one in directory(turn).employees],
        roles=[(row.id, row.name) for row in turn.session.connection().execute(held.order_by(roles.c.name))],
        limited=bool(resource.approval and resource.approval.amount),
        errors=error.errors if error else {},
    )


@blueprint.post(f"{_RECORD}/request")
def ask(entity: str, record_id: UUID) -> Any:
    """Send a record on its way."""
    turn = context()
    try:
        service.request(turn, _record(turn, entity, record_id))
    except InvalidError as error:
        return _refused(turn, error)
    return refresh(_("Approval is requested."))


@blueprint.post(f"{_RECORD}/approve")
def approve(entity: str, record_id: UUID) -> Any:
    """Agree at the step that the page showed."""
    turn = context()
    try:
        state = service.answer(turn, _record(turn, entity, record_id), _step(), approve=True)
    except (InvalidError, ForbiddenError) as error:
        return _refused(turn, error)
    return refresh(_("Approved.") if state == "approved" else _("Approved; the next step is asked."))


@blueprint.route(f"{_RECORD}/reject", methods=["GET", "POST"])
def reject(entity: str, record_id: UUID) -> Any:
    """Say no, and why."""
    turn = context()
    record, here = _record(turn, entity, record_id), request.full_path
    if request.method == "GET":
        return render_template("_approval_reject.html", action=here, title=record.title, errors=[], reason="")
    reason = request.form.get("reason", "")
    try:
        service.answer(turn, record, _step(), approve=False, reason=reason)
    except InvalidError as error:
        turn.session.rollback()
        said = [text for texts in error.errors.values() for text in texts]
        page = render_template("_approval_reject.html", action=here, title="", errors=said, reason=reason)
        return page, _WRONG
    return refresh(_("The request is rejected; whoever asked is told why."))


def _step() -> int:
    step = request.args.get("step", "")
    return int(step) if step.isascii() and step.isdigit() and len(step) == 1 else -1


def _record(turn: Context, entity: str, record_id: UUID) -> Entity:
    """The record, locked: what is approved does not change under the approval."""
    resource = next((one for one in steps.governed(turn) if one.name == entity), None) or abort(404)
    return get(turn, resource.model, record_id, lock=True)


def _refused(turn: Context, error: InvalidError | ForbiddenError) -> Any:
    turn.session.rollback()
    if isinstance(error, ForbiddenError):
        return refresh(_("This step is not yours to answer."), kind="error")
    return refresh(error.text, kind="error")
