"""What can be done with customers and their contacts beyond what every entity has."""

from collections.abc import Iterable

from core.context import Context
from core.customers.models import Contact
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import BulkAction, RecordAction

_ = translator("core")

REGROUP = _("Change customer groups")


def customer_bulk_actions(context: Context, entity: str) -> Iterable[BulkAction]:
    """Chuyển nhóm khách hàng (V-11)."""
    if entity == "core.customer" and context.can(entity, "edit") and context.can("core.customer_group", "see"):
        yield BulkAction(name="regroup", title=REGROUP, url="/customers/regroup", icon="folders")


def customer_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Who is spoken to first at a customer."""
    if isinstance(record, Contact) and not record.main and context.can("core.contact", "edit"):
        url = f"/contacts/{record.id}/main"
        yield RecordAction(name="make_main", title=_("Make main contact"), url=url, icon="star", method="post")
