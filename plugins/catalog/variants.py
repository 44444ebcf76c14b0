"""One product in several colours and sizes: a variant for each combination of values."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product as combinations
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.sdk import Context, InvalidError, Query, create_many, get, read_page, translator

from .models import COMBO, AttributeValue, Product

_ = translator("plugins.catalog")

MOST = 200
"""Variants made at a time; more than that is a slip of the hand."""
_TAKEN_OVER = ("kind", "price", "cost", "note", "group", "unit", "tax_class")
Row = dict[str, Any]


def generate(context: Context, product_id: UUID, value_ids: Sequence[UUID]) -> list[Product]:
    """Make the variants of a product that are missing: one for each way to take a value of every attribute.

    A variant takes over group, unit, tax and prices; its code and name end with its values. Raises InvalidError.
    """
    whole = get(context, Product, product_id, lock=True)
    if whole.link_id("variant_of"):
        raise InvalidError({"values": [_("A variant has no variants of its own.")]})
    if whole.kind == COMBO.value:
        raise InvalidError({"values": [_("A combo has no variants.")]})
    chosen = _by_attribute(context, value_ids)
    if not chosen:
        raise InvalidError({"values": [_("Tick the values there are variants of.")]})
    rows = [_variant(whole, values) for values in combinations(*chosen)]
    if len(rows) > MOST:
        text = _("That would be %(n)s variants; at most %(most)s are made at a time.", n=len(rows), most=MOST)
        raise InvalidError({"values": [text]})
    there = _present(context, whole.id)
    missing = [row for row in rows if frozenset(row["values"]) not in there]
    return create_many(context, Product, missing) if missing else []


def choices(context: Context) -> dict[str, list[Row]]:
    """The values that the person may see, by the title of their attribute, in the order they were made."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _values(context):
        found[row["attribute__title"]].append(row)
    return found


def _by_attribute(context: Context, ids: Sequence[UUID]) -> list[list[Row]]:
    """Those of these values that the person may see, the ones of an attribute together."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in _values(context, AttributeValue.__table__.c.id == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))):
        found[row["attribute"]].append(row)
    return [found[attribute] for attribute in sorted(found)]


def _values(context: Context, *conditions: sa.ColumnElement[bool]) -> list[Row]:
    resource = context.resource(AttributeValue)
    query = Query(resource, columns=list(resource.fields.values()), conditions=conditions, limit=MOST)
    return sorted(read_page(context, query).rows, key=lambda row: row["id"])


def _variant(whole: Product, values: Sequence[Row]) -> Row:
    ends = "-".join(row["code"] or row["name"] for row in values)
    taken = {name: getattr(whole, spec.column) for name, spec in Product.__fields__.items() if name in _TAKEN_OVER}
    return {
        **taken,
        "name": f"{whole.name} ({', '.join(row['name'] for row in values)})"[:200],
        "code": f"{whole.code}-{ends}".replace(" ", "").upper()[:60],
        "variant_of": whole.id,
        "values": [row["id"] for row in values],
    }


def _present(context: Context, product_id: UUID) -> set[frozenset[UUID]]:
    """The combinations there are variants of already."""
    product, pairs = Product.__table__, Product.__links__["values"]
    rows = context.session.execute(
        sa.select(sa.func.array_agg(pairs.c.right_id))
        .join(product, sa.and_(product.c.tenant_id == pairs.c.tenant_id, product.c.id == pairs.c.left_id))
        .where(
            pairs.c.tenant_id == context.tenant, product.c.variant_of_id == product_id, product.c.deleted_at.is_(None)
        )
        .group_by(product.c.id)
    )  # fmt: skip
    return {frozenset(ids) for (ids,) in rows}
