"""The button by which people have themselves reminded of a record."""

from collections.abc import Iterable

from core.context import Context
from core.entity.entity import Entity
from core.entity.reference import Reference
from core.i18n import translator
from core.plugin.manifest import RecordAction

_ = translator("core")


def reminder_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Of what belongs to somebody; what everybody shares, such as a list of sources, is nothing to come back to."""
    resource = context.resource(type(record))
    if context.user is None or not resource.owned:
        return
    about = Reference(resource.name, record.id)
    yield RecordAction(
        name="remind",
        title=_("Remind me"),
        url=f"/remind-me?about={about}",
        icon="bell-plus",
        method="dialog",
        weight=80,
    )
