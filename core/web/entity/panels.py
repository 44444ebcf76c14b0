"""What opens above a list: the filter's fields, the choice of columns, the dialog that keeps a view."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, render_template, request

from core.access.models import Role
from core.context import Context
from core.entity.entity import Resource, target_class, title_field
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.presets import PRESETS
from core.entity.query import Query, read_page
from core.entity.views import View, delete_view, may_edit, prefer, preferences, save_view, views_of
from core.i18n import translator
from core.web.entity.address import KNOWN, columns, make_url, read_address
from core.web.entity.listing import ALL, narrowed_by, render_list, view_url
from core.web.entity.shape import Option, filter_shape, plain_shape
from core.web.entity.turn import go, needs

_ = translator("core")


@needs("see")
def filters(turn: Context, resource: Resource) -> str:
    """Every field that can be compared, with its comparisons and values."""
    found = read_address(turn, resource, {})
    return render_template(
        "_filters.html",
        filter_fields=[filter_shape(turn, resource, spec) for spec in found.fields.values()],
        date_presets=[Option(name, str(title)) for name, (title, _period) in PRESETS.items()],
        list_url=found.path,
    )


@needs("see")
def narrowing(turn: Context, resource: Resource, field: str) -> str:
    """The values a list is narrowed by in one step, after the way back to all of its records (V-8, V-13)."""
    spec = next((one for one in narrowed_by(turn, resource) if one.name == field), None) or abort(404)
    found, parameter = read_address(turn, resource, request.args), f"{spec.name}__eq"
    present = found.parameters.get(parameter, "")
    choices = [("", str(spec.title)), *_values(turn, spec)]
    return render_template(
        "_narrowing.html",
        choices=[
            {"title": title, "url": found.url(**{parameter: value}), "active": value == present}
            for value, title in choices
        ],
    )


def _values(turn: Context, spec: Field) -> list[tuple[str, str]]:
    """The values of a choice from the last, which is the best, or the records that a link may lead to."""
    if spec.kind.name == "choice":
        return [(one.value, str(one.title)) for one in reversed(spec.choices)]
    target = turn.resource(target_class(spec))
    named = target.fields[title_field(target.model)]
    order = next((one for one in target.fields.values() if one.sort), named)
    rows = read_page(turn, Query(target, columns=[named], sort=order, descending=False)).rows
    return [(str(row["id"]), str(row[named.name])) for row in rows]


@needs("see")
def choose_columns(turn: Context, resource: Resource) -> Any:
    """The columns of the list; a choice is remembered for the person, or becomes part of the view they are in."""
    present = views_of(turn, resource)
    preferred = preferences(turn, present)
    found = read_address(turn, resource, request.args, preferred)
    title = title_field(resource.model)
    if request.method == "GET":
        shown = {spec.name for spec in found.columns}
        rows = [{"f": plain_shape(resource, spec), "shown": spec.name in shown} for spec in found.fields.values()]
        rows.sort(key=lambda row: not row["shown"])
        return render_template("_columns.html", columns=rows, columns_url=f"{found.path}/columns")
    ticked = [name for name in request.form.getlist("columns") if name in found.fields]
    wanted = "" if "reset" in request.form else ",".join([title, *ticked])
    if _view_id(found.view) is None:
        prefer(turn, resource.name, columns=wanted)
        found.parameters.pop("columns", None)
    else:
        found.parameters["columns"] = wanted
    found.columns = columns(found, wanted)
    answer = Response(render_list(turn, found, views_of(turn, resource), whole=False))
    answer.headers["HX-Push-Url"] = found.url()
    return answer


def _view_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@needs("see")
def keep_view(turn: Context, resource: Resource) -> Any:
    """Ask for a name, and keep the list as it is arranged; in a view of one's own, change it."""
    view = _current(turn, resource)
    if request.method == "GET":
        return _dialog(turn, resource, view)
    arrangement = {name: text for name, text in request.args.items() if name in KNOWN or "__" in name}
    title, shared = request.form.get("title", ""), "shared" in request.form
    anew = view is None or request.form.get("anew") == "1"
    try:
        kept = save_view(
            turn,
            resource,
            title,
            arrangement,
            shared=shared,
            roles=_roles(),
            view_id=None if anew or view is None else view.id,
        )
    except InvalidError as error:
        typed = {"title": title, "shared": shared}
        return _dialog(turn, resource, view, typed=typed, error=error.errors["title"][0]), 422
    if "first" in request.form:
        prefer(turn, resource.name, default=str(kept.id))
    elif preferences(turn, views_of(turn, resource)).get("default") == str(kept.id):
        prefer(turn, resource.name, default="")
    return go(view_url(resource, kept), _("The view “%(name)s” is kept.", name=kept.name))


def _roles() -> list[UUID]:
    """The roles that were ticked; what names none is left out."""
    return [one for text in request.form.getlist("roles") if (one := _view_id(text))]


def _current(turn: Context, resource: Resource) -> View | None:
    """The view the list stands in, if the person may change it."""
    wanted = request.args.get("view", "")
    return next((one for one in views_of(turn, resource) if str(one.id) == wanted and may_edit(turn, one)), None)


def _dialog(
    turn: Context, resource: Resource, view: View | None, *, typed: dict[str, Any] | None = None, error: Any = None
) -> str:
    first = view is not None and preferences(turn, views_of(turn, resource)).get("default") == str(view.id)
    present = {"title": view.name, "shared": view.shared} if view else None
    return render_template(
        "_save_view.html",
        action=f"/{resource.path}/views",
        view=typed or present,
        existing=view is not None,
        first=first,
        can_share=turn.can("*", "admin"),
        roles=_role_options(turn, view),
        error=error,
        delete_url=f"/{resource.path}/views/{view.id}/delete" if view else "",
    )


def _role_options(turn: Context, view: View | None) -> list[dict[str, Any]]:
    """The roles whose people may begin with the view, for an administrator to choose."""
    if not turn.can("*", "admin"):
        return []
    table, chosen = Role.__table__, set(view.roles) if view else set()
    living = sa.select(table.c.id, table.c.name).where(table.c.tenant_id == turn.tenant, table.c.deleted_at.is_(None))
    rows = turn.session.connection().execute(living.order_by(table.c.name))
    return [{"value": str(one), "title": name, "chosen": one in chosen} for one, name in rows]


@needs("see")
def drop_view(turn: Context, resource: Resource, view_id: UUID) -> Any:
    """Forget a view."""
    delete_view(turn, resource, view_id)
    if preferences(turn, views_of(turn, resource)).get("default") == str(view_id):
        prefer(turn, resource.name, default="")
    return go(make_url(f"/{resource.path}", {"view": ALL}), _("The view is deleted."))
