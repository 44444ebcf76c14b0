"""The list of an entity: the page, the part of it that changes, and the next rows."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request

from core.context import Context
from core.entity.entity import ListView, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.format import number
from core.entity.query import CAP, Page, read_page
from core.entity.views import View, may_edit, preferences, views_of
from core.i18n import translator
from core.web.entity import board, calendar
from core.web.entity.address import Address, make_url, modes, read_address
from core.web.entity.cells import table_of
from core.web.entity.chips import chips
from core.web.entity.offers import offers
from core.web.entity.turn import arranged, by_htmx, may, needs, show
from core.web.gate import at_once
from core.web.rows import NUMBERS

_ = translator("core")

ALL = "all"
"""In place of a view's id: everything, even where the person begins with a view."""
MINE = "owner__eq"
MODE_TITLES = {
    "list": (_("List"), "list"),
    "board": (_("Board"), "layout-kanban"),
    "calendar": (_("Calendar"), "calendar"),
}


@at_once
@arranged
@needs("see")
def list_page(turn: Context, resource: Resource) -> Any:
    """The list as its address asks for it; htmx gets the part that changes, or the next rows alone."""
    present = views_of(turn, resource)
    preferred = preferences(turn, present)
    if not request.args and not by_htmx() and (url := first_view(resource, present, preferred)):
        return redirect(url)
    found = read_address(turn, resource, request.args, preferred)
    if found.cursor:
        return more(turn, found)
    return render_list(turn, found, present)


def first_view(resource: Resource, present: Sequence[View], preferred: dict[str, Any]) -> str:
    """The address of the view a person begins with, their own choice before that of their role; empty for none."""
    wanted = preferred.get("default")
    chosen = (one for one in present if one.name and str(one.id) == wanted)
    view = next(chosen, None) or next((one for one in present if one.name and one.begins), None)
    return view_url(resource, view) if view else ""


def view_url(resource: Resource, view: View) -> str:
    """The address of a saved view."""
    return make_url(f"/{resource.path}", {**view.query, "view": str(view.id)})


def render_list(turn: Context, found: Address, present: Sequence[View], *, whole: bool | None = None) -> str:
    """The page, or the part of it inside ``#list``."""
    part = by_htmx() if whole is None else not whole
    body = {"list": table, "board": board.lanes_of, "calendar": calendar.calendar_of}[found.mode](turn, found)
    name = {"list": "list.html", "board": "board.html", "calendar": "calendar.html"}[found.mode]
    values = {**tools(turn, found, present), **body}
    return show(found.resource, f"_{name}" if part else name, **values, **({} if part else head(turn, found)))


def more(turn: Context, found: Address) -> str:
    """The rows after a cursor."""
    query = found.query(found.columns)
    query.total = 0
    turn.session.finish_with_next()
    page = read_page(turn, query)
    return show(found.resource, "_rows.html", **rows_of(turn, found, page))


def table(turn: Context, found: Address) -> dict[str, Any]:
    """Headers, rows and count of the list proper."""
    query = found.query(found.columns)
    query.total = CAP
    turn.session.finish_with_next()
    page = read_page(turn, query)
    return {
        **rows_of(turn, found, page),
        "headers": [header(found, spec) for spec in found.columns],
        "count_text": count_text(page),
    }


def rows_of(turn: Context, found: Address, page: Page) -> dict[str, Any]:
    """What _rows.html needs."""
    return {
        "rows": table_of(turn, found.resource, found.columns, page.rows),
        "next_url": found.url(cursor=page.next_cursor) if page.next_cursor else "",
        "headers": found.columns,
        "bulk_actions": offers(turn, found.resource).ticked,
    }


def header(found: Address, spec: Field) -> dict[str, Any]:
    """A column's head; a link where the declaration lets the list be ordered by it."""
    chosen = found.sort.name == spec.name
    begins_down = spec.kind.name in {"datetime", "date", "money"}
    down = not found.descending if chosen else begins_down
    return {
        "title": str(spec.title),
        "number": spec.kind.name in NUMBERS,
        "key": spec.name == title_field(found.resource.model),
        "sort_url": found.url(sort=f"-{spec.name}" if down else spec.name) if spec.sort else "",
        "direction": ("desc" if found.descending else "asc") if chosen else "",
    }


def count_text(page: Page) -> str:
    """How many there are, as far as was counted."""
    return number(page.total or 0) + ("+" if page.capped else "")


