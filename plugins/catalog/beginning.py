"""What a company begins with: the units most trades use, and the classes of VAT that the law knows."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.sdk import Context, Entity, create_many, translator

from .models import TaxClass, Unit

_ = translator("plugins.catalog")

_REDUCED = (
    (date(2022, 2, 1), date(2022, 12, 31)),
    (date(2023, 7, 1), date(2026, 12, 31)),
)
"""When most goods of 10 % were at 8 % (the latest: Resolution 204/2025/QH15)."""
_ALWAYS = date(2009, 1, 1)
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
    if _none(context, TaxClass):
        create_many(context, TaxClass, [*_rated(), *_untaxed()])


def _rated() -> Iterator[dict[str, Any]]:
    reduced = [{"percent": Decimal(8), "starts": first, "ends": last} for first, last in _REDUCED]
    for name, percent, more in (
        (_("10 %, reduced to 8 % for the time being"), 10, reduced),
        (_("10 %, never reduced"), 10, []),
        (_("5 %"), 5, []),
        (_("0 %"), 0, []),
    ):
        yield {"name": str(name), "rates": [{"percent": Decimal(percent), "starts": _ALWAYS}, *more]}


def _untaxed() -> Iterator[dict[str, Any]]:
    for name in (_("Not subject to VAT"), _("Not declared for VAT")):
        yield {"name": str(name), "taxed": False}


def _none(context: Context, model: type[Entity]) -> bool:
    table = model.__table__
    found = context.session.execute(sa.select(table.c.id).where(table.c.tenant_id == context.tenant).limit(1))
    return found.first() is None
