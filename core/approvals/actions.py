"""The button that requests approval, on the page of a record that needs it."""

from collections.abc import Iterable

from core.approvals.service import needs_request
from core.context import Context
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import RecordAction

_ = translator("core")


def approval_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Offered to whoever may edit the record, while none is under way."""
    resource = context.resource(type(record))
    if resource.approval and context.can(resource.name, "edit") and needs_request(context, record):
        url = f"/approvals/{resource.name}/{record.id}/request"
        yield RecordAction(
            name="approval", title=_("Request approval"), url=url, icon="checkbox", method="post", primary=True
        )
