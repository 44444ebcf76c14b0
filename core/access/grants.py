"""What a role allows: which verbs on which entities."""

from collections.abc import Iterable, Mapping

from core.access.models import Role
from core.context import ADMINISTERED, VERBS, Context
from core.entity import history
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.i18n import Text, translator

_ = translator("core")

EVERYTHING = "*"
"""In place of an entity: all of them, those of modules to come included."""
VERB_TITLES: dict[str, Text] = {
    "see": _("See"),
    "create": _("Add"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "export": _("Export"),
    "import": _("Import"),
    "share": _("Share"),
    "transfer": _("Change owner"),
}


def grantable(context: Context) -> list[Resource]:
    """The entities a role may speak of; people, departments and roles are an administrator's alone."""
    return [one for one in context.resources() if one.name not in ADMINISTERED]


def set_grants(context: Context, role: Role, grants: Mapping[str, Iterable[str]], *, version: int) -> bool:
    """Let a role allow exactly this; whether anything changed. Rights on modules that are off stay as they are.

    Raises StaleError, and InvalidError for an entity or a verb that does not exist.
    """
    context.require(EVERYTHING, "admin")
    if role.version != version:
        raise StaleError(role)
    known = {one.name: one.verbs for one in grantable(context)} | {EVERYTHING: VERBS}
    made: dict[str, list[str]] = {name: list(verbs) for name, verbs in role.grants.items() if name not in known}
    for entity, verbs in grants.items():
        allowed = set(verbs)
        if entity not in known or not allowed <= set(known[entity]):
            raise InvalidError({"": [_("There is no such permission.")]})
        if allowed:
            # Nothing can be done with what cannot be seen.
            made[entity] = [verb for verb in VERBS if verb in allowed | {"see"}]
    before = dict(role.grants)
    if before == made:
        return False
    role.grants = made
    context.session.flush()
    changed = {
        name: [before.get(name), made.get(name)]
        for name in sorted({*before, *made})
        if before.get(name) != made.get(name)
    }
    history.write(context, context.resource(Role), [history.Entry(role, "changed", changed)])
    return True
