"""What a list offers to do, with ticked rows and with all of its records: found out once for each set of rights.

Kept for each company by itself: a plugin that read something after all tells it to no other.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from core.context import Context
from core.entity.entity import Resource
from core.i18n import current_locale, translator
from core.standing import standing
from core.text import inside
from core.web.entity.owners import bulk_entries
from core.web.entity.turn import may

_ = translator("core")

Entries = Sequence[dict[str, Any]]
"""Buttons and entries of menus, as templates draw them."""


class Offers(NamedTuple):
    """What may be done with the records of a list."""

    ticked: Entries
    """With the rows that are ticked."""
    buttons: Entries
    """With the list, in sight."""
    menu: Entries
    """With the list, in its menu."""


def offers(turn: Context, resource: Resource) -> Offers:
    """What the list of an entity offers the person."""
    return _offers(turn, resource.name, turn.tenant, current_locale())


@standing
def _offers(turn: Context, name: str, _tenant: int, _locale: str) -> Offers:
    resource = turn.seen(turn.resource(name))
    actions = [
        {"title": str(one.title), "icon": one.icon, "url": one.url, "method": one.method, "primary": one.primary}
        for one in turn.hooks.list_actions(turn, name)
    ]
    return Offers(
        [{**one, "title": str(one["title"])} for one in _ticked(turn, resource)],
        [one for one in actions if one["primary"]],
        [*(one for one in actions if not one["primary"]), *_menu(turn, resource)],
    )


def _ticked(turn: Context, resource: Resource) -> Entries:
    path = f"/{resource.path}"
    found: list[dict[str, Any]] = []
    if may(turn, resource, "edit"):
        found.append({"title": _("Set a field"), "icon": "edit", "url": f"{path}/bulk/edit", "target": "#dialog-body"})
    found += bulk_entries(turn, resource)
    found += [
        {"title": one.title, "icon": one.icon, "url": one.url, "target": "#dialog-body"}
        for one in turn.hooks.bulk_actions(turn, resource.name)
    ]
    if may(turn, resource, "export"):
        title = _("Export %(what)s", what=inside(str(resource.title)))
        found.append({"title": title, "icon": "table-export", "url": f"{path}/export", "target": "#dialog-body"})
    if may(turn, resource, "delete"):
        found.append({"title": _("Delete"), "icon": "trash", "url": f"{path}/bulk/delete", "danger": True})
    return found


def _menu(turn: Context, resource: Resource) -> Entries:
    """Everything else that can be done with the list, for those who may."""
    path = f"/{resource.path}"
    entries = [
        (may(turn, resource, "import"), _("Import a file"), "table-import", f"{path}/import", "get"),
        (may(turn, resource, "export"), _("Export"), "table-export", f"{path}/export", "dialog"),
        (may(turn, resource, "delete"), _("Recycle bin"), "trash", f"/recycle?entity={resource.name}", "get"),
        (turn.can("*", "admin"), _("Custom fields"), "forms", f"/settings/fields/{resource.name}", "get"),
    ]
    return [
        {"title": str(title), "icon": icon, "url": url, "method": method}
        for allowed, title, icon, url, method in entries
        if allowed
    ]
