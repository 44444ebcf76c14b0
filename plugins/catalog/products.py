"""What is held of products before they are saved: variants and combos are one step deep."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.sdk import Context, InvalidError, translator

from .models import COMBO, Product

_ = translator("plugins.catalog")


def prepare(context: Context, products: Sequence[Product]) -> None:
    """A variant is one of a product that is none itself, and a combo is put together of what is no combo."""
    _hold_variants(context, products)
    _hold_combos(context, [one for one in products if one.kind == COMBO.value])
    for one in products:
        if one.kind != COMBO.value and one.items:
            raise InvalidError({"items": [_("Only a combo has items.")]})


def _hold_variants(context: Context, products: Sequence[Product]) -> None:
    wholes = {one.id: whole for one in products if (whole := one.link_id("variant_of"))}
    table = Product.__table__
    deeper = sa.or_(
        sa.and_(table.c.id.in_(wholes.values()), table.c.variant_of_id.is_not(None)),
        table.c.variant_of_id.in_(wholes.keys()),
    )
    if any(one == whole for one, whole in wholes.items()) or (wholes and _any(context, deeper)):
        raise InvalidError({"variant_of": [_("A variant has no variants of its own.")]})


def _hold_combos(context: Context, combos: Sequence[Product]) -> None:
    table = Product.__table__
    items = {item.link_id("product") for one in combos for item in one.items}
    if any(not one.items for one in combos):
        raise InvalidError({"items": [_("A combo has at least one item.")]})
    if items and _any(context, table.c.id.in_(items) & (table.c.kind == COMBO.value)):
        raise InvalidError({"items": [_("A combo has no combos among its items.")]})


def _any(context: Context, condition: sa.ColumnElement[bool]) -> bool:
    table = Product.__table__
    return bool(context.session.scalar(sa.select(sa.exists().where(table.c.tenant_id == context.tenant, condition))))
