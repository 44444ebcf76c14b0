"""What a new company begins with: roles to give to its people, and sources its customers come from."""

from typing import Any

import sqlalchemy as sa

from core.access.models import Role
from core.access.scopes import ALL, EVERYTHING, OWN
from core.context import Context
from core.customers.models import Source
from core.entity import service
from core.i18n import Text, translator, use_locale

_ = translator("core")

ADMINISTRATOR = _("Administrator")
SALESPERSON = _("Salesperson")
VIEWER = _("Viewer")

_WORK = ("see", "create", "edit", "share", "transfer")

# Deleting and exporting are nobody's but the administrator's until they are given.
_ROLES: tuple[tuple[Text, Text, dict[str, Any]], ...] = (
    (ADMINISTRATOR, _("Does everything in the company."), {"admin": True}),
    (
        SALESPERSON,
        _("Sees and edits own records and what is shared; does not delete or export."),
        {"grants": {EVERYTHING: dict.fromkeys(_WORK, OWN), "core.user": {"see": ALL}}},
    ),
    (VIEWER, _("Sees records and changes nothing."), {"grants": {EVERYTHING: {"see": ALL}, "core.user": {"see": ALL}}}),
)
_SOURCES = (
    _("Referral"),
    _("Website"),
    _("Facebook"),
    _("Zalo"),
    _("Telephone"),
    _("Walk-in"),
    _("Event"),
)


def furnish(context: Context) -> None:
    """Make the first roles and sources, in the company's language; nothing where there are some already."""
    with use_locale(context.company.locale):
        if _empty(context, Role):
            for name, note, values in _ROLES:
                said = {"name": str(name), "note": str(note)}
                role = service.create(context, Role, said | {"admin": values.get("admin", False)})
                role.grants = values.get("grants", {})
            context.session.flush()
        if _empty(context, Source):
            service.create_many(context, Source, [{"name": str(name)} for name in _SOURCES])


def _empty(context: Context, model: type[Role] | type[Source]) -> bool:
    table = model.__table__
    found = context.session.execute(sa.select(table.c.id).where(table.c.tenant_id == context.tenant).limit(1))
    return found.first() is None
