"""The settings page of a company's own fields."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request

from core.context import Context
from core.entity.customize import (
    KIND_TITLES,
    add_field,
    change_field,
    counts,
    get_field,
    order_fields,
    own_fields,
    retire_field,
    revive_field,
)
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.format import Shown
from core.entity.tables import CustomField
from core.i18n import Label, Text, translator
from core.web.entity.shape import Option, Shape
from core.web.entity.turn import by_htmx, go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("custom_fields", __name__, url_prefix="/settings/fields")

KINDS: dict[str, tuple[str, Text]] = {
    "text": ("cursor-text", _("A name, a licence plate, a code.")),
    "long_text": ("align-left", _("Notes, instructions, anything that takes room.")),
    "integer": ("number-123", _("A count, a year, a mileage.")),
    "decimal": ("decimal", _("A weight, an area, a rate.")),
    "money": ("coin", _("A price, a budget, a debt.")),
    "date": ("calendar", _("A birthday, a deadline, an expiry.")),
    "boolean": ("toggle-left", _("Ticked or not.")),
    "choice": ("circle-dot", _("One of a list of your own.")),
    "multi_choice": ("checklist", _("Any number of a list of your own.")),
    "link": ("link", _("Another record, such as a second customer.")),
}


@blueprint.get("")
@blueprint.get("/<entity>")
def page(entity: str = "") -> Any:
    """The fields of one kind of record."""
    turn = _admin()
    possible = customizable(turn)
    if not entity:
        return redirect(f"/settings/fields/{possible[0].name}")
    resource = _resource(turn, entity)
    numbers = counts(turn)
    rows = own_fields(turn, resource)
    return render_template(
        "custom_fields.html",
        entities=[
            {
                "title": str(one.plural),
                "url": f"/settings/fields/{one.name}",
                "active": one is resource,
                "count": numbers.get(one.name, 0),
            }
            for one in possible
        ],
        entity_title=str(resource.title),
        fields=[_row(one, place, len(rows)) for place, one in enumerate(rows)],
        retired=[_row(one, 0, 0) for one in own_fields(turn, resource, retired=True)],
        new_url=f"/settings/fields/{resource.name}/new",
    )


def customizable(turn: Context) -> list[Resource]:
    """The entities that may have fields of the company's own: those of the menu first."""
    return sorted(turn.resources(), key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def _row(one: CustomField, place: int, number: int) -> dict[str, Any]:
    url = f"/settings/fields/field/{one.id}"
    return {
        "title": one.title,
        "name": f"custom.{one.key}",
        "kind_title": str(KIND_TITLES[one.kind]),
        "required": one.required,
        "listed": one.listed,
        "help": one.help,
        "edit_url": url,
        "delete_url": f"{url}/retire",
        "revive_url": f"{url}/revive",
        "up_url": f"{url}/move?by=-1" if place else "",
        "down_url": f"{url}/move?by=1" if place + 1 < number else "",
    }


def _admin() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _resource(turn: Context, entity: str) -> Resource:
    try:
        return turn.resource(entity)
    except LookupError:
        abort(404)


@blueprint.get("/<entity>/new")
def new(entity: str) -> str:
    """First the kind, then the rest."""
    turn = _admin()
    resource, kind = _resource(turn, entity), request.args.get("kind", "")
    if kind in KINDS:
        return _form(turn, resource, kind)
    return render_template(
        "choose.html",
        title=_("Which kind of field?"),
        text=_("The kind cannot be changed later; everything else can."),
        crumbs_to=_crumbs(resource),
        choices=[
            {
                "title": KIND_TITLES[name],
                "text": text,
                "icon": icon,
                "url": f"/settings/fields/{resource.name}/new?kind={name}",
            }
            for name, (icon, text) in KINDS.items()
        ],
    )


@blueprint.post("/<entity>/new")
def create(entity: str) -> Any:
    """Add the field."""
    turn = _admin()
    resource, kind = _resource(turn, entity), request.args.get("kind", "")
    if kind not in KINDS:
        abort(404)
    typed = _typed()
    try:
        add_field(turn, resource, typed.pop("title"), kind, **typed)
    except InvalidError as error:
        return _form(turn, resource, kind, values=_typed(), errors=error.errors), 422
    return go(f"/settings/fields/{resource.name}", _("The field is there, in every list, form and export."))


@blueprint.route("/field/<uuid:field_id>", methods=["GET", "POST"])
def edit(field_id: UUID) -> Any:
    """Change everything of a field but its kind and its name in the API."""
    turn = _admin()
    row = get_field(turn, field_id)
    resource = _resource(turn, row.entity)
    if request.method == "GET":
        return _form(turn, resource, row.kind, row, values=_values(row))
    typed = _typed()
    try:
        change_field(turn, row, typed.pop("title"), **typed)
    except InvalidError as error:
        return _form(turn, resource, row.kind, row, values=_typed(), errors=error.errors), 422
    return go(f"/settings/fields/{resource.name}", _("“%(title)s” is saved.", title=row.title))


@blueprint.post("/field/<uuid:field_id>/retire")
def retire(field_id: UUID) -> Any:
    """Take a field off every page; it can be brought back."""
    turn = _admin()
    row = get_field(turn, field_id)
    retire_field(turn, row)
    text = _("“%(title)s” is retired. Its values are kept.", title=row.title)
    return go(f"/settings/fields/{row.entity}", text, undo_url=f"/settings/fields/field/{row.id}/revive")


@blueprint.post("/field/<uuid:field_id>/revive")
def revive(field_id: UUID) -> Any:
    """Bring a field back."""
    turn = _admin()
    row = get_field(turn, field_id)
    revive_field(turn, row)
    return go(f"/settings/fields/{row.entity}", _("“%(title)s” is back.", title=row.title))


@blueprint.post("/field/<uuid:field_id>/move")
def move(field_id: UUID) -> Any:
    """One place up or down."""
    turn = _admin()
    row = get_field(turn, field_id)
    resource = _resource(turn, row.entity)
    ids = [one.id for one in own_fields(turn, resource)]
    if row.id in ids:
        place = ids.index(row.id)
        ids.insert(max(0, place + (-1 if request.args.get("by") == "-1" else 1)), ids.pop(place))
        order_fields(turn, resource, ids)
    return go(f"/settings/fields/{resource.name}")


def _typed() -> dict[str, Any]:
    form = request.form
    return {
        "title": form.get("title", ""),
        "help": form.get("help", ""),
        "required": "true" in form.getlist("required"),
        "listed": "true" in form.getlist("listed"),
        "choices": form.get("choices", "").splitlines(),
        "target": form.get("target", ""),
    }


def _values(row: CustomField) -> dict[str, Any]:
    return {
        "title": row.title,
        "help": row.help,
        "required": row.required,
        "listed": row.listed,
        "choices": [one["title"] for one in row.options.get("choices", ())],
        "target": row.options.get("target", ""),
    }


def _form(
    turn: Context,
    resource: Resource,
    kind: str,
    row: CustomField | None = None,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, list[Label]] | None = None,
) -> str:
    title = row.title if row else _("New field: %(kind)s", kind=KIND_TITLES[kind])
    action = f"/settings/fields/field/{row.id}" if row else f"/settings/fields/{resource.name}/new?kind={kind}"
    template = "_form.html" if by_htmx() and request.method == "POST" else "form.html"
    return render_template(
        template,
        title=title,
        crumbs_to=_crumbs(resource),
        action=action,
        sections=[{"title": "", "text": "", "fields": _items(turn, kind, row, values or {}, errors or {})}],
        errors=(errors or {}).get("", []),
        cancel_url=f"/settings/fields/{resource.name}",
    )


