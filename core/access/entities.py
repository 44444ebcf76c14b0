"""People, departments and roles, as entities of the product."""

from collections.abc import Iterable

from core.access.delegation import guard_role, guard_user
from core.access.grants import logged
from core.access.models import Role, User
from core.access.organisation import Department
from core.entity.entity import Resource
from core.i18n import translator

_ = translator("core")


def entities() -> Iterable[Resource]:
    """Reached from the settings."""
    return [
        Resource(
            model=Department,
            owned=False,
            title=_("Department"),
            plural=_("Departments"),
            icon="hierarchy",
            navigation=False,
        ),
        Resource(
            model=User,
            owned=False,
            title=_("User"),
            plural=_("Users"),
            icon="user",
            navigation=False,
            verbs=("see", "create", "edit"),
            guard=guard_user,
        ),
        Resource(
            model=Role,
            owned=False,
            title=_("Role"),
            plural=_("Roles"),
            icon="shield",
            navigation=False,
            verbs=("see", "create", "edit"),
            guard=guard_role,
            logged=logged,
        ),
    ]
