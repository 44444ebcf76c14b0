"""The dialog that says how a plan repeats, and what is done from one of its days on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from uuid_utils.compat import uuid7

from core.activities.models import Plan
from core.activities.repeating import carry_on, repeat, stop
from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.web.activities import done, plan_of
from core.web.gate import context
from core.web.repeat_fields import Errors, controls, read

_ = translator("core")
blueprint = Blueprint("series", __name__, url_prefix="/activities")


@blueprint.get("/<entity>/<uuid:record_id>/repeat")
def ask(entity: str, record_id: UUID) -> str:
    """How it repeats now."""
    turn = context()
    resource, plan = plan_of(turn, entity, record_id)
    return _dialog(resource, plan, {})


@blueprint.post("/<entity>/<uuid:record_id>/repeat")
def change(entity: str, record_id: UUID) -> Any:
    """Another rule from this one on, this one's words and hours for those that follow, or none of them any more."""
    turn, mark = context(), uuid7()
    resource, plan = plan_of(turn, entity, record_id)
    try:
        with turn.session.begin_nested():
            text, undoable = _act(turn, plan, request.form.get("do", "rule"))
    except InvalidError as error:
        turn.session.expire_all()
        return _dialog(resource, service.get(turn, type(plan), record_id), error.errors), 422
    return done(resource, text, mark if undoable else None)


def _act(turn: Context, plan: Plan, what: str) -> tuple[Label, bool]:
    """What was done, and whether it can be taken back: days that were made anew are no undoing of those before them."""
    if what == "carry":
        return _("%(n)s were changed like this one.", n=carry_on(turn, plan)), True
    if what == "delete":
        count = stop(turn, plan)
        service.delete(turn, [plan])
        return _("It repeats no more; %(n)s were removed.", n=count + 1), True
    rule = read()
    if rule is None:
        return _("It repeats no more; %(n)s were removed.", n=stop(turn, plan)), True
    return _("%(n)s more are planned.", n=repeat(turn, plan, rule)), False


def _dialog(resource: Resource, plan: Plan, errors: Errors) -> str:
    return render_template(
        "_repeat_dialog.html",
        title=plan.title,
        action=url_for("series.change", entity=resource.name, record_id=plan.id),
        repeats=controls(plan, errors),
        errors=errors,
        series=plan.repeats is not None,
    )
