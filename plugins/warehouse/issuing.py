"""Goods that leave a warehouse for the documents of other trades: asked for, issued, and taken back with the document."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context
from plugins.catalog import api as catalog

from .slips import APPROVED, CANCELLED, NEW, GoodsIssue, IssueLine

Document = tuple[str, UUID]
"""An entity's name and the id of one of its records."""


@dataclass(frozen=True, slots=True)
class GoodsOut:
    """Goods that shall leave for a document, in all."""

    product: UUID
    quantity: Decimal
    """In the product's own unit."""


class Said(TypedDict, total=False):
    """What an issue may say besides."""

    on: date
    """Its day; today where nothing is said."""
    customer: UUID | None
    reason: str | None
    kind: str
    """As the choices of an issue's kind: ``sale``, ``repair``, …"""


def request_goods(
    context: Context, document: Document, warehouse: UUID, lines: Iterable[GoodsOut], **said: Unpack[Said]
) -> GoodsIssue | None:
    """Ask for what has not left for a document yet: a new issue, for which the goods are kept as far as they are there.

    Asked again it is the same slip, brought into line; where nothing is missing the latest that stands, None where
    there is none. Services are left out, and a combo is the products in it. The document is locked: whoever comes
    second finds what the first did.
    """
    turn = context.unrestricted()
    _lock(turn, document)
    missing, standing = _missing(turn, document, lines)
    asked = next((one for one in standing if one.state == NEW.value), None)
    if not missing:
        if asked is not None:
            sdk.update(turn, asked, {"state": CANCELLED.value})
        return next((one for one in standing if one.state != CANCELLED.value), None)
    goods = [{"product": product, "quantity": quantity, "requested": quantity} for product, quantity in missing.items()]
    if asked is not None:
        if asked.warehouse_id != warehouse or {one.product_id: one.base for one in asked.goods} != missing:
            sdk.update(turn, asked, {"warehouse": warehouse, "goods": goods})
        return asked
    values = {"warehouse": warehouse, "document": reference(document), "goods": goods}
    return sdk.create(turn, GoodsIssue, {**values, **said})


def issue_goods(
    context: Context, document: Document, warehouse: UUID, lines: Iterable[GoodsOut], **said: Unpack[Said]
) -> GoodsIssue | None:
    """Let what has not left for a document yet leave now: an approved issue; otherwise as :func:`request_goods`.

    Where the company has people agree to issues they are asked, and the slip stays new until they do. Raises
    InvalidError where something is not there, and for a day that is closed.
    """
    slip = request_goods(context, document, warehouse, lines, **said)
    if slip is not None and slip.state == NEW.value:
        sdk.approve_or_ask(context.unrestricted(), slip)
    return slip


def take_back(context: Context, document: Document) -> int:
    """Cancel the issues of a document that stand, so that the goods are there again; how many there were."""
    turn = context.unrestricted()
    standing = _standing(turn, document)
    return len(sdk.update_each(turn, [(one, {"state": CANCELLED.value}) for one in standing]))


def issued(context: Context, entity: str, ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Decimal]]:
    """What has left for documents of an entity by now: of each, how much of which product, in products' own units."""
    slip, line = GoodsIssue.__table__, IssueLine.__table__
    sums = (
        sa.select(slip.c.document, line.c.product_id, sa.func.sum(line.c.base))
        .join(line, sa.and_(line.c.tenant_id == slip.c.tenant_id, line.c.document_id == slip.c.id))
        .where(*_left_for(context, entity, ids))
        .group_by(slip.c.document, line.c.product_id)
    )
    found: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for document, product, quantity in context.session.connection().execute(sums):
        found[named(document)[1]][product] = quantity
    return dict(found)


def costs_of(context: Context, entity: str, ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What the goods cost that have left for documents of an entity; documents for which nothing left are left out."""
    slip = GoodsIssue.__table__
    sums = sa.select(slip.c.document, sa.func.sum(slip.c.cost)).where(*_left_for(context, entity, ids))
    rows = context.session.connection().execute(sums.group_by(slip.c.document))
    return {named(row[0])[1]: row[1] for row in rows}


def reference(document: Document) -> str:
    """A document as slips name it."""
    return f"{document[0]}/{document[1]}"


def named(text: str) -> Document:
    """The opposite of :func:`reference`."""
    entity, _slash, key = text.partition("/")
    return entity, UUID(key)


def _left_for(context: Context, entity: str, ids: Sequence[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    """Which issues of documents count."""
    slip = GoodsIssue.__table__
    named = [reference((entity, one)) for one in ids]
    return (
        slip.c.tenant_id == context.tenant, slip.c.document.in_(named), slip.c.state == APPROVED.value,
        slip.c.deleted_at.is_(None),
    )  # fmt: skip


def _lock(context: Context, document: Document) -> None:
    sdk.get(context, context.resource(document[0]).model, document[1], lock=True)


def _standing(context: Context, document: Document) -> list[GoodsIssue]:
    """The issues of a document that are not cancelled, the latest first, locked."""
    wanted = sa.select(GoodsIssue).where(
        GoodsIssue.tenant_id == context.tenant, GoodsIssue.document == reference(document),
        GoodsIssue.state != CANCELLED.value, GoodsIssue.deleted_at.is_(None),
    )  # fmt: skip
    found = context.session.scalars(wanted.order_by(GoodsIssue.id.desc()).with_for_update())
    return list(found.unique())


def _missing(
    context: Context, document: Document, lines: Iterable[GoodsOut]
) -> tuple[Mapping[UUID, Decimal], list[GoodsIssue]]:
    """What has not left for a document yet, and the issues of it that stand."""
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for one in lines:
        wanted[one.product] += one.quantity
    standing = _standing(context, document)
    left: dict[UUID, Decimal] = defaultdict(Decimal)
    for slip in standing:
        if slip.state == APPROVED.value:
            for line in slip.goods:
                left[line.product_id] += line.base
    missing = {one: quantity - left[one] for one, quantity in catalog.contents(context, wanted).items()}
    return {one: quantity for one, quantity in missing.items() if quantity > 0}, standing
