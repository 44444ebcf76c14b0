"""The entries of menus that share records and pass them on, in the words of each entity."""

from typing import Any

from core.access.visibility import hands_over
from core.context import Context
from core.entity.entity import Entity, Resource
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


def bulk_entries(turn: Context, resource: Resource) -> list[dict[str, Any]]:
    """What may be done with ticked rows."""
    offered = [("share", share_title(resource), "share"), ("transfer", TRANSFER, "user-share")]
    return [
        {"title": title, "icon": icon, "url": f"/{resource.path}/{verb}", "target": "#dialog-body"}
        for verb, title, icon in offered
        if may(turn, resource, verb)
    ]


def menu_entries(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    """What may be done with one record."""
    path = f"/{resource.path}/{record.id}"
    offered = [("share", share_title(resource), "share"), ("transfer", TRANSFER, "user-share")]
    return [
        {"title": str(title), "icon": icon, "url": f"{path}/{verb}", "method": "dialog"}
        for verb, title, icon in offered
        if hands_over(turn, resource, verb, record)
    ]
