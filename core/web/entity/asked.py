"""The dialog of what a change takes besides: opened by a board, by a field changed where it stands, or by a form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from uuid_utils.compat import uuid7

from core.context import Context
from core.entity import service
from core.entity.asks import Ask, asked
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, StaleError
from core.i18n import translator
from core.web.entity.address import undo_url
from core.web.entity.form import LINKS, NAMED, Typed, in_dialog, items, parsed, read_form, writable
from core.web.entity.turn import go, needs, show, with_events

_ = translator("core")

BOARD = "board"
"""To stay where one is: the page shows itself what changed."""


def dialog_url(
    resource: Resource, record: Entity, ask: Ask, texts: Mapping[str, Sequence[str]], version: int, *, stay: str = ""
) -> str:
    """Where a dialog is opened for a change, given as what was typed in each field."""
    if ask.url:
        return ask.url
    more = {"version": str(version), **({"stay": stay} if stay else {})}
    return f"/{resource.path}/{record.id}/asked?{urlencode({**texts, **more}, doseq=True)}"


def opening(body: str, url: str) -> Response:
    """An answer that saves nothing and opens a dialog over what it brings."""
    return with_events(body, 422, ask={"url": url})


@needs("edit")
def dialog(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """What has to be said besides; the change is made with it, or not at all."""
    record = service.get(turn, resource.model, record_id)
    if request.method == "POST":
        return _save(turn, resource, record)
    typed = _of_address(turn, resource)
    return _dialog(turn, resource, record, typed, asked(turn, record, typed.values))


def _of_address(turn: Context, resource: Resource) -> Typed:
    """The change that an address tells of; what cannot be read is left out, as in a prefilled form."""
    typed = Typed()
    for name, spec in writable(turn.fields(resource)).items():
        if name in request.args and spec.kind.name not in NAMED - LINKS:
            try:
                typed.texts[name] = request.args.getlist(name)
                typed.values[name] = parsed(turn, spec, typed.texts[name])
            except ValueError:
                continue
    return typed


def _save(turn: Context, resource: Resource, record: Entity) -> Any:
    typed, mark = read_form(turn, turn.fields(resource), record), uuid7()
    ask = asked(turn, record, typed.values)
    try:
        typed.insist()
        service.update(turn, record, typed.values, version=request.form.get("version", 0, type=int))
    except StaleError:
        typed.wrong("", _("Somebody else changed this in the meantime. Close this, and open it again."))
        return _dialog(turn, resource, record, typed, ask), 409
    except InvalidError as error:
        typed.refused(error)
        return _dialog(turn, resource, record, typed, ask), 422
    text = _("“%(title)s” is saved.", title=record.title)
    if request.form.get("stay") != BOARD:
        return go(f"/{resource.path}/{record.id}", text)
    toast = {"kind": "success", "text": str(text), "undo_url": undo_url(resource, mark)}
    return with_events("", recordChanged={}, closeDialog={}, toast=toast)


def _dialog(turn: Context, resource: Resource, record: Entity, typed: Typed, ask: Ask | None) -> str:
    fields = writable(turn.fields(resource))
    names = dict.fromkeys([*(ask.fields if ask else ()), *request.form.getlist("also"), *filter(None, typed.errors)])
    shown = [fields[name] for name in names if name in fields]
    kept = {name: typed.texts[name] for name in typed.texts if name not in names}
    given = request.values
    errors = [text for name, texts in typed.errors.items() if name not in fields for text in texts]
    return show(
        resource,
        "_form_dialog.html",
        title=(ask and ask.title) or record.title or "—",
        text=ask.text if ask else "",
        action=f"/{resource.path}/{record.id}/asked",
        fields=in_dialog(_needed(items(turn, resource, shown, record, typed))),
        errors=errors,
        hidden={**kept, "version": given.get("version", ""), "stay": given.get("stay", ""), "also": list(names)},
    )


def _needed(fields: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Fields that may be empty otherwise, marked as what has to be filled in here."""
    for item in fields:
        yield {**item, "f": replace(item["f"], required=True)}
