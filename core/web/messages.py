"""Writing a message template: the fields that can be put in, and how it reads for a record."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.query import Query, matching_ids
from core.messages import fields, templates
from core.messages.compose import Message, compose
from core.messages.language import Problem, TemplateError
from core.messages.models import EMAIL
from core.messages.writing import FILTERS
from core.web.gate import context

ENTITY = "core.message_template"
blueprint = Blueprint("messages", __name__, url_prefix="/message-templates")


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it stands in the form."""

    channel: str
    subject: str | None
    body: str


@blueprint.get("/fields")
def picker() -> str:
    """The fields of the records that were chosen, and one of these records to read it with."""
    turn = _writer()
    resource = _resource(turn, request.args.get("entity", ""))
    newest = _newest(turn, resource)
    return render_template(
        "_message_fields.html",
        groups=fields.groups(turn, resource),
        filters=[{"name": name, "help": str(one.help)} for name, one in FILTERS.items()],
        options_url=f"/options/{resource.name}",
        entity_title=resource.title,
        record=newest,
    )


@blueprint.post("/preview")
def preview() -> str:
    """How the template reads for a record, or what is wrong with it."""
    turn, form = _writer(), request.form
    resource = _resource(turn, form.get("entity", ""))
    draft = Draft(form.get("channel", EMAIL.value), form.get("subject", ""), form.get("body", ""))
    problems: list[Problem] = []
    message: Message | None = None
    known = fields.known(turn, resource)
    for part in (draft.subject or "", draft.body):
        problems += templates.check(part, known)
    record = None if problems else _chosen(turn, resource, form.get("preview", ""))
    if record is not None:
        try:
            message = compose(turn, draft, record)
        except TemplateError as error:
            problems = list(error.problems)
    return render_template(
        "_message_preview.html",
        problems=[str(one) for one in problems],
        message=message,
        is_mail=draft.channel == EMAIL.value,
        length=len(message.text) if message else 0,
    )


def _writer() -> Context:
    turn = context()
    if not (turn.can(ENTITY, "create") or turn.can(ENTITY, "edit")):
        turn.require(ENTITY, "edit")
    return turn


def _resource(turn: Context, name: str) -> Resource:
    found = next((one for one in turn.resources() if one.name == name), None)
    return found if found is not None and turn.can(found.name, "see") else abort(404)


def _chosen(turn: Context, resource: Resource, text: str) -> Entity | None:
    """The record to read it with; the newest where none is chosen, nothing where it may not be seen."""
    try:
        return service.get(turn, resource.model, UUID(text)) if text else _newest(turn, resource)
    except (ValueError, MissingError):
        return None


def _newest(turn: Context, resource: Resource) -> Entity | None:
    ids = matching_ids(turn, Query(resource), 1)
    return service.get(turn, resource.model, ids[0]) if ids else None
