"""What is done with many records at once: set a field, delete, and take that back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from uuid_utils.compat import uuid7

from core.access.visibility import visible
from core.context import Context
from core.entity import service
from core.entity.asks import Ask, asked
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.format import number
from core.entity.query import matching_ids
from core.entity.undo import undo
from core.entity.views import preferences, views_of
from core.i18n import Text, translator
from core.web.entity.address import make_url, read_address, undo_url
from core.web.entity.form import Typed, in_dialog, items, read_form, writable
from core.web.entity.listing import render_list
from core.web.entity.shape import Option, Shape
from core.web.entity.turn import by_htmx, go, needs, refresh, with_events

_ = translator("core")

MOST = 1000
"""Records that one request may change; more must be narrowed down first."""
NOT_FOR_MANY = frozenset(("file", "image", "number", "address", "phones", "emails"))


def chosen(turn: Context, resource: Resource) -> list[Entity]:
    """The ticked records, or all that match the list's conditions, in its order.

    Raises InvalidError for none and for too many.
    """
    if request.form.get("all"):
        found = read_address(turn, resource, request.args, strict=True)
        ids = matching_ids(turn, found.query(), MOST + 1)
    else:
        ids = [one for text in request.form.getlist("ids") if (one := _id(text))]
    if not ids:
        raise InvalidError({"": [_("Tick the records first.")]})
    if len(ids) > MOST:
        raise InvalidError(
            {"": [_("At most %(n)s records at once. Narrow the list down with a filter.", n=number(MOST))]}
        )
    model, table = resource.model, resource.model.__table__
    statement = sa.select(model).where(
        table.c.tenant_id == turn.tenant, table.c.id.in_(ids), table.c.deleted_at.is_(None), visible(turn, resource)
    )
    records = {record.id: record for record in turn.session.scalars(statement)}
    return [records[one] for one in dict.fromkeys(ids) if one in records]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@needs("delete")
def delete(turn: Context, resource: Resource) -> Any:
    """Put the chosen records into the recycle bin."""
    records, mark = chosen(turn, resource), uuid7()
    service.delete(turn, records)
    text = _("%(n)s records are in the recycle bin.", n=number(len(records)))
    return _again(turn, resource, text, undo_url(resource, mark))


@needs("edit")
def edit(turn: Context, resource: Resource) -> Any:
    """First which field, then its value, then it is set on every chosen record."""
    records, fields = chosen(turn, resource), settable(turn, resource)
    spec = fields.get(request.form.get("field", ""))
    hidden: dict[str, Any] = {"ids": [str(one.id) for one in records]}
    if spec is None:
        return _which(resource, fields, hidden)
    hidden["field"] = spec.name
    if "set" not in request.form:
        return _value(turn, resource, spec, hidden, Typed())
    besides = [fields[name] for name in request.form.getlist("also") if name in fields]
    typed, mark = read_form(turn, {one.name: one for one in (spec, *besides)}), uuid7()
    try:
        typed.insist()
        if asks := [ask for one in records if (ask := asked(turn, one, typed.values))]:
            return _ask(turn, resource, spec, hidden, typed, asks)
        changed = service.update_many(turn, records, typed.values)
    except InvalidError as error:
        typed.refused(error)
        turn.session.rollback()
        return _value(turn, resource, spec, hidden, typed, besides), 422
    text = _("“%(field)s” is set on %(n)s records.", field=spec.title, n=number(len(changed)))
    return refresh(text, undo_url=undo_url(resource, mark) if changed else "")


def settable(turn: Context, resource: Resource) -> dict[str, Field]:
    """Fields that make sense to set on many: what must be unique does not."""
    return {
        name: spec
        for name, spec in writable(turn.fields(resource)).items()
        if not spec.unique and spec.kind.name not in NOT_FOR_MANY
    }


def _which(resource: Resource, fields: dict[str, Field], hidden: dict[str, Any]) -> str:
    choices = tuple(Option(name, str(spec.title)) for name, spec in fields.items())
    shape = Shape("field", str(_("Field")), "choice", required=True, choices=choices)
    return _dialog(resource, hidden, [{"f": shape, "v": None, "error": None}], submit_title=_("Next"))


def _ask(
    turn: Context, resource: Resource, spec: Field, hidden: dict[str, Any], typed: Typed, asks: Sequence[Ask]
) -> tuple[str, int]:
    """The dialog with what the change takes besides; what each record has a dialog for is done one by one."""
    if alone := sum(bool(ask.url) for ask in asks):
        text = _("%(n)s of them are changed one by one: each by a dialog of its own.", n=number(alone))
        typed.wrong("", text)
    names, fields = dict.fromkeys(name for ask in asks for name in ask.fields), settable(turn, resource)
    return _value(turn, resource, spec, hidden, typed, [fields[name] for name in names if name in fields]), 422


def _value(
    turn: Context, resource: Resource, spec: Field, hidden: dict[str, Any], typed: Typed, besides: Sequence[Field] = ()
) -> str:
    shown = [spec, *besides]
    fields, names = items(turn, resource, shown, None, typed), {one.name for one in shown}
    others = [text for name, texts in typed.errors.items() if name not in names for text in texts]
    kept = {**hidden, "set": "1", "also": [one.name for one in besides]}
    return _dialog(resource, kept, fields, submit_title=_("Set"), errors=others)


def _dialog(resource: Resource, hidden: dict[str, Any], fields: list[dict[str, Any]], **more: Any) -> str:
    title = _("Set a field of %(n)s records", n=number(len(hidden["ids"])))
    action = f"/{resource.path}/bulk/edit"
    return render_template(
        "_form_dialog.html", title=title, action=action, fields=in_dialog(fields), hidden=hidden, **more
    )


@needs("see")
def take_back(turn: Context, resource: Resource) -> Any:
    """Undo what one has just done to many records."""
    first, last = _id(request.args.get("from", "")), _id(request.args.get("to", ""))
    if first is None or last is None:
        raise InvalidError({"": [_("There is nothing to undo here.")]})
    outcome = undo(turn, resource, first, last)
    if outcome.kept:
        names = ", ".join(outcome.kept[:5])
        return refresh(
            _(
                "Undone for %(n)s records. Changed since, and left as they are: %(names)s.",
                n=number(outcome.count),
                names=names,
            )
        )
    return refresh(_("Undone for %(n)s records.", n=number(outcome.count)))


def _again(turn: Context, resource: Resource, text: Text, undo: str) -> Any:
    """The list once more, with a message."""
    if not by_htmx():
        return go(make_url(f"/{resource.path}", dict(request.args)), text, undo_url=undo)
    present = views_of(turn, resource)
    found = read_address(turn, resource, request.args, preferences(turn, present))
    body = render_list(turn, found, present, whole=False)
    return with_events(body, toast={"kind": "success", "text": str(text), "undo_url": undo})