def _items(
    turn: Context, kind: str, row: CustomField | None, values: dict[str, Any], errors: dict[str, list[Label]]
) -> list[dict[str, Any]]:
    """Only what this kind of field needs."""
    targets = tuple(Option(one.name, str(one.title)) for one in customizable(turn))
    shapes = [Shape("title", str(_("Title")), "text", required=True, length=80)]
    if kind in {"choice", "multi_choice"}:
        told = str(_("One on each line. A choice that is taken away stays on the records that have it."))
        shapes.append(Shape("choices", str(_("Choices")), "long_text", required=True, wide=True, help=told))
    if kind == "link" and row is None:
        shapes.append(Shape("target", str(_("Links to")), "choice", required=True, choices=targets))
    shapes += [
        Shape("help", str(_("Explanation below the field")), "text", length=200, wide=True),
        Shape("required", str(_("Required")), "boolean", help=str(_("A record cannot be saved without it."))),
        Shape(
            "listed",
            str(_("In the list")),
            "boolean",
            help=str(_("A column of its own, unless somebody chooses otherwise.")),
        ),
    ]
    return [{"f": one, "v": _shown(one, values), "error": _said(errors.get(one.name))} for one in shapes]


def _said(texts: list[Label] | None) -> str:
    return " ".join(str(one) for one in texts or ())


def _shown(shape: Shape, values: dict[str, Any]) -> Shown:
    value = values.get(shape.name, shape.name == "listed")
    if isinstance(value, bool):
        return Shown(raw="true" if value else "")
    text = "\n".join(value) if isinstance(value, list) else str(value or "")
    return Shown(text, text)


def _crumbs(resource: Resource) -> list[dict[str, str]]:
    return [
        {"title": str(_("Custom fields")), "url": "/settings/fields"},
        {"title": str(resource.plural), "url": f"/settings/fields/{resource.name}"},
    ]
