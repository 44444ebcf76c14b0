"""What an administrator does with people and roles beside changing their fields."""

from collections.abc import Iterable

from core.access import second_factor
from core.access.delegation import looks_after
from core.access.models import Role, User
from core.context import Context
from core.entity.entity import Entity
from core.i18n import translator
from core.plugin.manifest import RecordAction

_ = translator("core")


def access_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """A new password for a person, or no second factor; leaving and coming back; the permissions of a role."""
    if isinstance(record, User) and context.can("*", "admin") and record.id != (context.user and context.user.id):
        yield from _comings_and_goings(record)
    if isinstance(record, User) and looks_after(context, record.id):
        url = f"/users/{record.id}/password"
        yield RecordAction(name="password", title=_("Set a new password"), url=url, icon="key", method="dialog")
        if second_factor.state(context, record.id).on:
            yield RecordAction(
                name="second_factor",
                title=_("Take away the second factor"),
                url=f"/users/{record.id}/second-factor",
                icon="shield-x",
                method="dialog",
            )
    if isinstance(record, Role) and not record.admin and context.can("*", "people"):
        yield RecordAction(
            name="permissions",
            title=_("Permissions"),
            url=f"/roles/{record.id}/permissions",
            icon="shield-lock",
            primary=True,
        )


def _comings_and_goings(user: User) -> Iterable[RecordAction]:
    if user.active:
        leave = _("Hand over and deactivate")
        yield RecordAction(name="leave", title=leave, url=f"/users/{user.id}/leave", icon="user-share")
    else:
        back = _("Reactivate")
        yield RecordAction(name="back", title=back, url=f"/users/{user.id}/reactivate", icon="user", method="post")
