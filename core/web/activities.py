"""What is done with activities where they stand on a record's page: ticked, closed with a result, deleted; comments."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from uuid_utils.compat import uuid7

from core.access.visibility import require_reach
from core.activities.checking_in import Fix, check_in
from core.activities.doing import FollowUp, close, finish, reopen
from core.activities.models import BEFORE, Activity, Call, Meeting, Plan, Task
from core.activities.telling import colleagues
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.files import service as files
from core.files.service import FileRefusedError
from core.i18n import Label, translator
from core.web.entity.address import undo_url
from core.web.entity.answers import listed, refused
from core.web.entity.form import Typed, in_dialog, items, read_form, storage
from core.web.entity.turn import with_events
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("activities", __name__, url_prefix="/activities")

FOLLOWING: tuple[type[Plan], ...] = (Call, Meeting, Task)
_MORNING = time(9)
_ONE = "/<entity>/<uuid:record_id>"


@blueprint.post(f"{_ONE}/tick")
def tick(entity: str, record_id: UUID) -> Any:
    """The box before a plan: ticked it is completed, otherwise it is planned again."""
    turn, mark = context(), uuid7()
    resource, plan = plan_of(turn, entity, record_id)
    if request.form.get("done"):
        finish(turn, plan)
        return done(resource, _("“%(title)s” is completed.", title=plan.title), mark)
    reopen(turn, plan)
    return done(resource, _("“%(title)s” is planned again.", title=plan.title), mark)


@blueprint.get(f"{_ONE}/close")
def ask_result(entity: str, record_id: UUID) -> str:
    """What came of it, and what follows."""
    turn = context()
    return _dialog(turn, *plan_of(turn, entity, record_id), Typed())


@blueprint.post(f"{_ONE}/close")
def close_with_result(entity: str, record_id: UUID) -> Any:
    """Complete a plan with its result, and plan what follows."""
    turn, mark = context(), uuid7()
    resource, plan = plan_of(turn, entity, record_id)
    fields = turn.fields(resource)
    typed = read_form(turn, {name: fields[name] for name in plan.outcome if name in fields}, plan)
    try:
        typed.insist()
        with turn.session.begin_nested():
            close(turn, plan, typed.values, _follow_up(turn, typed))
    except InvalidError as error:
        typed.refused(error)
        turn.session.expire_all()
        return _dialog(turn, resource, service.get(turn, type(plan), record_id), typed), 422
    return done(resource, _("“%(title)s” is completed.", title=plan.title), mark)


def _follow_up(turn: Context, typed: Typed) -> FollowUp | None:
    """What was asked to follow; what cannot be read is noted beside it."""
    known = {turn.resource(one).name: one for one in FOLLOWING}
    model = known.get(request.form.get("next", ""))
    if model is None:
        return None
    subject, at = request.form.get("next_subject", "").strip(), _moment(turn, request.form.get("next_at", ""))
    if not subject:
        typed.wrong("next_subject", _("This must be filled in."))
    if at is None:
        typed.wrong("next_at", _("Choose a day and a time."))
    typed.insist()
    before = request.form.get("next_remind", "")
    assert at is not None
    return FollowUp(model, subject, at, before if before in {one.value for one in BEFORE} else None)


def _moment(turn: Context, text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=turn.zone)


def _dialog(turn: Context, resource: Resource, plan: Plan, typed: Typed) -> str:
    fields, tomorrow = turn.fields(resource), now().astimezone(turn.zone).date() + timedelta(days=1)
    shown = [fields[name] for name in plan.outcome if name in fields and fields[name].writable]
    offered = [turn.resource(one) for one in FOLLOWING if turn.can(turn.resource(one).name, "create")]
    return render_template(
        "_close_dialog.html",
        title=plan.title,
        action=url_for("activities.close_with_result", entity=resource.name, record_id=plan.id),
        fields=in_dialog(items(turn, resource, shown, plan, typed)),
        errors=typed.errors,
        following=[{"value": one.name, "title": one.title, "icon": one.icon} for one in offered],
        reminders=[{"value": one.value, "title": one.title} for one in BEFORE],
        chosen={
            "next": request.form.get("next", ""),
            "subject": request.form.get("next_subject", ""),
            "at": request.form.get("next_at", f"{datetime.combine(tomorrow, _MORNING):%Y-%m-%dT%H:%M}"),
            "remind": request.form.get("next_remind", "15"),
        },
    )


@blueprint.post(f"{_ONE}/check-in")
def take_check_in(entity: str, record_id: UUID) -> Any:
    """A picture that a telephone has just taken, with the place where it was taken."""
    turn = context()
    plan = plan_of(turn, entity, record_id)[1]
    sent = request.files.get("picture")
    try:
        fix = Fix(*(float(request.form.get(name, "")) for name in ("latitude", "longitude", "accuracy")))
    except ValueError:
        return refused(
            422,
            _(
                "The check-in needs your location. Allow it in the settings of the browser for this page, and take the picture again."
            ),
        )
    if sent is None or not sent.filename:
        return refused(422, _("Take a picture first."))
    try:
        fix.check()
        require_reach(turn, turn.resource(type(plan)), "edit", [plan.id])
        photo = files.store(turn, storage(), sent.stream, sent.filename, picture=True)
        check_in(turn, plan, photo, fix, _taken(request.form.get("taken_at", "")))
    except FileRefusedError as error:
        return refused(422, error.args[0])
    except InvalidError as error:
        return refused(422, *(text for texts in error.errors.values() for text in texts))
    said = {"kind": "success", "text": str(_("Checked in."))}
    return with_events("", recordChanged={}, toast=said)


def _taken(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@blueprint.post(f"{_ONE}/delete")
def delete(entity: str, record_id: UUID) -> Any:
    """Into the recycle bin, with a way back in the message."""
    turn, mark = context(), uuid7()
    resource = _resource(turn, entity)
    turn.require(resource.name, "delete")
    record = service.get(turn, resource.model, record_id)
    title = record.title
    service.delete(turn, [record])
    return done(resource, _("“%(title)s” is in the recycle bin.", title=title), mark)


@blueprint.get(f"{_ONE}/colleagues")
def whom(entity: str, record_id: UUID) -> Any:
    """Colleagues who may be named in a comment on a record."""
    turn = context()
    try:
        resource = turn.resource(entity)
    except LookupError:
        abort(404)
    turn.require(resource.name, "see")
    record = service.get(turn, resource.model, record_id)
    found = colleagues(turn, record, request.args.get("q", "")[:60])
    return listed([{"id": str(one), "title": name} for one, name in found])


def _resource(turn: Context, entity: str) -> Resource:
    try:
        resource = turn.resource(entity)
    except LookupError:
        abort(404)
    if not issubclass(resource.model, Activity):
        abort(404)
    turn.require(resource.name, "see")
    return resource


def plan_of(turn: Context, entity: str, record_id: UUID) -> tuple[Resource, Plan]:
    """A plan that may be edited, as far as the entity goes; the service asks for the record itself."""
    resource = _resource(turn, entity)
    turn.require(resource.name, "edit")
    if not issubclass(resource.model, Plan):
        abort(404)
    return resource, service.get(turn, resource.model, record_id)


def done(resource: Resource, text: Label, mark: UUID | None) -> Any:
    """Back to the page one is on, which shows its timeline anew; without a mark it cannot be taken back."""
    said = {"kind": "success", "text": str(text), **({"undo_url": undo_url(resource, mark)} if mark else {})}
    return with_events("", closeDialog={}, recordChanged={}, toast=said)
