"""What an administrator does with people and roles beside changing their fields."""

from collections.abc import Iterable

from core.access.models import Role, User
from core.context import Context
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import RecordAction

_ = translator("core")


def access_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """A new password for a person; the permissions of a role."""
    if not context.can("*", "admin"):
        return
    if isinstance(record, User):
        url = f"/users/{record.id}/password"
        yield RecordAction(name="password", title=_("Set a new password"), url=url, icon="key", method="dialog")
    if isinstance(record, Role) and not record.admin:
        yield RecordAction(
            name="permissions",
            title=_("Permissions"),
            url=f"/roles/{record.id}/permissions",
            icon="shield-lock",
            primary=True,
        )
