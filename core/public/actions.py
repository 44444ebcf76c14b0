"""The way to public links from a record's page."""

from collections.abc import Iterable

from core.context import Context
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import RecordAction

_ = translator("core")


def public_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Give a link away, and look what became of those given."""
    resource = context.resource(type(record))
    if resource.public is not None and context.can(resource.name, "edit"):
        url = f"/{resource.path}/{record.id}/public"
        yield RecordAction(name="public", title=_("Send link"), url=url, icon="send", method="dialog", weight=61)
