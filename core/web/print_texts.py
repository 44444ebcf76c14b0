"""Writing the text of a document: what may stand in it, how it looks for a record, and going back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.format import moment
from core.entity.query import Query, matching_ids
from core.i18n import translator, use_locale
from core.messages import templates
from core.messages.language import MOST_SOURCE
from core.messages.writing import FILTERS
from core.printing import drawing, wording
from core.printing.contract import Print
from core.printing.documents import written
from core.printing.written import CLASSES, groups, known
from core.web.entity.form import storage
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
PATH = "/settings/print-texts"
blueprint = Blueprint("print_texts", __name__, url_prefix=PATH)
_WRONG = 422


@dataclass(frozen=True, slots=True)
class _Place:
    """A print whose text is being written."""

    turn: Context
    resource: Resource
    chosen: Print

    @property
    def url(self) -> str:
        """Its page."""
        return f"{PATH}/{self.resource.name}/{self.chosen.name}"


@blueprint.get("")
def listed() -> str:
    """Every document whose text can be written."""
    turn = _administrator()
    return render_template(
        "print_texts.html",
        documents=[
            {
                "title": str(one.title),
                "entity": str(resource.plural),
                "icon": resource.icon,
                "url": f"{PATH}/{resource.name}/{one.name}",
                "own": wording.own_text(turn, resource, one) is not None,
            }
            for resource, one in wording.editable(turn)
        ],
    )


@blueprint.get("/<entity>/<name>")
def page(entity: str, name: str) -> str:
    """The text that holds, or an earlier one to be kept again."""
    place = _place(entity, name)
    turn, resource, chosen = place.turn, place.resource, place.chosen
    with use_locale(turn.company.locale):
        text = wording.text_of(turn, resource, chosen)
    if (asked := request.args.get("earlier", "")) and (text_id := _id(asked)):
        text = wording.earlier_one(turn, resource, chosen, text_id).body or text
    return _page(place, text)


@blueprint.post("/<entity>/<name>")
def keep(entity: str, name: str) -> Any:
    """Let a text hold, or the given one again."""
    place = _place(entity, name)
    body = None if "reset" in request.form else request.form.get("body", "")
    try:
        wording.keep(place.turn, place.resource, place.chosen, body)
    except InvalidError as error:
        return _page(place, body or "", [str(one) for texts in error.errors.values() for one in texts]), _WRONG
    return go(place.url, _("The text is saved.") if body is not None else _("The given text holds again."))


@blueprint.post("/<entity>/<name>/preview")
def preview(entity: str, name: str) -> str:
    """How a text looks for a record, or what is wrong with it."""
    place = _place(entity, name)
    turn, resource, body = place.turn, place.resource, request.form.get("body", "")
    problems = [str(one) for one in templates.check(body, known(turn, resource))]
    record = None if problems else _chosen(turn, resource, request.form.get("record", ""))
    drawn = None
    if record is not None:
        try:
            with use_locale(turn.company.locale):
                (html,) = written(turn, storage(), resource, place.chosen, [record], body)
            drawn = drawing.preview(html, place.chosen.size)
        except InvalidError as error:
            problems = [str(one) for texts in error.errors.values() for one in texts]
    return render_template(
        "_print_text_preview.html",
        problems=problems,
        pictures=drawn.pictures if drawn else (),
        title=str(place.chosen.title),
    )


def _page(place: _Place, text: str, problems: list[str] | None = None) -> str:
    turn, resource, chosen = place.turn, place.resource, place.chosen
    record = _chosen(turn, resource, request.values.get("record", ""))
    return render_template(
        "print_text.html",
        title=str(chosen.title),
        url=place.url,
        back_url=PATH,
        text=text,
        most=MOST_SOURCE,
        problems=problems or [],
        own=wording.own_text(turn, resource, chosen) is not None,
        groups=groups(turn, resource),
        lines=list(resource.lines),
        classes=CLASSES,
        filters=[{"name": name, "help": str(one.help)} for name, one in FILTERS.items()],
        options_url=f"/options/{resource.name}",
        entity_title=str(resource.title),
        record=record,
        earlier=[
            {
                "who": one.user_name or "—",
                "at": moment(turn, one.created_at),
                "url": f"{place.url}?earlier={one.id}" if one.body is not None else "",
            }
            for one in wording.earlier(turn, resource, chosen)
        ],
    )


def _administrator() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _place(entity: str, name: str) -> _Place:
    turn = _administrator()
    return _Place(turn, *wording.find(turn, entity, name))


def _chosen(turn: Context, resource: Resource, text: str) -> Entity | None:
    """The record to look at it with: the newest where none is chosen, nothing where there is none."""
    try:
        ids = [UUID(text)] if text else matching_ids(turn, Query(resource), 1)
        return service.get(turn, resource.model, ids[0]) if ids else None
    except (ValueError, MissingError):
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
