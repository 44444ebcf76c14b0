"""What a company begins with: the units most trades use, and the classes of VAT that the law knows."""

import sqlalchemy as sa

from core.sdk import Context, Entity, create_many, translator

from .models import Unit

_ = translator("plugins.catalog")

_UNITS = (
    _("piece"),
    _("box"),
    _("case"),
    _("set"),
    _("kg"),
    _("litre"),
    _("metre"),
    _("hour"),
    _("time"),
    _("package"),
)


def furnish(context: Context) -> None:
    """Units and classes of VAT; nothing where there are some already."""
    if _none(context, Unit):
        create_many(context, Unit, [{"name": str(name)} for name in _UNITS])


def _none(context: Context, model: type[Entity]) -> bool:
    table = model.__table__
    found = context.session.execute(sa.select(table.c.id).where(table.c.tenant_id == context.tenant).limit(1))
    return found.first() is None