def tools(turn: Context, found: Address, present: Sequence[View]) -> dict[str, Any]:
    """What stands above every mode of the list: views, filters, columns."""
    resource, path = found.resource, found.path
    return {
        "title": str(resource.plural),
        "list_url": path,
        "q": found.q,
        "views": tabs(turn, found, present),
        "whose": whose(turn, found),
        "filters": chips(turn, found),
        "problems": found.problems,
        "narrowings": _narrowings(turn, found),
        "filters_url": f"{path}/filters",
        "columns_url": f"{path}/columns" if found.mode == "list" else "",
        "columns": None,
        "save_view_url": f"{path}/views",
        "clear_url": make_url(path, {"view": ALL, "mode": found.mode if found.mode != "list" else ""}),
        "list_icon": resource.icon,
        "import_url": f"{path}/import" if may(turn, resource, "import") else "",
        **creating(turn, resource),
    }


def _narrowings(turn: Context, found: Address) -> list[dict[str, str]]:
    """The buttons beside the filter that narrow the list in one step."""
    return [
        {
            "name": spec.name,
            "title": str(spec.title),
            "icon": spec.beside.icon if spec.beside else "stairs-up",
            "url": make_url(f"{found.path}/narrow/{spec.name}", {**found.parameters, "cursor": ""}),
        }
        for spec in narrowed_by(turn, found.resource)
    ]


def narrowed_by(turn: Context, resource: Resource) -> list[Field]:
    """What a list is narrowed by in one step: a link of its own where the person may see it, choices of other modules."""
    spec = resource.fields.get(resource.narrow)
    own = [spec] if spec and may(turn, turn.resource(target_class(spec)), "see") else []
    return own + [one for one in turn.added(resource).values() if one.name == one.beside.narrow]


def creating(turn: Context, resource: Resource) -> dict[str, str]:
    """The button that adds one, for those who may."""
    if not may(turn, resource, "create"):
        return {"create_url": ""}
    return {"create_url": f"/{resource.path}/new"}


def tabs(turn: Context, found: Address, present: Sequence[View]) -> list[dict[str, Any]]:
    """Everything first, then the module's own views, the person's, and those shared with them."""
    named = [one for one in present if one.name]
    mode = found.mode if found.mode != "list" else ""
    ready = [one for one in found.resource.views if _is_known(found, one)]
    known = {str(one.id) for one in named} | {one.name for one in ready}
    return [
        {
            "title": str(_("All")),
            "url": make_url(found.path, {"view": ALL, "mode": mode}),
            "active": found.view not in known,
        },
        *(
            {
                "title": str(one.title),
                "url": make_url(found.path, {**one.query, "view": one.name, "mode": mode}),
                "active": found.view == one.name,
            }
            for one in ready
        ),
        *(
            {
                "title": one.name,
                "url": view_url(found.resource, one),
                "active": str(one.id) == found.view,
                "shared": one.shared,
                "editable": may_edit(turn, one),
            }
            for one in named
        ),
    ]


def _is_known(found: Address, view: ListView) -> bool:
    """Whether the person may know the fields that a view compares."""
    names = (name.rpartition("__")[0] for name in view.query if "__" in name)
    return all(name in found.fields for name in names)


def whose(turn: Context, found: Address) -> list[dict[str, Any]]:
    """One's own records, or those of everybody one sees; whatever else the list is narrowed to stays (CUS-07)."""
    if turn.user is None or not found.resource.owned:
        return []
    me = str(turn.user.id)
    mine = found.parameters.get(MINE) == me
    return [
        {"title": str(_("My records")), "url": found.url(**{MINE: me}), "active": mine},
        {"title": str(_("Everyone's")), "url": found.url(**{MINE: "", "view": found.view or ALL}), "active": not mine},
    ]


def head(turn: Context, found: Address) -> dict[str, Any]:
    """What only the whole page has: modes and the menu."""
    offered = offers(turn, found.resource)
    return {
        "modes": mode_links(found),
        "list_actions": offered.buttons,
        "menu_items": offered.menu,
        "search": found.mode != "calendar",
    }


def mode_links(found: Address) -> list[dict[str, Any]]:
    """The ways to lay the records out."""
    return [
        {
            "name": mode,
            "title": str(MODE_TITLES[mode][0]),
            "icon": MODE_TITLES[mode][1],
            "url": found.url(mode="" if mode == "list" else mode),
            "active": mode == found.mode,
        }
        for mode in modes(found.resource)
    ]
