"""The entries of menus that share records and pass them on, in the words of each entity."""

from typing import Any

from core.access.models import User
from core.access.visibility import hands_over, sees
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.titles import titles
from core.i18n import Label, Text, translator
from core.web.entity.turn import may

_ = translator("core")

TRANSFER = _("Change owner")


class Lowered:
    """A label in the middle of a sentence."""

    def __init__(self, label: Label) -> None:
        self.label = label

    def __str__(self) -> str:
        return str(self.label).lower()


def share_title(resource: Resource) -> Text:
    """What sharing an entity is called: “Chia sẻ khách hàng”."""
    return _("Share %(entities)s", entities=Lowered(resource.plural))


def merge_title(resource: Resource) -> Text:
    """What merging an entity is called: “Gộp khách hàng”."""
    return _("Merge %(entities)s", entities=Lowered(resource.plural))


def may_merge(turn: Context, resource: Resource) -> bool:
    """Whether this person may make two records one: one of them goes."""
    return resource.merges and may(turn, resource, "edit") and may(turn, resource, "delete")


def given_away(turn: Context, resource: Resource, record: Entity) -> Label:
    """What is said of a saved record that a rule took out of this person's sight; empty of any other."""
    if turn.user is None or record.owner_id in {None, turn.user.id} or sees(turn, resource, record.id):
        return ""
    owner = titles(turn, {User: [record.owner_id] if record.owner_id else []}).get(record.owner_id, "—")
    return _("“%(title)s” is saved and belongs to %(owner)s now.", title=record.title, owner=owner)


def bulk_entries(turn: Context, resource: Resource) -> list[dict[str, Any]]:
    """What may be done with ticked rows."""
    offered = [("share", share_title(resource), "share"), ("transfer", TRANSFER, "user-share")]
    found: list[dict[str, Any]] = [
        {"title": title, "icon": icon, "url": f"/{resource.path}/{verb}", "target": "#dialog-body"}
        for verb, title, icon in offered
        if may(turn, resource, verb)
    ]
    if may_merge(turn, resource):
        found.append({"title": merge_title(resource), "icon": "arrow-merge", "url": f"/{resource.path}/merge"})
    return found


def menu_entries(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    """What may be done with one record."""
    path = f"/{resource.path}/{record.id}"
    offered = [("share", share_title(resource), "share"), ("transfer", TRANSFER, "user-share")]
    found = [
        {"title": str(title), "icon": icon, "url": f"{path}/{verb}", "method": "dialog"}
        for verb, title, icon in offered
        if hands_over(turn, resource, verb, record)
    ]
    if may_merge(turn, resource):
        title = merge_title(resource)
        found.append({"title": str(title), "icon": "arrow-merge", "url": f"{path}/merge", "method": "dialog"})
    return found
