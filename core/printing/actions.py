"""The ways to paper from pages: a button of each record that has prints, and one for many records at once."""

from collections.abc import Iterable

from core.context import Context
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import BulkAction, RecordAction

_ = translator("core")


def print_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Look at the first print; the others are beside it."""
    resource = context.resource(type(record))
    if resource.prints:
        url = f"/{resource.path}/{record.id}/print/{resource.prints[0].name}"
        yield RecordAction(name="print", title=_("Print"), url=url, icon="printer", weight=60)


def print_many(context: Context, entity: str) -> Iterable[BulkAction]:
    """Several records as one PDF."""
    resource = context.resource(entity)
    if resource.prints:
        yield BulkAction(name="print", title=_("Print"), url=f"/{resource.path}/bulk/print", icon="printer")
